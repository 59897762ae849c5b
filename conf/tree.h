// A TOML document as a plain tree: the only face of toml++ that the rest of the loader sees, so
// that the large header is compiled once (tree.cc). Values only; made and used on the loading
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::conf {

struct Node {
    enum class Kind : unsigned char { text, integer, real, flag, moment, list, table };
    Kind kind = Kind::table;
    std::uint32_t line = 0;  // of the key; of the value inside a list
    std::string text;        // text and moment
    std::int64_t integer = 0;
    double real = 0;  // finite
    bool flag = false;
    std::vector<std::string> keys;  // table: keys[i] names items[i], in the order of the file
    std::vector<Node> items;        // table and list

    /// The member of a table, or null.
    [[nodiscard]] const Node* find(std::string_view key) const;
    /// "a text", "an integer" …, for messages.
    [[nodiscard]] std::string_view kind_name() const;
};

struct TreeError {
    std::uint32_t line = 0;
    std::string problem;
};

inline constexpr std::size_t toml_bytes_max = 1 << 20;
inline constexpr int toml_depth_max = 16;

/// False and the first error where the text is not TOML, is too long, or is nested too deeply.
[[nodiscard]] bool parse_tree(std::string_view toml, Node& root, TreeError& error);

/// One JSON text without line breaks.
[[nodiscard]] std::string to_json(const Node& node);

}  // namespace postern::conf
