#include "adapters/email/mime_words.h"

#include <algorithm>
#include <optional>

#include "adapters/email/email_text.h"
#include "adapters/email/mime_charset.h"
#include "adapters/shared/encoding.h"

namespace postern::adapters::email {
namespace {

struct Word {
    std::string charset;
    std::string bytes;
    std::size_t size = 0;  // of its spelling
};

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string from_q(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pair = text[i] == '=' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                          hex_value(text[i + 2]) >= 0;
        if (pair) {
            out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '_' ? ' ' : text[i];
        }
    }
    return out;
}

/// With padding or without, and with bits to spare at its end.
std::string from_b(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        constexpr std::string_view alphabet =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const std::size_t value = alphabet.find(c);
        if (value == alphabet.npos) continue;
        bits = (bits << 6 | static_cast<unsigned>(value)) & 0xFFFFFF;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xFF);
    }
    return out;
}

/// =?charset*language?B or Q?text?= at `at` in `line`, whose last "?=" is at `last`: where none
/// follows, nobody looks to the end for each word that only begins.
std::optional<Word> word_at(std::string_view line, std::size_t at, std::size_t last) {
    const std::string_view text = line.substr(at);
    if (!text.starts_with("=?")) return std::nullopt;
    const std::size_t charset = text.find('?', 2);
    if (charset == text.npos || charset + 2 >= text.size() || text[charset + 2] != '?')
        return std::nullopt;
    const char encoding = text[charset + 1];
    const bool known = encoding == 'B' || encoding == 'b' || encoding == 'Q' || encoding == 'q';
    if (!known || last == line.npos || at + charset + 3 > last) return std::nullopt;
    const std::size_t end = text.find("?=", charset + 3);
    const std::string_view inside = text.substr(charset + 3, end - charset - 3);
    Word word;
    word.charset = lower(text.substr(2, charset - 2));
    word.charset = word.charset.substr(0, word.charset.find('*'));
    word.size = end + 2;
    const bool base64 = encoding == 'B' || encoding == 'b';
    word.bytes = base64 ? from_b(inside) : from_q(inside);
    return word;
}

/// Calls `plain(text)` and `encoded(utf8)` in turn.
template <class Plain, class Encoded>
void each_run(std::string_view line, Plain plain, Encoded encoded) {
    std::size_t begin = 0;
    const std::size_t last = line.rfind("?=");
    for (std::size_t at = line.find("=?"); at != line.npos; at = line.find("=?", at)) {
        auto word = word_at(line, at, last);
        if (!word) {
            at += 2;
            continue;
        }
        if (at > begin) plain(line.substr(begin, at - begin));
        std::string utf8;
        while (word) {
            // A character may begin in one word and end in the next.
            std::string bytes = std::move(word->bytes);
            const std::string charset = word->charset;
            at += word->size;
            std::size_t next = std::min(line.find_first_not_of(" \t", at), line.size());
            word = word_at(line, next, last);
            while (word && word->charset == charset) {
                bytes += word->bytes;
                at = next + word->size;
                next = std::min(line.find_first_not_of(" \t", at), line.size());
                word = word_at(line, next, last);
            }
            utf8 += text_to_utf8(bytes, charset);
            if (word) at = next;
        }
        encoded(utf8);
        begin = at;
    }
    if (begin < line.size()) plain(line.substr(begin));
}

}  // namespace

std::string words_text(std::string_view line) {
    std::string out;
    each_run(
        line, [&](std::string_view text) { out += text_to_utf8(text, {}); },
        [&](const std::string& text) { out += text; });
    return out;
}

std::string words_merged(std::string_view line) {
    std::string out;
    each_run(
        line, [&](std::string_view text) { out.append(text); },
        [&](const std::string& text) {
            out.append("=?utf-8?B?").append(shared::to_base64(text)).append("?=");
        });
    return out;
}

}  // namespace postern::adapters::email
