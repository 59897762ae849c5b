// Durations and sizes: an integer and a unit, no spaces, no fractions, nothing that overflows.
#include "conf/quantity.h"

#include <array>
#include <charconv>
#include <limits>

#include "conf/loader.h"

namespace postern::conf {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

// Largest first, so that show() finds the shortest spelling.
constexpr std::array<Unit, 5> duration_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 4> size_units{
    {{"TiB", 1ull << 40}, {"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}}};

bool parse_number(std::string_view text, std::uint64_t& value, std::string_view& rest) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return false;
    rest = text.substr(static_cast<std::size_t>(end - text.data()));
    return true;
}

bool scale(std::uint64_t value, std::uint64_t factor, std::uint64_t& out) {
    constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value > limit / factor) return false;
    out = value * factor;
    return true;
}

}  // namespace

bool parse_duration(std::string_view text, Duration& out) {
    std::uint64_t value = 0;
    std::uint64_t scaled = 0;
    std::string_view rest;
    if (!parse_number(text, value, rest)) return false;
    for (const Unit& unit : duration_units) {
        if (rest != unit.name) continue;
        if (!scale(value, unit.factor, scaled)) return false;
        out = Duration(static_cast<std::int64_t>(scaled));
        return true;
    }
    return false;
}

bool parse_size(std::string_view text, std::uint64_t& out) {
    std::uint64_t value = 0;
    std::string_view rest;
    if (!parse_number(text, value, rest)) return false;
    if (rest.empty()) return scale(value, 1, out);
    for (const Unit& unit : size_units) {
        if (rest == unit.name) return scale(value, unit.factor, out);
    }
    return false;
}

std::string show_size(std::uint64_t bytes) {
    for (const Unit& unit : size_units) {
        if (bytes > 0 && bytes % unit.factor == 0) {
            return std::to_string(bytes / unit.factor) + std::string(unit.name);
        }
    }
    return std::to_string(bytes);
}

std::string show_duration(Duration duration) {
    const auto value = static_cast<std::uint64_t>(duration.count());
    for (const Unit& unit : duration_units) {
        if (value > 0 && value % unit.factor == 0) {
            return std::to_string(value / unit.factor) + std::string(unit.name);
        }
    }
    return "0s";
}

}  // namespace postern::conf
