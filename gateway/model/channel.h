// The channels by number: the number stands in keys (identity scopes) and never changes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace postern::model {

inline constexpr std::array<std::string_view, 13> channel_names = {
    "whatsapp", "messenger", "instagram", "telegram", "line",    "viber", "wechat",
    "twilio",   "vonage",    "smpp",      "email",    "webchat", "http"};

/// 1-based; 0 for an unknown name.
[[nodiscard]] constexpr std::uint32_t channel_number(std::string_view name) {
    for (std::uint32_t i = 0; i < channel_names.size(); ++i) {
        if (channel_names[i] == name) return i + 1;
    }
    return 0;
}

/// Where an identity is unique: everywhere on a channel, or on one account only. SMS is one channel
/// whoever carries it, so Twilio, Vonage and SMPP share a scope.
[[nodiscard]] constexpr std::uint32_t channel_scope(std::uint32_t channel) {
    constexpr std::uint32_t sms = channel_number("twilio");
    const bool carries_sms =
        channel == channel_number("vonage") || channel == channel_number("smpp");
    return 0x8000'0000u | (carries_sms ? sms : channel);
}
[[nodiscard]] constexpr std::uint32_t account_scope(std::uint32_t account) {
    return account;
}

}  // namespace postern::model
