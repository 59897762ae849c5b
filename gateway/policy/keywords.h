// Reads «stop», «start» and «help» out of what a person wrote, in the languages people use. Strict
// where a word is an everyday one, generous where a reasonable person would understand. Pure; any
// thread. Give it the text that the person wrote, without what a reply quotes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::policy {

enum class Wish : std::uint8_t { none, stop, start, help };
/// `definite`: the message is the keyword. `probable`: act on it, and flag it for review.
enum class Certainty : std::uint8_t { definite, probable };

struct KeywordMatch {
    Wish wish = Wish::none;
    Certainty certainty = Certainty::definite;
    bool all = false;        // «stop all»: every sender of the workspace
    bool only_back = false;  // YES, SI: a start only from someone who had opted out
    bool operator==(const KeywordMatch&) const = default;
};

[[nodiscard]] KeywordMatch match_keyword(std::string_view text);

/// The text as keywords are compared: NFKC, case folded, without diacritics; all that is no letter
/// or digit becomes one space. Empty if the text is longer than any keyword's message may be.
[[nodiscard]] std::string normal_words(std::string_view text);

}  // namespace postern::policy
