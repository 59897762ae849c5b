// The plain commit log: RocksDB's own. Append is a synced write of the store, so there is nothing
// to replay and nothing to retire. Log thread.
#include <atomic>

#include "storage/commit_log.h"
#include "storage/store.h"

namespace postern::storage {
namespace {

class RocksdbLog final : public CommitLog {
  public:
    explicit RocksdbLog(Store& store) : store_(store), durable_(store.applied()) {}

    Result<void> append(const LogGroup& group) override {
        if (failure_.failed()) return failure_;
        if (group.first <= durable() || group.last < group.first) return Errc::bad_argument;
        if (auto applied = store_.apply(group.data, group.last); !applied) {
            failure_ = applied.error();
            return applied;
        }
        durable_.store(group.last, std::memory_order_release);
        groups_.fetch_add(1, std::memory_order_relaxed);
        bytes_.fetch_add(group.data.size(), std::memory_order_relaxed);
        return {};
    }

    bool applies() const override { return true; }
    void retire(Sequence) override {}
    Sequence durable() const override { return durable_.load(std::memory_order_acquire); }

    Counters counters() const override {
        Counters counters;
        counters.groups = groups_.load(std::memory_order_relaxed);
        counters.payload_bytes = bytes_.load(std::memory_order_relaxed);
        counters.bytes = counters.payload_bytes;  // RocksDB's framing is not ours to count
        return counters;
    }

  private:
    Store& store_;
    boost::system::error_code failure_;
    std::atomic<Sequence> durable_;
    std::atomic<std::uint64_t> groups_{0}, bytes_{0};
};

}  // namespace

std::unique_ptr<CommitLog> make_rocksdb_log(Store& store) {
    return std::make_unique<RocksdbLog>(store);
}

}  // namespace postern::storage
