// One request of the client on its way: what to send, where it stands, whom to tell (private
// header). Pure but for the callbacks.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/net/client.h"
#include "gateway/net/task.h"
#include "gateway/net/url.h"

namespace postern::net {

using PieceCallback = std::function<bool(std::string_view)>;
using DoneCallback = std::function<void(ClientResponse)>;

/// Where a body goes that is not kept whole; at most one of the two.
struct BodyTaker {
    PieceCallback piece;
    std::shared_ptr<BodySink> sink;
};

/// Life: from send() until `done` was called. One thread.
struct Exchange {
    ClientRequest request;
    Url url;
    std::string head;                // formatted request line and headers
    PieceCallback piece;             // set: the body is streamed
    std::shared_ptr<BodySink> sink;  // set: takes the body of a 2xx answer
    DoneCallback done;
    SteadyClock::time_point deadline;
    bool retried = false;
    bool via_proxy = false;
    bool source_begun = false;  // request.source gives its bytes once

    /// Calls `done`, once.
    void complete(ClientResponse response);
};

/// Null, with the reason in `error`, if URL or headers cannot be sent as they are.
[[nodiscard]] std::shared_ptr<Exchange> make_exchange(ClientRequest request, error_code& error);

/// Methods whose repetition changes nothing: may be repeated on a fresh connection when a kept one
/// turns out to be dead.
[[nodiscard]] bool is_idempotent(std::string_view method);

[[nodiscard]] ClientResponse failed_response(error_code error, Progress progress,
                                             std::string problem = {});

}  // namespace postern::net
