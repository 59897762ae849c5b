// Where secrets come from. Values are read once, when the configuration is loaded, and never
// printed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"
#include "conf/problems.h"
#include "conf/tree.h"

namespace postern::conf {

/// What reading needs to know about the file that it reads from.
struct Context {
    Problems& problems;
    std::string base;                   // folder that relative paths start from
    bool allow_inline_secrets = false;  // from the file's first lines, before any section

    [[nodiscard]] std::string resolve(std::string_view path) const;
};

/// { file = … }, { env = … }, { credential = … }, or a literal text where that is allowed.
/// False after reporting what is wrong.
[[nodiscard]] bool read_secret(const Node& node, const std::string& key, Context& context,
                               SecretSource& out);

/// The same, or a list of two while one is being rotated (the first signs, both verify).
[[nodiscard]] bool read_secrets(const Node& node, const std::string& key, Context& context,
                                std::vector<SecretSource>& out);

}  // namespace postern::conf
