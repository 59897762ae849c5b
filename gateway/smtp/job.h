// One message on its way through this folder. Thread: one, from begin to end.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "gateway/egress/courier.h"

namespace postern::smtp {

struct Job {
    egress::Parcel parcel;
    std::function<void(egress::Handed)> done;
    std::string domain;                         // of the recipient, in ASCII
    std::chrono::microseconds waiting_since{};  // steady: for a connection
    bool again = false;        // a connection that had gone meanwhile cost it one try
    adapters::Secret token{};  // that its connection logged in with, or empty
    bool by_link = false;      // its file is too large to go along
    bool trial = false;        // no mail: it has what it wants once the relay would take one
};

/// An answer of our own: nothing of the message has left.
[[nodiscard]] inline egress::Handed handed(adapters::SendResult result, std::string_view code,
                                           std::string_view detail) {
    egress::Handed out;
    out.outcome.result = result;
    out.outcome.code = code;
    out.outcome.detail = detail;
    out.sent = false;
    return out;
}

}  // namespace postern::smtp
