#include "gateway/policy/content_hints.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "adapters/shared/sms_segments.h"
#include "gateway/policy/keywords.h"

namespace postern::policy {
namespace {

// Measures of taste, ours: they cost nobody a message.
constexpr std::size_t parts_many = 3;
constexpr std::size_t characters_many = 1'000;  // about two screens of a phone
constexpr std::size_t emoji_many = 3;
constexpr std::size_t letters_for_capitals = 20;
constexpr std::size_t strangers_named = 5;

/// What one pass over the text counts.
struct Counts {
    std::size_t characters = 0;
    std::size_t letters = 0;
    std::size_t capitals = 0;
    std::size_t emoji = 0;
    std::size_t marks_in_a_row = 0;      // the longest run of ! and ?
    std::vector<std::string> strangers;  // characters that GSM-7 lacks, each once
};

/// Digits and # are emoji only with what follows them.
bool is_emoji(UChar32 c) {
    return c > 0xFF && u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION);
}

void count_stranger(UChar32 c, std::string_view spelled, Counts& counts) {
    if (adapters::shared::gsm7_septets(static_cast<char32_t>(c)) != 0) return;
    if (counts.strangers.size() == strangers_named) return;
    const auto known = std::find(counts.strangers.begin(), counts.strangers.end(), spelled);
    if (known == counts.strangers.end()) counts.strangers.emplace_back(spelled);
}

Counts count(std::string_view text) {
    Counts counts;
    std::size_t run = 0;
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t i = 0; i < size;) {
        const std::int32_t begin = i;
        UChar32 c = 0;
        U8_NEXT(text.data(), i, size, c);
        if (c < 0) c = 0xFFFD;
        ++counts.characters;
        if (u_isalpha(c)) ++counts.letters;
        if (u_isupper(c)) ++counts.capitals;
        if (is_emoji(c)) ++counts.emoji;
        run = c == '!' || c == '?' ? run + 1 : 0;
        counts.marks_in_a_row = std::max(counts.marks_in_a_row, run);
        count_stranger(
            c, text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin)),
            counts);
    }
    return counts;
}

bool holds_any(std::string_view text, const auto& words) {
    return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
        return text.find(word) != std::string_view::npos;
    });
}

/// Whether any word at the end of the text is one that stops messages: «reply STOP».
bool names_a_way_out(std::string_view text) {
    constexpr std::size_t looked_at = 400;  // what normal_words takes
    const std::string words =
        normal_words(text.substr(text.size() - std::min(text.size(), looked_at)));
    constexpr std::array<std::string_view, 3> links{"unsubscri", "opt out", "optout"};
    if (holds_any(words, links)) return true;
    for (std::size_t at = 0; at < words.size();) {
        const std::size_t end = std::min(words.find(' ', at), words.size());
        const KeywordMatch match = match_keyword(std::string_view(words).substr(at, end - at));
        if (match.wish == Wish::stop && match.certainty == Certainty::definite) return true;
        at = end + 1;
    }
    return false;
}

bool asks_for_something(const Wording& wording) {
    constexpr std::array<std::string_view, 4> ways{"http://", "https://", "www.", "?"};
    if (wording.can_answer || holds_any(wording.text, ways)) return true;
    // A number to call.
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return std::count_if(wording.text.begin(), wording.text.end(), digit) >= 7;
}

void about_length(const Wording& wording, const Counts& counts, std::vector<Hint>& hints) {
    if (wording.sms && wording.parts >= parts_many) {
        hints.push_back({"many_parts", fmt::format("It goes as {} SMS, and each is charged: say "
                                                   "less, or send a link.",
                                                   wording.parts)});
    }
    if (wording.sms && wording.parts > 1 && !counts.strangers.empty()) {
        hints.push_back(
            {"costly_characters",
             fmt::format("{} {} not in the alphabet of SMS, so a part holds 67 characters instead "
                         "of 153: write them another way.",
                         fmt::join(counts.strangers, " "),
                         counts.strangers.size() == 1 ? "is" : "are")});
    }
    if (!wording.sms && counts.characters > characters_many) {
        hints.push_back({"long_text", fmt::format("{} characters are more than people read on a "
                                                  "phone: say the one thing, link the rest.",
                                                  counts.characters)});
    }
}

void about_purpose(const Wording& wording, const Counts& counts, std::vector<Hint>& hints) {
    if (wording.marketing && !asks_for_something(wording)) {
        hints.push_back({"no_call_to_action",
                         "Nothing says what to do next: add a link, a "
                         "question, a number to call or buttons."});
    }
    if (wording.marketing && !wording.has_way_out && !names_a_way_out(wording.text)) {
        hints.push_back({"no_way_out",
                         "Marketing should say how to stop it, for example «Reply "
                         "STOP»; many countries demand it."});
    }
    if (counts.emoji > emoji_many) {
        hints.push_back({"many_emoji", fmt::format("{} emoji: more than {} look like spam.",
                                                   counts.emoji, emoji_many)});
    } else if (wording.collections && counts.emoji > 0) {
        hints.push_back({"emoji_in_collections", "An emoji does not suit a message about a debt."});
    }
}

void about_form(std::string_view text, const Counts& counts, std::vector<Hint>& hints) {
    constexpr std::array<std::string_view, 4> marks{"{{", "}}", "${", "%%"};
    if (holds_any(text, marks)) {
        hints.push_back({"unfilled_variable",
                         "There is something like a variable that nobody "
                         "filled: {{…}}, ${…} or %%…%%."});
    }
    if (counts.letters >= letters_for_capitals && counts.capitals * 10 > counts.letters * 7)
        hints.push_back({"capitals", "Most letters are capitals: that reads like shouting."});
    if (counts.marks_in_a_row >= 3)
        hints.push_back({"punctuation", "Three or more of ! and ? in a row: one is enough."});
    constexpr std::array<std::string_view, 3> gaps{"  ", " \n", "\t"};
    if (!text.empty() && (holds_any(text, gaps) || text.front() == ' ' || text.back() == ' ')) {
        hints.push_back({"spaces",
                         "There are spaces too many: two in a row, at the end of a line, "
                         "or around the text."});
    }
    if (text.find("http://") != text.npos)
        hints.push_back({"insecure_link", "A link begins with http://: use https://."});
    constexpr std::array<std::string_view, 8> shorteners{"//bit.ly/", "//tinyurl.com/", "//t.ly/",
                                                         "//goo.gl/", "//ow.ly/",       "//is.gd/",
                                                         "//t.co/",   "//cutt.ly/"};
    if (holds_any(text, shorteners)) {
        hints.push_back({"shared_shortener",
                         "Carriers filter links of public shorteners: use a "
                         "domain of your own."});
    }
}

}  // namespace

std::vector<Hint> content_hints(const Wording& wording) {
    std::vector<Hint> hints;
    const Counts counts = count(wording.text);
    about_length(wording, counts, hints);
    about_purpose(wording, counts, hints);
    about_form(wording.text, counts, hints);
    return hints;
}

}  // namespace postern::policy
