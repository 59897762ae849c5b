// RFC 3339 in and out, without locale or time zone data.
#include "gateway/model/time.h"

#include <fmt/format.h>

namespace postern::model {
namespace {

using namespace std::chrono;

/// Reads exactly `digits` digits at `at`; -1 if there are none.
int digits_at(std::string_view s, std::size_t at, std::size_t digits) {
    if (at + digits > s.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        if (s[i] < '0' || s[i] > '9') return -1;
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

/// Reads ".123456" at `at` and moves past it; microseconds, further decimals are cut.
microseconds fraction_at(std::string_view s, std::size_t& at) {
    if (at >= s.size() || s[at] != '.') return {};
    std::int64_t us = 0, unit = 100'000;
    for (++at; at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at, unit /= 10)
        us += (s[at] - '0') * unit;
    return microseconds{us};
}

/// Reads "Z" or "+hh:mm" at `at`, which must be the end; false otherwise.
bool offset_at(std::string_view s, std::size_t at, minutes& out) {
    if (at >= s.size()) return false;
    if ((s[at] == 'Z' || s[at] == 'z') && at + 1 == s.size()) return true;
    if ((s[at] != '+' && s[at] != '-') || at + 6 != s.size() || s[at + 3] != ':') return false;
    const int h = digits_at(s, at + 1, 2), m = digits_at(s, at + 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59) return false;
    out = minutes{(h * 60 + m) * (s[at] == '-' ? -1 : 1)};
    return true;
}

void put_digits(std::uint32_t value, std::size_t digits, std::string& text, std::size_t at) {
    for (std::size_t i = at + digits; i-- > at; value /= 10)
        text[i] = static_cast<char>('0' + value % 10);
}

std::string odd_year(const year_month_day& date, std::uint32_t ms) {
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

}  // namespace

std::string format_time(Instant t) {
    const auto day = floor<days>(t);
    const year_month_day date{day};
    const auto ms = static_cast<std::uint32_t>(floor<milliseconds>(t - day).count());
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999) return odd_year(date, ms);
    // By hand: an answer has half a dozen moments, and a format string is read again for each.
    std::string text = "0000-00-00T00:00:00.000Z";
    put_digits(static_cast<std::uint32_t>(year), 4, text, 0);
    put_digits(static_cast<unsigned>(date.month()), 2, text, 5);
    put_digits(static_cast<unsigned>(date.day()), 2, text, 8);
    put_digits(ms / 3'600'000, 2, text, 11);
    put_digits(ms / 60'000 % 60, 2, text, 14);
    put_digits(ms / 1000 % 60, 2, text, 17);
    put_digits(ms % 1000, 3, text, 20);
    return text;
}

bool parse_time(std::string_view s, Instant& out) {
    if (s.size() < 20 || s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':') return false;
    if (s[10] != 'T' && s[10] != 't' && s[10] != ' ') return false;
    const int y = digits_at(s, 0, 4), mo = digits_at(s, 5, 2), d = digits_at(s, 8, 2);
    const int h = digits_at(s, 11, 2), mi = digits_at(s, 14, 2), se = digits_at(s, 17, 2);
    if (y < 0 || mo < 0 || d < 0 || h < 0 || h > 23 || mi < 0 || mi > 59 || se < 0 || se > 60)
        return false;
    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                              day{static_cast<unsigned>(d)}};
    if (!date.ok()) return false;
    std::size_t at = 19;
    const microseconds fraction = fraction_at(s, at);
    minutes offset{};
    if (!offset_at(s, at, offset)) return false;
    out = Instant{sys_days{date}} + hours{h} + minutes{mi} + seconds{se} + fraction - offset;
    return true;
}

}  // namespace postern::model
