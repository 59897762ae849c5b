// Shipped defaults by country: hours, caps, consent. They are defaults that an operator chooses,
// not legal advice; every verdict that rests on one says so. Sources were checked in November 2026;
// where lists disagree the stricter one is taken.
#pragma once

#include <span>
#include <string_view>

#include "gateway/policy/account_policy.h"

namespace postern::policy {

inline constexpr std::string_view preset_note =
    "default, checked November 2026; review with counsel";

/// Hours are "08:00-20:00", "" for closed. `holiday` "=" for as on any day.
struct PresetHours {
    std::string_view preset;
    std::string_view region;  // empty: the whole country
    Categories categories = 0;
    std::string_view weekdays;
    std::string_view saturday;
    std::string_view sunday;
    std::string_view holiday;
    std::string_view source;
};

struct PresetCap {
    std::string_view preset;  // empty: every preset
    std::string_view region;
    Categories categories = 0;
    std::uint32_t count = 1;
    std::chrono::hours period{24};
    FrequencyCap::Scope scope = FrequencyCap::Scope::person;
    std::string_view source;
};

[[nodiscard]] std::span<const PresetHours> preset_hours();
[[nodiscard]] std::span<const PresetCap> preset_caps();
[[nodiscard]] bool is_preset(std::string_view name);
/// "co, us, mx …", for people.
[[nodiscard]] std::string preset_names();

/// Adds the preset's rules, caps and consents. `categories` 0: as the preset has them; else only
/// these, and one that the preset does not speak of keeps the hours of marketing.
void apply_preset(std::string_view name, Categories categories, AccountPolicy& out);

/// The zones that may be meant by a country, for people of whom nothing else is known; empty if it
/// is not one of the presets' countries.
[[nodiscard]] std::span<const std::string_view> zones_of_country(std::string_view country);

}  // namespace postern::policy
