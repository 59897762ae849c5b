#include "adapters/email/bounce_form.h"

#include <algorithm>

#include "adapters/email/email_auto.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime_header.h"

namespace postern::adapters::email {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t recipients_max = 50;
constexpr std::size_t looked_through = 16 * 1024;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
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
    if (bounce.action.empty()) bounce.action = bounce.status[0] == '5' ? "failed" : "delayed";
    return bounce;
}

bool from_daemon(const Mail& mail) {
    const std::vector<Mailbox> from = mailboxes(mail.header("From"));
    const std::string name = from.empty() ? "" : from.front().address;
    static const Words daemons = {"mailer-daemon", "postmaster@", "mail-daemon",
                                  "mailerdaemon",  "mail.daemon", "microsoftexchange"};
    const bool null_sender =
        (mail.envelope_from && blank(*mail.envelope_from)) || mail.header("Return-Path") == "<>";
    return contains_any(name, daemons) || null_sender;
}

bool subject_of_bounce(const Mail& mail) {
    static const Words subjects = {"undeliver",
                                   "delivery status notification",
                                   "failure notice",
                                   "delivery failure",
                                   "mail delivery failed",
                                   "returned mail",
                                   "delivery has failed",
                                   "message could not be delivered",
                                   "returned to sender",
                                   "no se puede entregar",
                                   "no entregad",
                                   "no entregado",
                                   "no se pudo entregar",
                                   "non recapitabile",
                                   "mancato recapito",
                                   "consegna non riuscita",
                                   "unzustellbar",
                                   "nicht zugestellt",
                                   "não entregue",
                                   "não foi entregue",
                                   "falha na entrega",
                                   "non remis",
                                   "non distribu",
                                   "échec de la remise",
                                   "delivery delayed",
                                   "delivery incomplete",
                                   "entrega fallida",
                                   "nicht zustellbar"};
    return contains_any(mail.words("Subject"), subjects);
}

/// «<ana@example.com>:» alone in a line, as Postfix and qmail write it, else the first address in
/// the text that is not the daemon's.
std::string failed_recipient(const Mail& mail) {
    const std::string named = address_in(mail.header("X-Failed-Recipients"));
    if (!named.empty()) return named;
    std::string first;
    const std::vector<Mailbox> from = mailboxes(mail.header("From"));
    for (const std::string_view line : lines_of(cut(mail.text, looked_through))) {
        if (line.find('@') == line.npos) continue;
        const std::vector<Mailbox> found = mailboxes(line.substr(0, 400));
        if (found.empty()) continue;
        const std::string& address = found.front().address;
        if (!our_name_in(address).empty()) continue;  // a quoted Message-ID
        if (!from.empty() && address == from.front().address) continue;
        const std::string_view text = trim(line);
        if (text.starts_with('<') && text.find(">:") != text.npos) return address;
        if (first.empty()) first = address;
    }
    return first;
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
        if (i > 0 && (is_digit(text[i - 1]) || text[i - 1] == '.')) continue;
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
        const bool before = i > 0 && (is_digit(text[i - 1]) || text[i - 1] == '.');
        const char after = i + 3 < text.size() ? text[i + 3] : ' ';
        const bool ends = after == ' ' || after == '-' || after == ':' || after == '#';
        if (before || !ends || three[1] > '5') continue;
        return (three[0] - '0') * 100 + (three[1] - '0') * 10 + (three[2] - '0');
    }
    return 0;
}

std::optional<DeliveryReport> read_free_bounce(const Mail& mail) {
    const bool named = mail.has("X-Failed-Recipients");
    if (!named && !(from_daemon(mail) && subject_of_bounce(mail))) return std::nullopt;
    Bounce bounce;
    bounce.recipient = failed_recipient(mail);
    const std::string_view text = cut(mail.text, looked_through);
    bounce.status = enhanced_status_in(text);
    const int code = smtp_code_in(text);
    static const Words delays = {"delayed",
                                 "retrasad",
                                 "verzögert",
                                 "will be retried",
                                 "will retry",
                                 "temporarily deferred",
                                 "still trying",
                                 "se seguirá intentando",
                                 "delivery incomplete"};
    const bool delay = contains_any(mail.words("Subject"), delays) ||
                       (bounce.status.empty() && code == 0 && contains_any(text, delays));
    bounce.action = delay ? "delayed" : "failed";
    for (const std::string_view line : lines_of(text)) {
        const bool says = (!bounce.status.empty() && line.find(bounce.status) != line.npos) ||
                          names_unknown_user(line) ||
                          (bounce.status.empty() && code != 0 && smtp_code_in(line) == code);
        if (!says) continue;
        bounce.diagnostic = trim(line);
        break;
    }
    DeliveryReport report;
    report.recipients.push_back(std::move(bounce));
    return report;
}

}  // namespace postern::adapters::email
