// How many parts an SMS takes, exactly as phones and message centres count (3GPP
// TS 23.038, 23.040). Pure functions. Thread: any.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace postern::adapters::shared {

enum class SmsEncoding : unsigned char { gsm7, ucs2 };

/// Spelled as in the contract: "gsm7", "ucs2".
[[nodiscard]] std::string_view to_string(SmsEncoding encoding);

struct SmsSegments {
    SmsEncoding encoding = SmsEncoding::gsm7;
    std::size_t count = 1;  // parts; an empty text is one
    std::size_t units = 0;  // septets (gsm7) or UTF-16 code units (ucs2), without padding
    bool operator==(const SmsSegments&) const = default;
};

/// Of UTF-8 text, taken as it is: no normalisation. 160 septets or 70 units in one part; 153 or 67
/// in each of several, because of the header that joins them (8-bit reference). A pair (an escaped
/// character, a surrogate pair) stays whole, so a part may end one unit early. A byte that is not
/// UTF-8 counts as U+FFFD.
[[nodiscard]] SmsSegments sms_segments(std::string_view text);

/// The same text as those parts: `sms_segments(text).count` of them, each a view of `text`.
[[nodiscard]] std::vector<std::string_view> sms_parts(std::string_view text);

/// Septets of one character in GSM-7: 1, in the extension table 2, in neither 0.
[[nodiscard]] unsigned gsm7_septets(char32_t character);

}  // namespace postern::adapters::shared
