#include "gateway/templates/placeholders.h"

#include <algorithm>

namespace postern::templates {
namespace {

constexpr std::string_view opening = "{{";
constexpr std::string_view closing = "}}";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_name(std::string_view name) {
    if (name.empty() || name.size() > placeholder_bytes_max) return false;
    if (std::ranges::all_of(name, is_digit)) return name.front() != '0';
    return std::ranges::all_of(name, [](char c) {
        return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// One piece of a text: words as they stand, or a placeholder.
struct Piece {
    std::string_view whole;
    std::string_view name;  // empty: words
};

/// Takes the next piece off `rest`. What opens and is no placeholder is words.
Piece take(std::string_view& rest) {
    const auto words = [&rest](std::size_t count) {
        Piece piece{rest.substr(0, count), {}};
        rest.remove_prefix(piece.whole.size());
        return piece;
    };
    const std::size_t begin = rest.find(opening);
    if (begin != 0) return words(begin);
    const std::size_t end = rest.find(closing, opening.size());
    if (end == std::string_view::npos) return words(rest.size());
    const std::string_view name = trimmed(rest.substr(opening.size(), end - opening.size()));
    if (!is_name(name)) return words(opening.size());
    Piece piece = words(end + closing.size());
    piece.name = name;
    return piece;
}

}  // namespace

std::vector<std::string> placeholders(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const Piece piece = take(text);
        if (piece.name.empty() || std::ranges::find(names, piece.name) != names.end()) continue;
        names.emplace_back(piece.name);
    }
    return names;
}

std::optional<std::string> placeholder_fault(std::string_view text) {
    while (!text.empty()) {
        const Piece piece = take(text);
        if (!piece.name.empty()) continue;
        if (piece.whole == opening) {
            return "{{" + std::string(text.substr(0, 24)) +
                   "…: a placeholder is {{name}} or {{1}}: letters, digits and _, at most 64.";
        }
        if (piece.whole.starts_with(opening)) return "A {{ is never closed.";
        if (piece.whole.find(closing) != std::string_view::npos) return "A }} closes nothing.";
    }
    return std::nullopt;
}

bool mixes_placeholders(const std::vector<std::string>& names) {
    const auto numbers = std::ranges::count_if(
        names, [](const std::string& name) { return std::ranges::all_of(name, is_digit); });
    return numbers != 0 && static_cast<std::size_t>(numbers) != names.size();
}

const std::string* find_variable(const Variables& variables, std::string_view name) {
    const auto found =
        std::ranges::find_if(variables, [name](const auto& one) { return one.first == name; });
    return found == variables.end() ? nullptr : &found->second;
}

std::string fill(std::string_view text, const Variables& variables) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Piece piece = take(text);
        const std::string* value =
            piece.name.empty() ? nullptr : find_variable(variables, piece.name);
        out.append(value != nullptr ? std::string_view(*value) : piece.whole);
    }
    return out;
}

}  // namespace postern::templates
