#include "adapters/email/smtp_reply.h"

#include <charconv>

namespace postern::adapters::email {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A number of at most three digits without leading zeros, cut off the front of `text`.
std::optional<int> take_number(std::string_view& text) {
    std::size_t digits = 0;
    while (digits < text.size() && digits < 4 && is_digit(text[digits])) ++digits;
    if (digits == 0 || digits > 3 || (digits > 1 && text[0] == '0')) return std::nullopt;
    int number = 0;
    std::from_chars(text.data(), text.data() + digits, number);
    text.remove_prefix(digits);
    return number;
}

bool take_dot(std::string_view& text) {
    if (text.empty() || text.front() != '.') return false;
    text.remove_prefix(1);
    return true;
}

/// As qmail ends a reply with it, «(#5.1.1)», and IronPort begins one, «#5.1.1».
std::optional<SmtpStatus> numbered_status(std::string_view line) {
    const std::size_t sign = line.rfind('#');
    if (sign == std::string_view::npos) return std::nullopt;
    line.remove_prefix(sign + 1);
    return smtp_status(line.substr(0, line.find_first_not_of("0123456789.")));
}

}  // namespace

std::optional<SmtpStatus> smtp_status(std::string_view text) {
    const auto cls = take_number(text);
    if (!cls || (*cls != 2 && *cls != 4 && *cls != 5) || !take_dot(text)) return std::nullopt;
    const auto subject = take_number(text);
    if (!subject || !take_dot(text)) return std::nullopt;
    const auto detail = take_number(text);
    if (!detail || (!text.empty() && text.front() != ' ')) return std::nullopt;
    return SmtpStatus{*cls, *subject, *detail};
}

SmtpStatus SmtpReply::status() const {
    if (lines.empty()) return {};
    auto found = smtp_status(lines.front());
    for (std::size_t i = 0; i < lines.size() && !found; ++i) found = numbered_status(lines[i]);
    return found && found->cls == code / 100 ? *found : SmtpStatus{};
}

std::string SmtpReply::words() const {
    std::string out = std::to_string(code);
    for (const std::string& line : lines) {
        if (!line.empty()) out.append(" ").append(line);
    }
    return out;
}

std::optional<SmtpReply> SmtpReplyReader::next() {
    std::size_t from = 0;
    std::optional<SmtpReply> whole;
    while (!whole && broken_.empty()) {
        const std::size_t end = waiting_.find('\n', from);
        if (end == std::string::npos) {
            if (waiting_.size() - from > line_bytes_max) broken_ = "a line without an end";
            break;
        }
        const std::string_view line(waiting_.data() + from, end - from);
        from = end + 1;
        if (!line.ends_with('\r')) {
            broken_ = "a line that ends without CR";
        } else if (take_line(line.substr(0, line.size() - 1))) {
            whole = std::move(reply_);
            reply_ = {};
        }
    }
    waiting_.erase(0, from);
    return whole;
}

bool SmtpReplyReader::take_line(std::string_view line) {
    const bool coded = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
                       is_digit(line[2]);
    if (!coded || (line.size() > 3 && line[3] != ' ' && line[3] != '-')) {
        broken_ = "a line that is no reply";
        return false;
    }
    if (line.size() > line_bytes_max) broken_ = "a line beyond 2048 bytes";
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (!reply_.lines.empty() && reply_.code != code) broken_ = "two codes in one reply";
    if (reply_.lines.size() == lines_max) broken_ = "a reply beyond 256 lines";
    if (line.find('\r') != std::string_view::npos || line.find('\0') != std::string_view::npos) {
        broken_ = "a control character in a reply";
    }
    if (!broken_.empty()) return false;
    reply_.code = code;
    reply_.lines.emplace_back(line.size() > 4 ? line.substr(4) : std::string_view{});
    return line.size() == 3 || line[3] == ' ';
}

void SmtpReplyReader::clear() {
    waiting_.clear();
    reply_ = {};
}

}  // namespace postern::adapters::email
