// A pattern is read from left to right together with the text.
#include "adapters/http/time_pattern.h"

#include <algorithm>
#include <array>

namespace postern::adapters::http {
namespace {

enum Field : unsigned char { year, month, day, hour, minute, second, weekday, fields };

struct Mark {
    std::string_view word;
    Field field;
};
/// The longer ones first: YYYY begins with YY.
constexpr std::array<Mark, 9> marks = {{{"YYYY", year},
                                        {"YY", year},
                                        {"MMM", month},
                                        {"MM", month},
                                        {"DDD", weekday},
                                        {"DD", day},
                                        {"hh", hour},
                                        {"mm", minute},
                                        {"ss", second}}};

constexpr std::string_view months = "janfebmaraprmayjunjulaugsepoctnovdec";

const Mark* mark_at(std::string_view pattern) {
    const auto found =
        std::ranges::find_if(marks, [&](const Mark& one) { return pattern.starts_with(one.word); });
    return found == marks.end() ? nullptr : &*found;
}

std::optional<int> digits(std::string_view text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<int> month_name(std::string_view text) {
    if (text.size() < 3) return std::nullopt;
    std::array<char, 3> word{};
    std::ranges::transform(text.substr(0, 3), word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    const std::size_t at = months.find(std::string_view(word.data(), word.size()));
    if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
    return static_cast<int>(at / 3) + 1;
}

std::optional<int> value_at(std::string_view text, const Mark& mark) {
    if (mark.field == weekday) return text.size() < 3 ? std::nullopt : std::optional<int>(0);
    return mark.word == "MMM" ? month_name(text) : digits(text, mark.word.size());
}

}  // namespace

bool is_time_pattern(std::string_view pattern) {
    std::array<bool, fields> named{};
    while (!pattern.empty()) {
        const Mark* const mark = mark_at(pattern);
        if (mark != nullptr) named[mark->field] = true;
        pattern.remove_prefix(mark == nullptr ? 1 : mark->word.size());
    }
    return named[year] && named[month] && named[day];
}

std::optional<Instant> read_time(std::string_view text, std::string_view pattern,
                                 std::chrono::minutes east) {
    std::array<int, fields> told{};
    while (!pattern.empty()) {
        const Mark* const mark = mark_at(pattern);
        if (mark == nullptr) {
            if (!text.starts_with(pattern.front())) return std::nullopt;
            text.remove_prefix(1);
            pattern.remove_prefix(1);
            continue;
        }
        const auto value = value_at(text, *mark);
        if (!value) return std::nullopt;
        told[mark->field] = mark->word == "YY" ? 2000 + *value : *value;
        text.remove_prefix(mark->word.size());
        pattern.remove_prefix(mark->word.size());
    }
    const std::chrono::year_month_day date{std::chrono::year{told[year]},
                                           std::chrono::month{static_cast<unsigned>(told[month])},
                                           std::chrono::day{static_cast<unsigned>(told[day])}};
    if (!date.ok() || told[hour] > 23 || told[minute] > 59 || told[second] > 60) {
        return std::nullopt;
    }
    return Instant{std::chrono::sys_days{date}} + std::chrono::hours{told[hour]} +
           std::chrono::minutes{told[minute]} + std::chrono::seconds{told[second]} - east;
}

}  // namespace postern::adapters::http
