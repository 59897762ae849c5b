#include "adapters/email/bounce_form.h"

#include <algorithm>

#include "adapters/email/email_text.h"
#include "adapters/email/mime_header.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t recipients_max = 50;
constexpr std::size_t looked_through = 16 * 1024;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view field(const std::vector<MailHeader>& fields, std::string_view name) {
    const auto at = std::ranges::find_if(fields, [&](auto& f) { return same(f.name, name); });
    return at == fields.end() ? std::string_view{} : std::string_view(at->value);
}

/// "rfc822; ana@example.com" -> what is behind the type.
std::string_view behind_type(std::string_view value) {
    const std::size_t semicolon = value.find(';');
    return trim(semicolon == value.npos ? value : value.substr(semicolon + 1));
}

std::string address_in(std::string_view value) {
    const std::vector<Mailbox> found = mailboxes(behind_type(value));
    return found.empty() ? std::string{} : found.front().address;
}

std::optional<Bounce> read_recipient(const std::vector<MailHeader>& fields) {
    Bounce bounce;
    bounce.recipient = address_in(field(fields, "Original-Recipient"));
    // The one that we wrote to, where it is known: the final one may be behind a forwarding.
    if (bounce.recipient.empty()) bounce.recipient = address_in(field(fields, "Final-Recipient"));
    bounce.action = lower(trim(field(fields, "Action")));
    bounce.action = bounce.action.substr(0, bounce.action.find_first_of(" (\t"));
    bounce.status = enhanced_status_in(field(fields, "Status"));
    bounce.diagnostic = behind_type(field(fields, "Diagnostic-Code"));
    if (bounce.action.empty() && bounce.status.empty()) return std::nullopt;
    if (bounce.action.empty()) {
        const char cls = bounce.status[0];
        bounce.action = cls == '5' ? "failed" : cls == '2' ? "delivered" : "delayed";
    }
    return bounce;
}

}  // namespace

DeliveryReport read_delivery_status(std::string_view text) {
    DeliveryReport report;
    std::string block;
    bool first = true;
    const auto take = [&] {
        const std::vector<MailHeader> fields = header_lines(block);
        block.clear();
        if (fields.empty()) return;
        if (first) report.envelope_id = trim(field(fields, "Original-Envelope-Id"));
        first = false;
        // Some write all in one block.
        const bool recipient = !field(fields, "Final-Recipient").empty() ||
                               !field(fields, "Original-Recipient").empty() ||
                               !field(fields, "Action").empty();
        if (!recipient || report.recipients.size() == recipients_max) return;
        if (auto one = read_recipient(fields)) report.recipients.push_back(std::move(*one));
    };
    for (const std::string_view line : lines_of(text)) {
        if (blank(line)) {
            take();
        } else {
            block.append(line).append("\n");
        }
    }
    take();
    return report;
}

std::string enhanced_status_in(std::string_view text) {
    for (std::size_t i = 0; i + 5 <= text.size(); ++i) {
        if ((text[i] != '4' && text[i] != '5' && text[i] != '2') || text[i + 1] != '.') continue;
        // Nor is the version of a program one.
        if (i > 0 && (is_word(text[i - 1]) || text[i - 1] == '.')) continue;
        std::size_t at = i + 2;
        const std::size_t subject = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        if (at == subject || at - subject > 3 || at == text.size() || text[at] != '.') continue;
        const std::size_t detail = ++at;
        while (at < text.size() && is_digit(text[at])) ++at;
        if (at == detail || at - detail > 3) continue;
        // An address of the network looks the same but for its fourth number.
        if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) continue;
        return std::string(text.substr(i, at - i));
    }
    return {};
}

int smtp_code_in(std::string_view text) {
    for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
        const std::string_view three = text.substr(i, 3);
        if ((three[0] != '4' && three[0] != '5') || !is_digit(three[1]) || !is_digit(three[2]))
            continue;
        const bool before = i > 0 && (is_word(text[i - 1]) || text[i - 1] == '.');
        const char after = i + 3 < text.size() ? text[i + 3] : ' ';
        const bool ends = after == ' ' || after == '-' || after == ':' || after == '#';
        if (before || !ends || three[1] > '5') continue;
        return (three[0] - '0') * 100 + (three[1] - '0') * 10 + (three[2] - '0');
    }
    return 0;
}

void add_words(const Mail& mail, DeliveryReport& report) {
    for (Bounce& one : report.recipients) {
        if (!one.diagnostic.empty() || one.recipient.empty() || one.action != "failed") continue;
        one.diagnostic = words_about(cut(mail.text, looked_through), one.recipient);
    }
}

}  // namespace postern::adapters::email
