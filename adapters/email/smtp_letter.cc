#include "adapters/email/smtp_letter.h"

#include "adapters/email/smtp_address.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t line_bytes_max = 998;

/// An address that mail_address() spells back unchanged holds nothing that could end a command.
bool is_path(std::string_view address) {
    const auto parsed = mail_address(address);
    return parsed && parsed->text() == address;
}

bool needs_utf8(const SmtpLetter& letter) {
    if (!is_ascii(letter.sender) || !is_ascii(letter.recipient)) return true;
    const std::size_t headers = letter.content.find("\r\n\r\n");
    return !is_ascii(std::string_view(letter.content).substr(0, headers));
}

}  // namespace

std::uint64_t smtp_bytes(const SmtpLetter& letter) {
    return letter.content.size() + letter.more_bytes;
}

SmtpProblem smtp_obstacle(const SmtpLetter& letter, const SmtpExtensions& server) {
    if (!is_path(letter.sender) || !is_path(letter.recipient) || !smtp_clean(letter.content)) {
        return SmtpProblem::broken;
    }
    if (needs_utf8(letter) && !server.utf8) return SmtpProblem::no_utf8;
    if (!is_ascii(letter.content) && !server.eight_bit) return SmtpProblem::broken;
    if (server.size_max && smtp_bytes(letter) > *server.size_max) return SmtpProblem::too_large;
    return SmtpProblem::none;
}

std::string_view smtp_words(SmtpProblem problem) {
    switch (problem) {
        case SmtpProblem::none:
            return "";
        case SmtpProblem::protocol:
            return "the server does not speak SMTP";
        case SmtpProblem::no_tls:
            return "the server does not offer STARTTLS";
        case SmtpProblem::no_mechanism:
            return "the server offers no AUTH mechanism that fits the account";
        case SmtpProblem::too_large:
            return "the mail is larger than the server takes";
        case SmtpProblem::no_utf8:
            return "the address needs SMTPUTF8, which the server does not offer";
        case SmtpProblem::broken:
            return "the mail cannot be sent as it is";
    }
    return "";
}

std::string smtp_mail_command(const SmtpLetter& letter, const SmtpExtensions& server) {
    std::string out = "MAIL FROM:<" + letter.sender + ">";
    if (server.size_max) out += " SIZE=" + std::to_string(smtp_bytes(letter));
    if (server.eight_bit && !is_ascii(letter.content)) out += " BODY=8BITMIME";
    if (needs_utf8(letter)) out += " SMTPUTF8";
    if (server.dsn) {
        out += " RET=HDRS";
        if (!letter.envelope_id.empty()) out += " ENVID=" + smtp_xtext(letter.envelope_id);
    }
    return out;
}

std::string smtp_rcpt_command(const SmtpLetter& letter, const SmtpExtensions& server) {
    std::string out = "RCPT TO:<" + letter.recipient + ">";
    if (!server.dsn) return out;
    out += " NOTIFY=FAILURE,DELAY";
    if (is_ascii(letter.recipient)) out += " ORCPT=rfc822;" + smtp_xtext(letter.recipient);
    return out;
}

std::string smtp_xtext(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 33 || byte > 126 || c == '+' || c == '=') {
            out.append(1, '+').append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
        } else {
            out += c;
        }
    }
    return out;
}

std::string smtp_stuffed(std::string_view content) {
    std::string out;
    out.reserve(content.size() + 64);
    while (!content.empty()) {
        const std::size_t end = content.find("\r\n");
        const std::string_view line =
            content.substr(0, end == std::string_view::npos ? content.size() : end + 2);
        if (line.front() == '.') out += '.';
        out += line;
        content.remove_prefix(line.size());
    }
    if (!out.empty() && !out.ends_with("\r\n")) out += "\r\n";
    return out;
}

bool smtp_clean(std::string_view content) {
    std::size_t line = 0;
    for (std::size_t i = 0; i < content.size(); ++i) {
        const char c = content[i];
        if (c == '\0' || c == '\n') return false;
        if (c != '\r') {
            if (++line > line_bytes_max) return false;
            continue;
        }
        if (i + 1 == content.size() || content[i + 1] != '\n') return false;
        ++i;
        line = 0;
    }
    return true;
}

}  // namespace postern::adapters::email
