#include "adapters/email/dkim_canonical.h"

namespace postern::adapters::email {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view without_blanks_behind(std::string_view text) {
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Every run of blanks becomes one space; CR and LF, which fold a header, are passed over.
std::string squeezed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\r' || c == '\n') continue;
        if (!is_blank(c)) {
            out += c;
        } else if (out.empty() || out.back() != ' ') {
            out += ' ';
        }
    }
    return out;
}

}  // namespace

std::string dkim_relaxed_header(std::string_view field) {
    const std::size_t colon = field.find(':');
    std::string out;
    for (const char c : without_blanks_behind(field.substr(0, colon))) {
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (colon == std::string_view::npos) return out;
    const std::string value = squeezed(field.substr(colon + 1));
    std::string_view trimmed = without_blanks_behind(value);
    while (!trimmed.empty() && is_blank(trimmed.front())) trimmed.remove_prefix(1);
    return out.append(":").append(trimmed);
}

std::string dkim_relaxed_body(std::string_view body) {
    std::string out;
    out.reserve(body.size());
    std::size_t end_of_text = 0;
    while (!body.empty()) {
        const std::size_t end = body.find("\r\n");
        const std::string_view line = body.substr(0, end);
        const std::string text = squeezed(line);
        out += without_blanks_behind(text);
        if (out.size() > end_of_text && !out.ends_with('\n')) end_of_text = out.size() + 2;
        out += "\r\n";
        if (end == std::string_view::npos) break;
        body.remove_prefix(end + 2);
    }
    // Empty lines at the end are none.
    out.resize(end_of_text);
    return out;
}

}  // namespace postern::adapters::email
