// The two options that every list takes, and the path that they make.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace postern::cli {

struct Page {
    std::string cursor;
    int limit = 0;
};

void add_page_options(CLI::App& command, Page& page);

/// `path` with `?` or `&` and what is set of the page.
[[nodiscard]] std::string paged(const std::string& path, const Page& page);

/// Adds "name=value" to the query of `path`; nothing for an empty value.
[[nodiscard]] std::string with_query(const std::string& path, const std::string& name,
                                     const std::string& value);

}  // namespace postern::cli
