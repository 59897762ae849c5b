// Query strings of lists.
#include "gateway/cli/listing.h"

#include "gateway/cli/api.h"

namespace postern::cli {

void add_page_options(CLI::App& command, Page& page) {
    command.add_option("--limit", page.limit, "Entries at most")->check(CLI::Range(1, 200));
    command.add_option("--cursor", page.cursor, "Go on where the page before ended");
}

std::string with_query(const std::string& path, const std::string& name, const std::string& value) {
    if (value.empty()) return path;
    const char joint = path.find('?') == std::string::npos ? '?' : '&';
    return path + joint + name + "=" + percent_encoded(value);
}

std::string paged(const std::string& path, const Page& page) {
    const std::string limited =
        with_query(path, "limit", page.limit > 0 ? std::to_string(page.limit) : "");
    return with_query(limited, "cursor", page.cursor);
}

}  // namespace postern::cli
