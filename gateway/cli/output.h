// Text for people: tables of lists, and one value a line for a single thing. With --json the
// daemon's own answer is printed instead, unchanged.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/cli/context.h"
#include "gateway/cli/document.h"

namespace postern::cli {

struct Column {
    std::string_view title;
    std::string_view pointer;  // into each element of "data"
    std::string_view absent;   // what its absence means; default: an empty cell
};

/// Cells padded to their columns' widths (in code points), two spaces between, no trailing space.
[[nodiscard]] std::string table_text(const std::vector<std::vector<std::string>>& rows);

/// "name: value" a line, nested members as "health.state"; arrays as JSON.
[[nodiscard]] std::string record_text(Element element);

/// A list answer ({"data":[…],"next_cursor":…}) as a table, with how to get the rest.
[[nodiscard]] std::string list_text(Element answer, std::span<const Column> columns);

/// To stdout, with a line end.
void print_list(const std::string& body, std::span<const Column> columns, const Context& context);
void print_record(const std::string& body, const Context& context);

}  // namespace postern::cli
