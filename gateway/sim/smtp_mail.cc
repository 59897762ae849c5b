#include "gateway/sim/smtp_mail.h"

#include <algorithm>

#include "gateway/sim/base64.h"

namespace postern::sim {
namespace {

constexpr std::size_t line_max = 998;

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

/// The header block without its folds, in CRLF lines.
std::string unfolded(std::string_view head) {
    std::string out;
    for (std::size_t i = 0; i < head.size(); ++i) {
        const bool fold = head.substr(i).starts_with("\r\n") && i + 2 < head.size() &&
                          (head[i + 2] == ' ' || head[i + 2] == '\t');
        if (fold) {
            ++i;
        } else {
            out += head[i];
        }
    }
    return out + "\r\n";
}

/// The values of that field, in their order, joined by nothing; `count` of them.
std::string field(const std::string& head, const std::string& name, int& count) {
    const std::string low = "\r\n" + lower(head);
    std::string value;
    count = 0;
    for (std::size_t at = low.find("\r\n" + name + ":"); at != std::string::npos;
         at = low.find("\r\n" + name + ":", at + 2)) {
        const std::size_t from = at + name.size() + 1;
        if (count++ == 0) value = head.substr(from, head.find("\r\n", from) - from);
    }
    value.erase(0, std::min(value.find_first_not_of(" \t"), value.size()));
    return value;
}

std::string field(const std::string& head, const std::string& name) {
    int count = 0;
    return field(head, name, count);
}

int hex_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string from_quoted_printable(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '=' || i + 2 >= text.size()) {
            out += text[i];
            continue;
        }
        const int high = hex_of(text[i + 1]);
        const int low = hex_of(text[i + 2]);
        if (high >= 0 && low >= 0) out += static_cast<char>(high * 16 + low);
        i += 2;  // a soft line end means nothing
    }
    return out;
}

std::string decoded(std::string_view body, const std::string& encoding) {
    if (encoding == "quoted-printable") return from_quoted_printable(body);
    if (encoding != "base64") return std::string(body);
    std::string text(body);
    std::erase(text, '\r');
    std::erase(text, '\n');
    std::string out;
    return base64_decode(text, out) ? out : std::string{};
}

std::string boundary_of(const std::string& type) {
    std::size_t from = lower(type).find("boundary=");
    if (from == std::string::npos) return {};
    from += 9;
    if (from < type.size() && type[from] == '"') {
        return type.substr(from + 1, type.find('"', from + 1) - from - 1);
    }
    return type.substr(from, type.find(';', from) - from);
}

std::string text_of_part(std::string_view part, int depth) {
    const std::size_t end = part.find("\r\n\r\n");
    if (end == std::string_view::npos || depth > 8) return {};
    const std::string head = unfolded(part.substr(0, end));
    std::string_view body = part.substr(end + 4);
    const std::string type = field(head, "content-type");
    if (lower(type).starts_with("multipart/")) {
        const std::string line = "--" + boundary_of(type);
        std::size_t at = body.find(line);
        while (at != std::string_view::npos) {
            body.remove_prefix(at + line.size());
            if (body.starts_with("--")) break;
            at = body.find(line);
            const std::string found = text_of_part(body.substr(0, at), depth + 1);
            if (!found.empty()) return found;
        }
        return {};
    }
    if (!type.empty() && !lower(type).starts_with("text/plain")) return {};
    std::string text = decoded(body, lower(field(head, "content-transfer-encoding")));
    std::erase(text, '\r');
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

bool has_bare_or_long_line(std::string_view mail) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < mail.size(); ++i) {
        const bool end = mail[i] == '\r' && i + 1 < mail.size() && mail[i + 1] == '\n';
        if (end) {
            ++i;
            length = 0;
        } else if (mail[i] == '\r' || mail[i] == '\n' || ++length > line_max) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string mail_text(std::string_view mail) {
    return text_of_part(mail, 0);
}

std::string_view mail_fault(std::string_view mail) {
    if (has_bare_or_long_line(mail)) return "a bare line end or a line beyond 998 bytes";
    const std::size_t end = mail.find("\r\n\r\n");
    if (end == std::string_view::npos) return "headers without an end";
    const std::string head = unfolded(mail.substr(0, end));
    int count = 0;
    (void)field(head, "from", count);
    if (count != 1) return "From is there once";
    (void)field(head, "date", count);
    if (count != 1) return "Date is there once";
    const std::string id = field(head, "message-id", count);
    if (count != 1 || !id.starts_with('<') || id.find('@') == std::string::npos) {
        return "Message-ID is there once, in brackets";
    }
    (void)field(head, "subject", count);
    return count > 1 ? "Subject is there once" : "";
}

}  // namespace postern::sim
