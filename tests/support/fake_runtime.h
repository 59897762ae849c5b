// The runtime without threads: a loop with a virtual clock, rows in a map, a signal that is raised
// by hand. For tests of what lives on I/O threads and reads through query threads.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/net/io_thread.h"
#include "gateway/runtime/reader.h"

namespace postern::testing {

/// Everything runs in run() and advance(), on the test's own thread.
class FakeThread final : public net::IoThread {
  public:
    [[nodiscard]] std::size_t index() const override { return 0; }
    void post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
    [[nodiscard]] std::function<void()> after(std::chrono::milliseconds delay,
                                              std::function<void()> task) override;
    [[nodiscard]] bool is_current() const override { return true; }
    [[nodiscard]] std::uint64_t ticks() const override { return 0; }

    /// Runs what is posted until nothing is.
    void run();
    /// Moves the clock, running each timer at its time.
    void advance(std::chrono::milliseconds by);
    [[nodiscard]] model::Now now() const;
    [[nodiscard]] std::size_t timers() const { return timers_.size(); }

    /// 2026-01-31T12:00:00Z
    static constexpr model::Instant start{std::chrono::seconds{1'769'860'800}};

  private:
    struct Timer {
        std::chrono::milliseconds at;
        std::uint64_t id;
        std::function<void()> task;
    };
    std::deque<std::function<void()>> tasks_;
    std::vector<Timer> timers_;
    std::chrono::milliseconds clock_{1000};
    std::uint64_t next_id_ = 0;
};

/// Rows by family and key. `applied` follows the highest row of the family seq that is put.
class FakeReader final : public runtime::Reader {
  public:
    void put(const storage::RowKey& key, model::Record record);
    void put_erased(const storage::RowKey& key);
    /// A row that is there and damaged.
    void put_unreadable(const storage::RowKey& key);
    void remove(const storage::RowKey& key);

    [[nodiscard]] storage::Result<model::RecordPtr> get(const storage::RowKey& key) override;
    [[nodiscard]] storage::Result<void> scan(
        const storage::RowKey& from, const storage::RowKey& to,
        const std::function<bool(std::string_view, const model::RecordPtr&)>& visit) override;
    [[nodiscard]] storage::Result<void> scan_back(
        const storage::RowKey& from, const storage::RowKey& to,
        const std::function<bool(std::string_view, const model::RecordPtr&)>& visit) override;
    [[nodiscard]] model::Sequence applied() const override { return applied_; }
    [[nodiscard]] storage::Blind blind(std::string_view domain,
                                       std::string_view value) const override;

    bool broken = false;  // every read fails
    std::size_t rows_read = 0;

  private:
    std::map<storage::RowKey, model::RecordPtr> rows_;
    std::set<storage::RowKey> unreadable_;  // scans see them as erased ones
    model::Sequence applied_ = 0;
};

/// Runs each query at once.
class FakePool final : public runtime::QueryPool {
  public:
    explicit FakePool(runtime::Reader& reader) : reader_(reader) {}
    [[nodiscard]] bool post(std::function<void(runtime::Reader&)> query) override {
        if (busy) return false;
        ++queries;
        query(reader_);
        return true;
    }
    bool busy = false;
    std::size_t queries = 0;

  private:
    runtime::Reader& reader_;
};

class FakeSignal final : public runtime::EventSignal {
  public:
    [[nodiscard]] model::Sequence readable() const override { return readable_; }
    [[nodiscard]] std::function<void()> wait(net::IoThread& thread, model::Sequence after,
                                             std::function<void()> wake) override;
    void raise(model::Sequence readable);
    [[nodiscard]] std::size_t waiters() const { return waiters_.size(); }

  private:
    struct Waiter {
        net::IoThread* thread;
        model::Sequence after;
        std::function<void()> wake;
    };
    model::Sequence readable_ = 0;
    std::uint64_t next_id_ = 0;
    std::map<std::uint64_t, std::shared_ptr<Waiter>> waiters_;
};

}  // namespace postern::testing
