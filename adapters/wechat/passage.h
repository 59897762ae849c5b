// Where a send with a medium stands between its requests: upload, message. The adapter keeps
// nothing; the step carries it. Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters::wechat {

struct Passage {
    enum class Phase : unsigned char { upload, send };
    Phase phase = Phase::send;  // of the request that is asked
    bool fresh = false;         // `media_id` was given for this very message
    std::string media_id;       // empty: there is none, or not yet
};

[[nodiscard]] std::string write_passage(const Passage& passage);
/// Nothing carried reads as a send without a medium.
[[nodiscard]] Passage read_passage(std::string_view carried);

}  // namespace postern::adapters::wechat
