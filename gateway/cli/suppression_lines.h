// What `postern suppressions` was asked, as the API reads it: one JSON object, or one a line. Pure.
#pragma once

#include <istream>
#include <string>
#include <vector>

namespace postern::cli {

/// As on the command line; empty is not given.
struct SuppressionAsk {
    std::string address;
    std::string account;  // or
    std::string channel;
    std::string kind;
    std::vector<std::string> categories;
    std::string reason;
    bool only_account = false;
    std::string as_of;  // since when it holds, as the API reads times
};

/// The object of one address.
[[nodiscard]] std::string suppression_json(const SuppressionAsk& ask, const std::string& address);

/// Lines that begin with '{' as they stand; any other is an address that `ask` is said of. Blank
/// lines stay, so that the line numbers of an answer are those of the file.
[[nodiscard]] std::string import_body(std::istream& lines, const SuppressionAsk& ask);

}  // namespace postern::cli
