// What became of the latest requests: by the id that their answers named, which messages they made,
// and when. In memory, bounded, gone with the process: everything else of a message's
// story is in its rows. Any thread; each I/O thread writes a ring of its own.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/ids.h"
#include "gateway/model/time.h"

namespace postern::runtime {

struct RequestTrace {
    std::string id;    // the answer's X-Request-Id
    std::string what;  // "webhook wa-main", "POST /v1/messages"; no secrets, no query
    std::string peer;  // the client's address
    model::Instant received{};
    model::Instant durable{};  // what it made was on disk; the epoch: it made nothing
    model::Instant answered{};
    int status = 0;
    std::vector<model::Ulid> made;  // in the order of its items; a duplicate makes nothing
};

/// RequestTrace::what of a webhook.
[[nodiscard]] inline std::string webhook_trace(std::string_view account) {
    return std::string("webhook ").append(account);
}

class RequestTraces final {
  public:
    /// Of all threads together at most `traces_max`, and as many ids that they made (a batch makes
    /// a thousand); the oldest of a thread goes first.
    RequestTraces(std::size_t threads, std::size_t traces_max);

    /// `thread`: the index of the I/O thread that answers.
    void note(std::size_t thread, RequestTrace trace);

    /// Looks through all of them: for people, not for requests by the thousand.
    [[nodiscard]] std::optional<RequestTrace> find(std::string_view id) const;
    /// The first request that has to do with this message.
    [[nodiscard]] std::optional<RequestTrace> find_made(model::Sequence message) const;

    /// The last ones of this `what`, latest first.
    [[nodiscard]] std::vector<RequestTrace> latest(std::string_view what,
                                                   std::size_t count_max) const;

    /// A fresh id: "req_" and 28 hexadecimal digits, unlike those of any other start.
    [[nodiscard]] std::string make_id(std::size_t thread);

  private:
    struct alignas(64) Ring {
        mutable std::mutex mutex;
        std::deque<RequestTrace> traces;  // in order of their answers
        std::size_t ids = 0;              // that all of them made
        std::uint64_t made = 0;           // ids of requests, by make_id()
    };
    template <class Wanted>
    [[nodiscard]] std::optional<RequestTrace> search(const Wanted& wanted) const;

    const std::uint64_t base_;
    const std::size_t ring_max_;
    std::vector<std::unique_ptr<Ring>> rings_;
};

}  // namespace postern::runtime
