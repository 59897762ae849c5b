// The words of keywords.cc, already in the form of normal_words.
#pragma once

#include <span>
#include <string_view>

#include "gateway/policy/keywords.h"

namespace postern::policy {

struct Keyword {
    std::string_view text;
    Wish wish = Wish::stop;
    bool all = false;
    bool only_back = false;
};

[[nodiscard]] std::span<const Keyword> keywords();
/// Words that mean stop as the first of a short message.
[[nodiscard]] std::span<const std::string_view> leading_words();
/// … unless it begins with these, which is conversation: «Stop by the shop», «baja el precio».
[[nodiscard]] std::span<const std::string_view> everyday_beginnings();
/// Words before a phrase that make it the opposite.
[[nodiscard]] std::span<const std::string_view> negations();
/// One letter from a keyword, and words of their own.
[[nodiscard]] std::span<const std::string_view> everyday_neighbours();
/// Phrases that mean stop anywhere in a short message.
[[nodiscard]] std::span<const std::string_view> stop_phrases();

}  // namespace postern::policy
