// Commands about answers that the API gave under a caller's Idempotency-Key. Plain values, moved
// across threads.
#pragma once

#include "gateway/model/outbound.h"
#include "storage/keys.h"

namespace postern::core {

/// What a POST was answered, for whoever repeats it under the same key (CONTRACT, Idempotency-Key).
/// It comes twice: with the change itself and without an answer, so that the change is never made a
/// second time, and then with the answer. Messages remember their key themselves.
struct KeepAnswer {
    storage::Blind key;
    model::IdempotencyRow row;  // `answer` is the core's
    bool forget = false;        // it was refused after all: the key may be used again
    bool operator==(const KeepAnswer&) const = default;
};

}  // namespace postern::core
