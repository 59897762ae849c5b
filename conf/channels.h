// What an account of each channel may say: the contract's table as data. All channels of the
// contract are known here; whether this build speaks one is the gateway's to say.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace postern::conf {

enum class SettingKind : unsigned char { text, number, scalar, list, table, port };

struct SettingSpec {
    std::string_view key;
    SettingKind kind = SettingKind::text;
    std::span<const std::string_view> choices;  // empty: anything
    std::string_view help;
};

struct ChannelSpec {
    std::string_view name;
    std::span<const std::string_view> credentials;
    std::span<const SettingSpec> settings;
};

/// In the contract's order.
[[nodiscard]] std::span<const ChannelSpec> channel_specs();
[[nodiscard]] const ChannelSpec* find_channel(std::string_view name);
[[nodiscard]] std::vector<std::string_view> channel_names();
[[nodiscard]] std::string_view kind_name(SettingKind kind);

}  // namespace postern::conf
