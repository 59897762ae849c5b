#include "adapters/email/compose_header.h"

#include <array>
#include <cstdio>

#include "adapters/email/mime_gmime.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t line_max = 78;

std::string without_controls(std::string_view value) {
    std::string out(value);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return out;
}

/// GMime folds by its own measure: the folds come out again.
std::string unfolded(std::string text) {
    std::erase(text, '\r');
    std::erase(text, '\n');
    for (char& c : text) {
        if (c == '\t') c = ' ';
    }
    return text;
}

}  // namespace

void append_field(std::string& out, std::string_view name, std::string_view value) {
    const std::string clean = without_controls(value);
    std::string_view rest = clean;
    std::string line(name);
    line += ':';
    bool fresh = true;  // no word stands in this line: the first stays beside the name
    while (!rest.empty()) {
        while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
        const std::string_view word = rest.substr(0, rest.find(' '));
        if (word.empty()) break;
        if (!fresh && line.size() + 1 + word.size() > line_max) {
            out.append(line).append("\r\n");
            line.clear();
            fresh = true;
        }
        line.append(" ").append(word);
        fresh = false;
        rest.remove_prefix(word.size());
    }
    out.append(line).append("\r\n");
}

std::string encoded_text(std::string_view words) {
    const std::string clean = without_controls(words);
    // "=?" in what a person wrote would be read as an encoded word.
    if (is_ascii(clean) && clean.find("=?") == std::string::npos) return clean;
    (void)mime_options();
    return unfolded(taken(g_mime_utils_header_encode_text(nullptr, clean.c_str(), "utf-8")));
}

std::string encoded_mailbox(const NamedAddress& mailbox) {
    if (mailbox.name.empty()) return mailbox.address.text();
    (void)mime_options();
    const std::string name = without_controls(mailbox.name);
    return unfolded(taken(g_mime_utils_header_encode_phrase(nullptr, name.c_str(), "utf-8"))) +
           " <" + mailbox.address.text() + ">";
}

std::string mail_date_text(Instant at) {
    static constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed",
                                                        "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                  months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text.data();
}

}  // namespace postern::adapters::email
