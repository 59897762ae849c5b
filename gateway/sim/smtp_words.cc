// After the grammars of RFC 5321, chapter 4.1.2, and RFC 3461, chapter 4.
#include "gateway/sim/smtp_words.h"

#include <algorithm>

namespace postern::sim {
namespace {

constexpr std::size_t path_max = 254;
constexpr std::size_t local_part_max = 64;

int hex_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return out;
}

std::string_view path_of(std::string_view text, std::string_view word, std::string_view& rest) {
    if (upper(text.substr(0, word.size())) != word) return {};
    text.remove_prefix(word.size());
    const std::size_t end = text.find('>');
    if (!text.starts_with('<') || end == std::string_view::npos) return {};
    const std::string_view path = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    const bool apart = rest.empty() || rest[0] == ' ';
    const bool plain = path.find_first_of(" \t<") == std::string_view::npos;
    const std::size_t at = path.find('@');
    const bool whole = at != std::string_view::npos && at > 0 && at + 1 < path.size();
    const bool short_enough = path.size() <= path_max && at <= local_part_max;
    return apart && plain && whole && short_enough ? path : std::string_view{};
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; });
}

bool from_xtext(std::string_view text, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '+') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size() || hex_of(text[i + 1]) < 0 || hex_of(text[i + 2]) < 0)
            return false;
        out += static_cast<char>(hex_of(text[i + 1]) * 16 + hex_of(text[i + 2]));
        i += 2;
    }
    return true;
}

std::string_view take_option(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view option = rest.substr(0, rest.find(' '));
    rest.remove_prefix(option.size());
    return option;
}

}  // namespace postern::sim
