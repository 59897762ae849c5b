// Where a send stands between two of its requests: token, upload, message. The adapter keeps
// nothing; the step carries it. Pure. Thread: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::adapters::wechat {

struct Passage {
    enum class Phase : unsigned char { token, upload, send };
    Phase phase = Phase::token;  // of the request that is asked
    bool again = false;          // a token was refused before: the next refusal ends it
    bool fresh = false;          // `media_id` was given for this very message
    std::string token;
    std::string media_id;  // empty: there is none, or not yet
};

/// With a credential: never logged.
[[nodiscard]] std::string write_passage(const Passage& passage);
/// Nothing carried reads as a send without a medium: token, message, and once more of both.
[[nodiscard]] Passage read_passage(std::string_view carried, std::size_t step);

}  // namespace postern::adapters::wechat
