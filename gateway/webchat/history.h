// What a visitor has seen, or should: the last messages of both sides, read from the store along
// the person's chain of rows. Query threads.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/model/media.h"
#include "gateway/model/records.h"
#include "gateway/runtime/reader.h"

namespace postern::webchat {

struct HistoryAsk {
    model::AccountNumber account = 0;
    std::string visitor;
    model::Sequence after = 0;  // the last message that the browser knows; 0: none
    /// Where the browser finds an upload, for a while: "/media/…".
    std::function<std::string(const model::UploadId&)> media_url;
};

struct Past {
    std::string frame;
    model::Sequence message = 0;  // of ours; 0: the visitor's own
};

struct History {
    bool readable = true;
    bool known = false;          // the visitor has said something here before
    std::vector<Past> messages;  // oldest first
};

/// Rows that are looked at: always so many, and back to `after`, but never more than the bound.
inline constexpr std::size_t history_rows_min = 200;
inline constexpr std::size_t history_rows_max = 2000;
/// Of all frames: within what may wait for one socket.
inline constexpr std::size_t history_bytes_max = 160 * 1024;

/// A message of ours is there once it has left for the visitor: not while it waits for its time.
[[nodiscard]] History read_history(runtime::Reader& reader, const HistoryAsk& ask);

}  // namespace postern::webchat
