// A webhook of about 700 bytes for each channel that is called over HTTP, and an account of it that
// sends: what is compared is the channel, not the message.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/adapter.h"

namespace postern::micro {

struct ChannelSample {
    std::string_view name;  // of the row
    std::string_view channel;
    std::string_view before;  // the words that bring it to 700 bytes stand between
    std::string_view after;
    std::string_view from = "+15005550006";
    std::string_view api = "";
};

[[nodiscard]] std::span<const ChannelSample> channel_samples();
/// About 700 bytes.
[[nodiscard]] std::string body_of(const ChannelSample& sample);
[[nodiscard]] adapters::AdapterConfig config_of(const ChannelSample& sample);

}  // namespace postern::micro
