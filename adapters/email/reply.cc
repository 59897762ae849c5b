#include "adapters/email/reply.h"

#include "adapters/email/email_text.h"
#include "adapters/email/reply_marks.h"

namespace postern::adapters::email {
namespace {

/// Nobody writes more before what they quote; each line costs a look at many words.
constexpr std::size_t looked_at = 4000;

/// No-break spaces are blanks, zero-width ones nothing.
std::string plain_blanks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 2) == "\xC2\xA0") {
            out += ' ';
            ++i;
        } else if (text.substr(i, 3) == "\xE2\x80\x8B" || text.substr(i, 3) == "\xEF\xBB\xBF") {
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Lines joined, without blanks at their ends, empty ones never more than one in a row.
std::string joined(std::vector<std::string_view> lines) {
    const auto is_blank = [](std::string_view line) { return blank(line); };
    while (!lines.empty() && is_blank(lines.back())) lines.pop_back();
    std::string out;
    bool gap = false;
    for (const std::string_view line : lines) {
        if (is_blank(line)) {
            gap = !out.empty();
            continue;
        }
        if (!out.empty()) out += gap ? "\n\n" : "\n";
        gap = false;
        out.append(line.substr(0, line.find_last_not_of(" \t") + 1));
    }
    return out;
}

void drop_device_lines(std::vector<std::string_view>& lines) {
    while (!lines.empty() && (blank(lines.back()) || is_device_line(lines.back())))
        lines.pop_back();
}

std::vector<std::string_view> own_lines(Lines lines) {
    std::vector<std::string_view> own;
    for (std::size_t i = 0; i < lines.size();) {
        const Lines rest = lines.subspan(i);
        if (i >= looked_at) {
            if (!is_quoted(lines[i])) own.push_back(lines[i]);
            ++i;
            continue;
        }
        if (begins_forwarded(lines[i])) {
            own.insert(own.end(), rest.begin(), rest.end());
            return own;
        }
        if (is_signature_mark(lines[i]) || begins_original(rest)) break;
        if (const std::size_t said = attribution_lines(rest); said > 0) {
            i += said;
            while (i < lines.size() && blank(lines[i])) ++i;
            // Not marked as a quotation: all of the rest is one.
            if (i == lines.size() || !is_quoted(lines[i])) break;
            continue;
        }
        if (!is_quoted(lines[i])) own.push_back(lines[i]);
        ++i;
    }
    drop_device_lines(own);
    return own;
}

}  // namespace

std::string reply_text(std::string_view text, bool forwarded) {
    const std::string plain = plain_blanks(text);
    const std::vector<std::string_view> lines = lines_of(plain);
    if (!forwarded) {
        std::string own = joined(own_lines(lines));
        if (!own.empty()) return own;
    }
    return joined(lines);
}

}  // namespace postern::adapters::email
