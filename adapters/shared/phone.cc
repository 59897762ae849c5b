// The only file that includes libphonenumber (see phonenumber.cmake for where its headers come
// from).
#include "adapters/shared/phone.h"

#include <algorithm>

#include "phonenumbers/phonenumberutil.h"

namespace postern::adapters::shared {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t phone_text_bytes_max = 100;  // the longest real spelling has some 40
constexpr std::string_view no_region = "ZZ";       // the library's word for "must be international"

std::string_view trim(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

/// The library would find a number inside a sentence; we want the field to be one.
bool begins_like_a_number(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    return (first >= '0' && first <= '9') || first == '+' || first == '(' || first >= 0x80;
}

/// The library knows blanks and their Unicode relatives, but no tabs.
std::string with_plain_blanks(std::string_view text) {
    std::string out(text);
    std::ranges::replace_if(
        out, [](char c) { return c >= '\t' && c <= '\r'; }, ' ');
    return out;
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    });
    return out;
}

std::string problem_of(PhoneNumberUtil::ErrorType error, bool region_given) {
    switch (error) {
        case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
            return region_given
                       ? "the country code is not in use"
                       : "without a country code a region is needed; write +57 300 1234567";
        case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
        case PhoneNumberUtil::TOO_SHORT_NSN:
            return "too few digits for a phone number";
        case PhoneNumberUtil::TOO_LONG_NSN:
            return "too many digits for a phone number";
        default:
            return "this is not a phone number";
    }
}

std::string problem_of(PhoneNumberUtil::ValidationResult length) {
    switch (length) {
        case PhoneNumberUtil::INVALID_COUNTRY_CODE:
            return "the country code is not in use";
        case PhoneNumberUtil::TOO_SHORT:
            return "too few digits for its country";
        case PhoneNumberUtil::TOO_LONG:
            return "too many digits for its country";
        case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
            return "the area code is missing";
        default:
            return "the number of digits does not fit its country";
    }
}

PhoneResult judge(const PhoneNumberUtil& library, const PhoneNumber& number, bool international) {
    if (number.has_extension() && !number.extension().empty()) {
        return {{}, "an extension cannot receive messages; leave it out", false};
    }
    const auto length = library.IsPossibleNumberWithReason(number);
    if (length != PhoneNumberUtil::IS_POSSIBLE) return {{}, problem_of(length), false};
    PhoneResult result;
    result.assigned = library.IsValidNumber(number);
    if (!international && !result.assigned) {
        return {
            {}, "no such number in this region; write the country code if it is foreign", false};
    }
    library.Format(number, PhoneNumberUtil::E164, &result.e164);
    return result;
}

/// `00` is the exit code of most of the world, but not of, say, Colombia (00X) or the US (011),
/// where people type it all the same. Read it as `+` only if that names a number in use.
PhoneResult read_double_zero(const PhoneNumberUtil& library, std::string_view text) {
    PhoneNumber number;
    const std::string international = "+" + with_plain_blanks(text.substr(2));
    if (library.Parse(international, std::string(no_region), &number) !=
        PhoneNumberUtil::NO_PARSING_ERROR) {
        return {{}, "after 00 there is no country code in use", false};
    }
    return judge(library, number, true);
}

}  // namespace

PhoneResult canonical_phone(std::string_view text, std::string_view default_region) {
    text = trim(text);
    if (text.empty()) return {{}, "the phone number is empty", false};
    if (text.size() > phone_text_bytes_max) return {{}, "too long for a phone number", false};
    if (!begins_like_a_number(text)) return {{}, "this is not a phone number", false};
    const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
    if (text.starts_with("00")) {
        PhoneResult result = read_double_zero(library, text);
        if (result.ok() && result.assigned) return result;
        if (default_region.empty()) {
            if (result.ok()) result = {{}, "after 00 there is no number in use", false};
            return result;
        }
    }
    const std::string region =
        default_region.empty() ? std::string(no_region) : upper(default_region);
    PhoneNumber number;
    const auto error = library.Parse(with_plain_blanks(text), region, &number);
    if (error != PhoneNumberUtil::NO_PARSING_ERROR) {
        return {{}, problem_of(error, !default_region.empty()), false};
    }
    const bool international = text.starts_with('+') || text.starts_with("\xEF\xBC\x8B");  // U+FF0B
    return judge(library, number, international);
}

std::string region_of_phone(std::string_view e164) {
    const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string region;
    if (library.Parse(std::string(e164), std::string(no_region), &number) !=
        PhoneNumberUtil::NO_PARSING_ERROR) {
        return region;
    }
    library.GetRegionCodeForNumber(number, &region);
    return region == no_region ? std::string{} : region;
}

bool is_geographic_phone(std::string_view e164) {
    const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    return library.Parse(std::string(e164), std::string(no_region), &number) ==
               PhoneNumberUtil::NO_PARSING_ERROR &&
           library.IsNumberGeographical(number);
}

void warm_up_phone() {
    static_cast<void>(canonical_phone("+14155550100", {}));
}

}  // namespace postern::adapters::shared
