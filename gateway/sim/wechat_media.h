// What was uploaded to WeChat: temporary media of an account, for three days, each of one kind.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "gateway/sim/receiver.h"

namespace postern::sim {

/// Errors come with HTTP 200.
[[nodiscard]] net::Response wechat_failure(int code, std::string_view message);

/// media/upload: fills `call.answer`, and remembers the medium.
void read_wechat_upload(const net::Request& request, Call& call);

/// Whether `media_id` is the account's, of that kind, and not forgotten yet.
[[nodiscard]] bool has_wechat_medium(const SimAccount& account, std::string_view media_id,
                                     std::string_view kind);

}  // namespace postern::sim
