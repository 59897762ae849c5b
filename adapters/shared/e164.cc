// Shape checks only: whether the range is assigned is phone.h's business.
#include "adapters/shared/e164.h"

#include <algorithm>

namespace postern::adapters::shared {
namespace {

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool international_digits(std::string_view digits) {
    return digits.size() >= 7 && digits.size() <= 15 && digits.front() != '0' && all_digits(digits);
}

}  // namespace

bool is_e164(std::string_view text) {
    return text.starts_with('+') && international_digits(text.substr(1));
}

std::string e164_from_provider(std::string_view text) {
    std::string_view digits = text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || !international_digits(digits)) return {};
    std::string out = "+";
    if (digits.size() == 13 && digits.starts_with("521")) {  // 52 1 and ten digits
        return out.append("52").append(digits.substr(3));
    }
    return out.append(digits);
}

}  // namespace postern::adapters::shared
