// GET /v1/events: the history and what is added to it, as a long poll or as Server-Sent Events. One
// object for all requests; each request lives on its connection's I/O thread, reads on a query
// thread, and sleeps in EventSignal, so an idle reader costs no thread and no polling of the
// storage.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/events/account_table.h"
#include "gateway/events/page.h"
#include "gateway/net/http.h"
#include "gateway/runtime/reader.h"

namespace postern::events {

/// Why there is no page; the API words it as a problem.
struct Refusal {
    int status = 400;
    std::string_view code;
    std::string detail;
    std::string_view field;  // of a query parameter at fault
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct StreamServices {
    runtime::QueryPool& queries;
    runtime::EventSignal& signal;
    std::function<AccountTablePtr()> accounts;
    std::function<model::Now()> now;
    std::function<net::Response(const Refusal&)> refuse;
};

struct StreamOptions {
    std::chrono::hours retention{7 * 24};
    std::chrono::seconds keep_alive{15};
    std::size_t open_max = 4096;  // long polls and streams at once; beyond it 503
};

inline constexpr std::size_t events_limit_default = 100;
inline constexpr std::size_t events_limit_max = 1000;
inline constexpr std::chrono::seconds wait_max{60};

class EventStream final {
  public:
    EventStream(StreamServices services, StreamOptions options);

    /// On the connection's I/O thread. `headers` go into whatever is answered.
    ///
    ///   after=CURSOR | latest   absent: from the oldest event that is kept
    ///   types=a,b.*             wait=seconds (long poll, <= 60)
    ///   account=NAME            limit=1..1000
    void serve(const net::Request& request, net::Responder responder, Headers headers);

    /// Any thread: open long polls answer within a second (the server is about to drain).
    void drain() { draining_ = true; }

    /// Streams and long polls that are open now.
    [[nodiscard]] std::size_t open() const { return open_; }

  private:
    friend class LongPoll;
    friend class ServerSent;
    class Slot;  // one of open_max places, given back when the request ends

    /// The whole answer, or why the parameters do not say what to read.
    [[nodiscard]] bool read_parameters(const net::Request& request, PageRequest& page,
                                       std::chrono::seconds& wait, Refusal& refusal) const;

    StreamServices services_;
    const StreamOptions options_;
    std::atomic<std::size_t> open_{0};
    std::atomic<bool> draining_{false};
};

}  // namespace postern::events
