#include "adapters/email/email_text.h"

#include <algorithm>

namespace postern::adapters::email {
namespace {

char low(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

constexpr std::string_view blanks = " \t\r\n";

}  // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), low);
    return out;
}

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, low, low);
}

bool begins(std::string_view text, std::string_view with) {
    return text.size() >= with.size() && same(text.substr(0, with.size()), with);
}

bool contains(std::string_view text, std::string_view what) {
    const auto alike = [](char a, char b) { return low(a) == low(b); };
    return std::search(text.begin(), text.end(), what.begin(), what.end(), alike) != text.end() ||
           what.empty();
}

bool contains_any(std::string_view text, const std::vector<std::string_view>& words) {
    const std::string all = lower(text);
    return std::ranges::any_of(words, [&](auto word) { return all.find(word) != all.npos; });
}

bool blank(std::string_view text) {
    return text.find_first_not_of(blanks) == text.npos;
}

std::string_view cut(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    while (bytes_max > 0 && continues(text[bytes_max])) --bytes_max;
    return text.substr(0, bytes_max);
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        out.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace postern::adapters::email
