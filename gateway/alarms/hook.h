// Tells a URL: notices one after the other, signed after Standard Webhooks if there is a secret,
// again and again until a 2xx or until they are a day old. Bounded; it holds up nobody.
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

#include "gateway/alarms/board.h"
#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"

namespace postern::alarms {

struct HookTarget {
    std::string url;
    std::string secret;  // raw bytes; empty: nothing is signed
    std::shared_ptr<net::HttpClient> client;
};

/// The POST that says it. `host` names the machine. Pure.
[[nodiscard]] net::ClientRequest make_notice_request(const HookTarget& target, const Notice& notice,
                                                     const std::string& id, std::string_view host,
                                                     model::Instant now);

/// How long until the next try after so many failures in a row.
[[nodiscard]] std::chrono::milliseconds retry_pause(unsigned failures);

class Hook final {
  public:
    static constexpr std::size_t waiting_max = 256;
    static constexpr std::chrono::hours age_max{24};

    Hook(net::IoThread& thread, std::function<model::Instant()> now, std::string host);
    ~Hook();
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;

    /// Main thread. What waits goes to the new target.
    void configure(HookTarget target);
    void tell(Notice notice);
    /// Once, while the loops turn; what waits is forgotten.
    void stop();

    struct Counters {
        std::atomic<std::uint64_t> delivered{0};
        std::atomic<std::uint64_t> failed{0};   // attempts
        std::atomic<std::uint64_t> dropped{0};  // too many, or too old
        std::atomic<std::uint64_t> waiting{0};
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }

  private:
    struct Waiting {
        Notice notice;
        std::string id;  // the same at each try: who receives it drops what it knows
    };
    void post(std::function<void()> task);
    void next();
    void on_answer(const net::ClientResponse& response);
    void pop();

    net::IoThread& thread_;
    const std::function<model::Instant()> now_;
    const std::string host_;
    HookTarget target_;
    std::deque<Waiting> waiting_;
    std::uint64_t number_ = 0;
    unsigned failures_ = 0;
    bool busy_ = false;      // a request or a pause is under way
    std::string under_way_;  // id of the notice that was sent last
    /// That it was sent with: a request that is under way would end unheard with its client.
    std::shared_ptr<net::HttpClient> client_;
    std::function<void()> cancel_pause_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    Counters counters_;
    bool stopped_ = false;
};

}  // namespace postern::alarms
