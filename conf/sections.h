// Every key outside [[account]] and [[route]]: one table a section.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "conf/fields.h"

namespace postern::conf {

struct Section {
    std::string_view name;  // empty: the keys before the first section
    std::string_view help;
    std::span<const KeySpec> keys;
};

/// In the order of the reference page; the first is the keys before any section.
[[nodiscard]] std::span<const Section> sections();

/// Reads everything of the document except [[account]] and [[route]].
void read_sections(const Node& root, Context& context, Config& config);

}  // namespace postern::conf
