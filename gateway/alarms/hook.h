// What is to be told and was not yet: notices one after the other by one way, again and again until
// they are taken or a day old. Bounded; it holds up nobody.
//
// Life: made after the I/O pool, stopped before it. Everything happens on its I/O thread; tell()
// and the counters are for any.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/alarms/way.h"
#include "gateway/net/io_thread.h"

namespace postern::alarms {

/// How long until the next try after so many failures in a row.
[[nodiscard]] std::chrono::milliseconds retry_pause(unsigned failures);

class Hook final {
  public:
    static constexpr std::size_t waiting_max = 256;
    static constexpr std::chrono::hours age_max{24};

    /// `name` of the way, for the log.
    Hook(net::IoThread& thread, std::function<model::Instant()> now, std::string_view name);
    ~Hook();
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;

    /// Main thread. What waits goes the new way; null: nobody is told, and nothing waits.
    void configure(std::shared_ptr<Way> way);
    /// What came at once is told at once, where the way can.
    void tell(std::vector<Notice> notices);
    /// Once, while the loops turn; what waits is forgotten.
    void stop();

    struct Counters {
        std::atomic<std::uint64_t> delivered{0};
        std::atomic<std::uint64_t> failed{0};   // attempts
        std::atomic<std::uint64_t> dropped{0};  // too many, or too old
        std::atomic<std::uint64_t> waiting{0};
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }

    /// The counters of a moment.
    struct Figures {
        std::uint64_t delivered = 0;
        std::uint64_t failed = 0;
        std::uint64_t dropped = 0;
        std::uint64_t waiting = 0;
    };
    [[nodiscard]] Figures figures() const {
        return {counters_.delivered.load(), counters_.failed.load(), counters_.dropped.load(),
                counters_.waiting.load()};
    }

  private:
    void post(std::function<void()> task);
    void next();
    void ended(const std::string& problem);
    void pause(std::chrono::milliseconds time);
    void pop();

    net::IoThread& thread_;
    const std::function<model::Instant()> now_;
    const std::string_view name_;
    std::shared_ptr<Way> way_;
    std::deque<Telling> waiting_;
    std::uint64_t number_ = 0;
    unsigned failures_ = 0;
    bool busy_ = false;                   // something is being told, or a pause is under way
    std::vector<std::string> under_way_;  // ids of what was told last
    /// By which it was told: what is under way would end unheard with its way.
    std::shared_ptr<Way> speaking_;
    std::function<void()> cancel_pause_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    Counters counters_;
    bool stopped_ = false;
};

}  // namespace postern::alarms
