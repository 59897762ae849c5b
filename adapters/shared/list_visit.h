// The sections and rows of a list with the names of their fields, so that each channel says only
// what its limits are. Pure. Thread: any.
#pragma once

#include <cstddef>
#include <string>

#include "adapters/shared/content_check.h"

namespace postern::adapters::shared {

/// Calls `on_section("sections[0]", section)`, then `on_row("sections[0].rows[1]", row)` for each
/// of its rows, and so on. The number of rows in all.
template <class OnSection, class OnRow>
std::size_t visit_list(const OutboundContent& content, OnSection&& on_section, OnRow&& on_row) {
    std::size_t rows = 0;
    for (std::size_t i = 0; i < content.sections.size(); ++i) {
        const ListSection& section = content.sections[i];
        const std::string place = element("sections", i);
        on_section(place, section);
        for (std::size_t k = 0; k < section.rows.size(); ++k)
            on_row(place + "." + element("rows", k), section.rows[k]);
        rows += section.rows.size();
    }
    return rows;
}

}  // namespace postern::adapters::shared
