// Unicode through ICU's C interface: normalise, fold, drop marks. The table is normalised once by
// the same function, so its spelling cannot differ from what it is compared with.
#include "gateway/policy/keywords.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/policy/keyword_table.h"

namespace postern::policy {
namespace {

// A wish to stop is short; longer texts are conversation and cost nothing.
constexpr std::size_t text_bytes_max = 400;
constexpr std::size_t units_max = 2'000;  // NFKC makes at most 18 of one
constexpr std::size_t words_max = 5;
constexpr std::size_t letters_for_typo = 5;

using Units = std::array<UChar, units_max>;

std::int32_t normalise(const UNormalizer2* form, const Units& in, std::int32_t length, Units& out) {
    UErrorCode error = U_ZERO_ERROR;
    length = unorm2_normalize(form, in.data(), length, out.data(), units_max, &error);
    return U_SUCCESS(error) ? length : 0;
}

/// Letters, digits, and the marks of scripts that write vowels with them.
bool is_word(UChar32 c) {
    const std::int8_t type = u_charType(c);
    return u_isalnum(c) || type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
}

bool is_invisible(UChar32 c) {
    return u_charType(c) == U_FORMAT_CHAR || (c >= 0xFE00 && c <= 0xFE0F);
}

std::string to_words(const Units& units, std::int32_t length) {
    std::string out;
    bool gap = false;
    for (std::int32_t i = 0; i < length;) {
        UChar32 c = 0;
        U16_NEXT(units.data(), i, length, c);
        if (is_invisible(c) || !is_word(c)) {
            gap = !out.empty();
            continue;
        }
        if (gap) out += ' ';
        gap = false;
        std::array<std::uint8_t, U8_MAX_LENGTH> bytes{};
        std::int32_t size = 0;
        U8_APPEND_UNSAFE(bytes.data(), size, c);
        out.append(bytes.begin(), bytes.begin() + size);
    }
    return out;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// What the long way makes of ASCII, where normalising changes nothing and folding is a bit: most
/// of what people write in English, for a fifth of the time.
std::string ascii_words(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool gap = false;
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
            gap = !out.empty();
            continue;
        }
        if (gap) out += ' ';
        gap = false;
        out += c;
    }
    return out;
}

struct Spelled {
    std::string words;
    Keyword keyword;
};

/// The keywords, normalised; the first of two that are spelled alike counts.
struct Table {
    boost::unordered_flat_map<std::string, Keyword> whole;
    std::vector<Spelled> with_typos;  // in the order of the table
};

const Table& table() {
    static const Table ready = [] {
        Table out;
        for (const Keyword& keyword : keywords()) {
            std::string words = normal_words(keyword.text);
            out.whole.emplace(words, keyword);
            const bool long_enough = words.size() >= letters_for_typo && is_ascii(words);
            if (long_enough && keyword.wish == Wish::stop)
                out.with_typos.push_back({std::move(words), keyword});
        }
        return out;
    }();
    return ready;
}

std::size_t word_count(std::string_view words) {
    return static_cast<std::size_t>(std::ranges::count(words, ' ')) + 1;
}

bool is_among(std::span<const std::string_view> list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

bool begins_with_words(std::string_view words, std::string_view beginning) {
    return words.starts_with(beginning) &&
           (words.size() == beginning.size() || words[beginning.size()] == ' ');
}

/// Whether one of `list` stands at the end of `words`.
bool ends_among(std::string_view words, std::span<const std::string_view> list) {
    if (words.ends_with(' ')) words.remove_suffix(1);
    return std::ranges::any_of(list, [words](std::string_view last) {
        if (!words.ends_with(last)) return false;
        return words.size() == last.size() || words[words.size() - last.size() - 1] == ' ';
    });
}

/// Whether `phrase` stands in `words` between word borders, and the word before does not deny it:
/// «do not stop texting me», but «not interested, remove me».
bool contains(std::string_view words, std::string_view phrase) {
    for (std::size_t at = words.find(phrase); at != std::string_view::npos;
         at = words.find(phrase, at + 1)) {
        const std::size_t end = at + phrase.size();
        const bool whole =
            (at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ');
        if (whole && !ends_among(words.substr(0, at), negations())) return true;
    }
    return false;
}

/// «I will not. Stop texting me»: what is denied in one sentence is not denied in the next.
bool a_sentence_contains(std::string_view text, std::string_view phrase) {
    while (!text.empty()) {
        std::size_t end = text.find_first_of(".!?;\n");
        // «…» goes on.
        while (end < text.size() && text.substr(end, 2) == "..")
            end = text.find_first_of(".!?;\n", text.find_first_not_of('.', end));
        end = std::min(end, text.size());
        if (contains(normal_words(text.substr(0, end)), phrase)) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

/// `words` are those of `text`, which is looked at for what seems denied alone.
bool holds_stop_phrase(std::string_view words, std::string_view text) {
    return std::ranges::any_of(stop_phrases(), [&](std::string_view phrase) {
        return words.find(phrase) != std::string_view::npos &&
               (contains(words, phrase) || a_sentence_contains(text, phrase));
    });
}

/// Its first word says stop, and what follows does not make it an everyday word.
bool leads_with_stop(std::string_view words) {
    return is_among(leading_words(), words.substr(0, words.find(' '))) &&
           std::ranges::none_of(everyday_beginnings(), [words](std::string_view beginning) {
               return begins_with_words(words, beginning);
           });
}

/// One letter changed, left out, added, or two neighbours swapped. Bytes: keywords that are long
/// enough for a typo are ASCII.
bool one_typo(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > 1) return false;
    const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin());
    const std::string_view rest_a(left, a.end());
    const std::string_view rest_b(right, b.end());
    if (rest_a.size() != rest_b.size()) return rest_a == rest_b.substr(1);
    if (rest_a.empty()) return false;
    if (rest_a.substr(1) == rest_b.substr(1)) return true;
    return rest_a.size() > 1 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
           rest_a.substr(2) == rest_b.substr(2);
}

KeywordMatch found(const Keyword& keyword, Certainty certainty) {
    return {keyword.wish, certainty, keyword.all, keyword.only_back};
}

}  // namespace

std::string normal_words(std::string_view text) {
    if (text.size() > text_bytes_max) return {};
    if (is_ascii(text)) return ascii_words(text);
    Units a{};
    Units b{};
    UErrorCode error = U_ZERO_ERROR;
    std::int32_t length = 0;
    // Bytes that are no UTF-8 become U+FFFD, which is a gap like punctuation.
    u_strFromUTF8WithSub(a.data(), units_max, &length, text.data(),
                         static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &error);
    if (U_FAILURE(error)) return {};
    const UNormalizer2* composed = unorm2_getNFKCInstance(&error);
    const UNormalizer2* apart = unorm2_getNFDInstance(&error);
    if (U_FAILURE(error)) return {};
    length = normalise(composed, a, length, b);
    length = u_strFoldCase(a.data(), units_max, b.data(), length, U_FOLD_CASE_DEFAULT, &error);
    if (U_FAILURE(error)) return {};
    // Take letters and marks apart, so that marks can go; Hangul goes together again.
    length = normalise(apart, a, length, b);
    std::int32_t kept = 0;
    for (std::int32_t i = 0; i < length; ++i) {
        if (b[static_cast<std::size_t>(i)] < 0x300 || b[static_cast<std::size_t>(i)] > 0x36F) {
            b[static_cast<std::size_t>(kept++)] = b[static_cast<std::size_t>(i)];
        }
    }
    length = normalise(composed, b, kept, a);
    return to_words(a, length);
}

KeywordMatch match_keyword(std::string_view text) {
    const std::string words = normal_words(text);
    if (words.empty()) return {};
    const Table& known = table();
    const auto whole = known.whole.find(words);
    if (whole != known.whole.end()) return found(whole->second, Certainty::definite);
    if (word_count(words) <= words_max) {
        if (leads_with_stop(words) || holds_stop_phrase(words, text))
            return {Wish::stop, Certainty::probable, false, false};
    }
    if (is_among(everyday_neighbours(), words)) return {};
    for (const Spelled& one : known.with_typos) {
        if (one_typo(words, one.words)) return found(one.keyword, Certainty::probable);
    }
    return {};
}

}  // namespace postern::policy
