// A text cut into pieces that fit, where people would cut it. For channels whose messages hold less
// than somebody wrote. Pure functions. Thread: any.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace postern::adapters::shared {

/// UTF-16 code units of a UTF-8 text, as LINE, Telegram and browsers count.
[[nodiscard]] std::size_t utf16_units(std::string_view text);

/// Pieces of `text`, in order, each of which `fits`: cut behind a paragraph, else a line, a
/// sentence, a word, else where a line may break (UAX #14), and never within what a reader takes
/// for one character (UAX #29) unless that alone does not fit. White space at a cut goes.
/// `fits` holds of each beginning of what it holds of. Empty: more than `parts_max` pieces, or not
/// even one character fits.
[[nodiscard]] std::vector<std::string_view> split_text(
    std::string_view text, const std::function<bool(std::string_view)>& fits,
    std::size_t parts_max);

}  // namespace postern::adapters::shared
