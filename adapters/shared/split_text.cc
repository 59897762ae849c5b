// ICU knows where sentences, lines and characters end. Its iterators are made for each cut: a long
// text is rare, and one iterator serves one thread. Thread: any.
#include "adapters/shared/split_text.h"

#include <algorithm>
#include <memory>
#include <optional>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

namespace postern::adapters::shared {
namespace {

constexpr std::string_view white = " \t\r\n";
/// What an iterator sees behind the cut, so that it does not take the cut for the text's end.
constexpr std::size_t behind_bytes = 256;

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

/// The same place or the nearest before it that is not within a code point.
std::size_t whole(std::string_view text, std::size_t at) {
    while (at > 0 && at < text.size() && continues(text[at])) --at;
    return std::min(at, text.size());
}

std::string_view without_end(std::string_view text) {
    return text.substr(0, text.find_last_not_of(white) + 1);
}

std::string_view without_begin(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(white), text.size()));
}

/// Bytes of the longest beginning that fits.
std::size_t longest(std::string_view text, const std::function<bool(std::string_view)>& fits) {
    std::size_t good = 0;
    std::size_t bad = text.size();
    while (bad - good > 1) {
        std::size_t middle = whole(text, good + (bad - good) / 2);
        if (middle <= good) {
            // Within the code point that begins at `good`: its end, then.
            middle = good + 1;
            while (middle < bad && continues(text[middle])) ++middle;
            if (middle >= bad) break;
        }
        (fits(text.substr(0, middle)) ? good : bad) = middle;
    }
    return good;
}

/// The last boundary at `most` or before it; 0: none.
std::size_t boundary(std::string_view text, std::size_t most, UBreakIteratorType type) {
    const std::string_view seen = text.substr(0, whole(text, most + behind_bytes));
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UBreakIterator, decltype(&ubrk_close)> breaks(
        ubrk_open(type, "", nullptr, 0, &error), &ubrk_close);
    UText over = UTEXT_INITIALIZER;
    utext_openUTF8(&over, seen.data(), static_cast<std::int64_t>(seen.size()), &error);
    std::size_t found = 0;
    if (U_SUCCESS(error)) {
        ubrk_setUText(breaks.get(), &over, &error);
        const auto at = static_cast<std::int32_t>(most);
        const bool here = U_SUCCESS(error) && ubrk_isBoundary(breaks.get(), at) != 0;
        const std::int32_t before =
            U_SUCCESS(error) ? ubrk_preceding(breaks.get(), at) : std::int32_t{0};
        if (here) {
            found = most;
        } else if (before > 0) {
            found = static_cast<std::size_t>(before);
        }
    }
    utext_close(&over);
    return found;
}

std::optional<std::size_t> behind_last(std::string_view head, std::string_view mark,
                                       std::size_t least) {
    const std::size_t at = head.rfind(mark);
    if (at == std::string_view::npos || at < least) return std::nullopt;
    return at + mark.size();
}

/// Where to cut: `most` bytes fit. A cut that leaves less than half of a message is worse than one
/// in a less natural place, but for words.
std::size_t cut_of(std::string_view text, std::size_t most) {
    // White space behind what fits goes anyway.
    const std::size_t reach = std::min(text.find_first_not_of(white, most), text.size());
    const std::string_view head = text.substr(0, reach);
    const std::size_t half = most / 2;
    for (const std::string_view mark : {"\n\n", "\n"}) {
        if (const auto at = behind_last(head, mark, half)) return *at;
    }
    if (const std::size_t at = boundary(text, reach, UBRK_SENTENCE); at > half && at <= reach)
        return at;
    if (const auto at = behind_last(head, " ", 1)) {
        if (*at > half) return *at;
    }
    if (const std::size_t at = boundary(text, most, UBRK_LINE); at > 0) return at;
    if (const std::size_t at = boundary(text, most, UBRK_CHARACTER); at > 0) return at;
    return most;
}

}  // namespace

std::size_t utf16_units(std::string_view text) {
    std::size_t units = 0;
    for (const char c : text) {
        if (!continues(c)) units += static_cast<unsigned char>(c) >= 0xf0 ? 2 : 1;
    }
    return units;
}

std::vector<std::string_view> split_text(std::string_view text,
                                         const std::function<bool(std::string_view)>& fits,
                                         std::size_t parts_max) {
    std::vector<std::string_view> parts;
    std::string_view rest = text;
    while (!rest.empty()) {
        if (parts.size() == parts_max) return {};
        if (fits(rest)) {
            parts.push_back(rest);
            break;
        }
        const std::size_t most = longest(rest, fits);
        if (most == 0) return {};
        const std::size_t cut = cut_of(rest, most);
        const std::string_view part = without_end(rest.substr(0, cut));
        if (!part.empty()) parts.push_back(part);
        rest = without_begin(rest.substr(cut));
    }
    return parts;
}

}  // namespace postern::adapters::shared
