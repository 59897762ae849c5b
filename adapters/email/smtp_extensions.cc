#include "adapters/email/smtp_extensions.h"

#include <algorithm>
#include <charconv>

namespace postern::adapters::email {
namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return out;
}

std::string_view take_word(std::string_view& text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc{} || stop != end || number == 0) return std::nullopt;
    return number;
}

void read_auth(std::string_view mechanisms, SmtpExtensions& out) {
    while (!mechanisms.empty()) {
        const std::string_view word = take_word(mechanisms);
        if (word == "PLAIN") out.plain = true;
        if (word == "LOGIN") out.login = true;
        if (word == "XOAUTH2") out.xoauth2 = true;
        if (word == "OAUTHBEARER") out.oauthbearer = true;
    }
}

void read_limits(std::string_view limits, SmtpExtensions& out) {
    constexpr std::string_view name = "MAILMAX=";
    while (!limits.empty()) {
        const std::string_view word = take_word(limits);
        if (word.starts_with(name)) out.mails_max = number_of(word.substr(name.size()));
    }
}

}  // namespace

SmtpExtensions smtp_extensions(const SmtpReply& hello) {
    SmtpExtensions out;
    for (std::size_t i = 1; i < hello.lines.size(); ++i) {
        const std::string line = upper(hello.lines[i]);
        std::string_view rest = line;
        const std::string_view keyword = take_word(rest);
        if (keyword == "STARTTLS") out.starttls = true;
        if (keyword == "PIPELINING") out.pipelining = true;
        if (keyword == "8BITMIME") out.eight_bit = true;
        if (keyword == "SMTPUTF8") out.utf8 = true;
        if (keyword == "CHUNKING") out.chunking = true;
        if (keyword == "DSN") out.dsn = true;
        if (keyword == "SIZE") out.size_max = number_of(take_word(rest));
        if (keyword == "LIMITS") read_limits(rest, out);
        if (keyword == "AUTH") read_auth(rest, out);
        if (keyword.starts_with("AUTH=")) {
            read_auth(std::string_view(line).substr(5), out);
        }
    }
    return out;
}

}  // namespace postern::adapters::email
