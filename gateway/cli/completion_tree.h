// What a shell has to know of the command line, read from the parser itself, so that no list of
// commands is kept twice. Pure; nothing of the shells is known here.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace postern::cli {

enum class ValueKind { none, word, file, folder };

struct OptionWords {
    std::vector<std::string> names;  // "--follow", "-f"; empty: an argument without a name
    std::string help;
    ValueKind value = ValueKind::none;  // none: a flag
    std::vector<std::string> choices;   // all that may be written, if it is a closed list
};

struct CommandWords {
    std::string path;  // "keys create"; empty: the program itself
    std::string help;
    std::vector<OptionWords> options;    // those of the program follow: they stand anywhere
    std::vector<OptionWords> arguments;  // without names
    std::vector<std::string> commands;   // "create", "list"
    std::vector<std::string> helps;      // of `commands`, in their order
};

/// The program first, then every command below it, depth first.
[[nodiscard]] std::vector<CommandWords> completion_tree(const CLI::App& app);

}  // namespace postern::cli
