// Placeholders of a template, {{name}} or {{1}}: where they stand, whether they are well-formed,
// and the words once they are filled. The one reader of this notation: what is checked at the door
// is what is filled. Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::templates {

inline constexpr std::size_t placeholder_bytes_max = 64;

/// In the order of their first appearance, each once; nothing that is not one.
[[nodiscard]] std::vector<std::string> placeholders(std::string_view text);

/// What is wrong with the first malformed one, in words for the person who wrote it. A name is
/// letters, digits and '_', or a number from 1; nothing else of Mustache is known here.
[[nodiscard]] std::optional<std::string> placeholder_fault(std::string_view text);

/// Names and numbers in one text: WhatsApp takes either, never both.
[[nodiscard]] bool mixes_placeholders(const std::vector<std::string>& names);

using Variables = std::vector<std::pair<std::string, std::string>>;

/// Null: no such variable.
[[nodiscard]] const std::string* find_variable(const Variables& variables, std::string_view name);

/// Values go in as they are: nothing in them is a placeholder. One without a value stays as it
/// stands; callers have checked.
[[nodiscard]] std::string fill(std::string_view text, const Variables& variables);

}  // namespace postern::templates
