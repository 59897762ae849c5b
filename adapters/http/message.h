// One item as a message, a receipt or a consent. Used by decode.cc alone. Thread: any.
#pragma once

#include "adapters/adapter.h"
#include "adapters/http/pick.h"
#include "adapters/http/receive.h"

namespace postern::adapters::http {

/// Whether there is a text, a file, a place or a choice in it, where a message has them.
[[nodiscard]] bool says_something(const Receive& receive, const Item& item);

/// Appends what the item says, or why it could not be read.
void decode_message(const Receive& receive, const Item& item, Instant now, InboundBatch& batch);
void decode_status(const Receive& receive, const Item& item, Instant now, InboundBatch& batch);
void decode_consent(const Receive& receive, const Item& item, ItemKind kind, Instant now,
                    InboundBatch& batch);

/// An item of no consequence to us, kept as an event. `word` is the provider's.
void decode_other(const Receive& receive, const Item& item, std::string word, Instant now,
                  InboundBatch& batch);

}  // namespace postern::adapters::http
