#include "gateway/policy/recipient.h"

#include <algorithm>
#include <array>

#include "adapters/shared/phone.h"
#include "gateway/policy/number_tables.h"
#include "gateway/policy/zones.h"

namespace postern::policy {
namespace {

// Numbers of +1 without a place would otherwise be anywhere from Guam to Newfoundland, which leaves
// two hours a day.
constexpr std::array<std::string_view, 5> north_america{"America/Chicago", "America/Denver",
                                                        "America/Los_Angeles", "America/New_York",
                                                        "America/Phoenix"};
constexpr std::size_t prefix_digits_max = 7;

const number_tables::Prefix* find_prefix(std::uint32_t digits) {
    const auto found = std::ranges::lower_bound(number_tables::prefixes, digits, {},
                                                &number_tables::Prefix::digits);
    const bool there = found != number_tables::prefixes.end() && found->digits == digits;
    return there ? &*found : nullptr;
}

struct Match {
    const number_tables::Prefix* longest = nullptr;   // of a number with a place
    const number_tables::Prefix* shortest = nullptr;  // the country's
};

Match match(std::string_view e164) {
    Match out;
    std::uint32_t digits = 0;
    for (std::size_t i = 1; i < e164.size() && i <= prefix_digits_max; ++i) {
        if (e164[i] < '0' || e164[i] > '9') break;
        digits = digits * 10 + static_cast<std::uint32_t>(e164[i] - '0');
        const number_tables::Prefix* found = find_prefix(digits);
        if (found == nullptr) continue;
        out.longest = found;
        if (out.shortest == nullptr) out.shortest = found;
    }
    return out;
}

std::vector<std::string_view> zones_of(const number_tables::Prefix* prefix) {
    std::vector<std::string_view> out;
    if (prefix == nullptr) return out;
    for (std::size_t i = number_tables::starts[prefix->zones];
         i < number_tables::starts[prefix->zones + 1u]; ++i) {
        out.push_back(canonical_zone(number_tables::zones[number_tables::members[i]]));
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::string_view state_of(std::string_view e164) {
    if (e164.size() < 5 || !e164.starts_with("+1")) return {};
    std::uint16_t area = 0;
    for (const char c : e164.substr(2, 3)) area = static_cast<std::uint16_t>(area * 10 + (c - '0'));
    const auto found = std::ranges::lower_bound(number_tables::area_codes, area, {},
                                                &number_tables::AreaCode::area);
    const bool there = found != number_tables::area_codes.end() && found->area == area;
    return there ? found->state : std::string_view{};
}

}  // namespace

std::vector<std::string_view> zones_of_number(std::string_view e164) {
    const Match found = match(e164);
    const bool placed = adapters::shared::is_geographic_phone(e164);
    return zones_of(placed ? found.longest : found.shortest);
}

model::Recipient describe_number(std::string_view e164) {
    model::Recipient out;
    const adapters::shared::PhoneResult read = adapters::shared::canonical_phone(e164, {});
    if (!read.ok()) {
        out.valid = false;
        out.invalid_why = read.problem;
        return out;
    }
    out.country = adapters::shared::region_of_phone(read.e164);
    for (char& c : out.country) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    out.region = state_of(read.e164);
    const Match found = match(read.e164);
    const bool placed =
        found.longest != found.shortest && adapters::shared::is_geographic_phone(read.e164);
    const bool anywhere = !placed && read.e164.starts_with("+1");
    if (anywhere) {
        out.zones.assign(north_america.begin(), north_america.end());
    } else {
        const auto zones = zones_of(placed ? found.longest : found.shortest);
        out.zones.assign(zones.begin(), zones.end());
    }
    if (!out.zones.empty()) out.zone_source = placed ? "number" : "country";
    return out;
}

std::string_view number_tables_version() {
    return number_tables::version;
}

}  // namespace postern::policy
