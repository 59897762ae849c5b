// The generated tables of recipient.cc (make_number_tables.py): which number is where.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace postern::policy::number_tables {

struct Prefix {
    std::uint32_t digits;  // the first digits of an international number; never begins with 0
    std::uint16_t zones;   // index into `starts`
};
struct AreaCode {
    std::uint16_t area;      // of +1
    std::string_view state;  // "fl"
};

extern const std::string_view version;                 // of python3-phonenumbers
extern const std::span<const std::string_view> zones;  // all names
extern const std::span<const std::uint16_t> members;   // indices into `zones`
extern const std::span<const std::uint16_t> starts;    // set i is members[starts[i], starts[i+1])
extern const std::span<const Prefix> prefixes;         // sorted by digits
extern const std::span<const AreaCode> area_codes;     // sorted by area

}  // namespace postern::policy::number_tables
