// A reader of fixed fields; no locale, no library.
#include "adapters/shared/rfc3339.h"

namespace postern::adapters::shared {
namespace {

struct Reader {
    std::string_view rest;
    bool good = true;

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (rest.empty() || rest.front() < '0' || rest.front() > '9') {
                good = false;
                return 0;
            }
            value = value * 10 + (rest.front() - '0');
            rest.remove_prefix(1);
        }
        return value;
    }
    bool skip(char c) {
        if (rest.empty() || rest.front() != c) return false;
        rest.remove_prefix(1);
        return true;
    }
    void expect(char c) { good = skip(c) && good; }
};

std::chrono::microseconds fraction(Reader& reader) {
    std::chrono::microseconds value{0};
    if (!reader.skip('.')) return value;
    reader.good = reader.good && !reader.rest.empty() && reader.rest.front() >= '0' &&
                  reader.rest.front() <= '9';
    for (int unit = 100000; !reader.rest.empty(); unit /= 10) {
        if (reader.rest.front() < '0' || reader.rest.front() > '9') break;
        value += std::chrono::microseconds(unit * (reader.rest.front() - '0'));
        reader.rest.remove_prefix(1);
    }
    return value;
}

std::chrono::minutes offset(Reader& reader) {
    // «2020-01-01 12:00:00 +0000» is how the SMS API of Vonage writes it.
    if (reader.rest.starts_with(" +") || reader.rest.starts_with(" -")) reader.skip(' ');
    if (reader.rest.empty() || reader.skip('Z') || reader.skip('z')) return {};
    const bool west = reader.skip('-');
    if (!west) reader.expect('+');
    const int hours = reader.digits(2);
    reader.skip(':');
    const int minutes = reader.digits(2);
    reader.good = reader.good && hours < 24 && minutes < 60;
    const std::chrono::minutes value{hours * 60 + minutes};
    return west ? -value : value;
}

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
    Reader reader{text};
    const std::chrono::year year{reader.digits(4)};
    reader.expect('-');
    const std::chrono::month month{static_cast<unsigned>(reader.digits(2))};
    reader.expect('-');
    const std::chrono::day day{static_cast<unsigned>(reader.digits(2))};
    if (!reader.skip('T') && !reader.skip('t')) reader.expect(' ');
    const int hour = reader.digits(2);
    reader.expect(':');
    const int minute = reader.digits(2);
    reader.expect(':');
    const int second = reader.digits(2);
    const std::chrono::microseconds part = fraction(reader);
    const std::chrono::minutes east = offset(reader);
    const std::chrono::year_month_day date{year, month, day};
    if (!reader.good || !reader.rest.empty() || !date.ok() || year < std::chrono::year{1970} ||
        hour > 23 || minute > 59 || second > 60) {
        return std::nullopt;
    }
    return Instant{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
           std::chrono::minutes{minute} + std::chrono::seconds{second} + part - east;
}

}  // namespace postern::adapters::shared
