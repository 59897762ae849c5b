// `postern completion`: the script with which a shell completes `postern`. The tables in it come
// from the parser; the few lines that use them are one text a shell.
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "gateway/cli/commands.h"
#include "gateway/cli/completion_tree.h"

namespace postern::cli {
namespace {

// Both walk the words before the cursor: a value belongs to the option before it, a word that is a
// command leads to that command's table, and anything else is an argument.
constexpr std::string_view bash_walk = R"(_postern() {
    local current=${COMP_WORDS[COMP_CWORD]} path='' pending='' word i
    local commands options valued choices paths
    [[ $current == '=' ]] && current=''
    _postern_table ''
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == '=' ]]; then
            continue
        elif [[ -n $pending ]]; then
            pending=''
        elif [[ " $valued " == *" $word "* ]]; then
            pending=$word
        elif [[ " $commands " == *" $word "* ]]; then
            path=${path:+$path }$word
            _postern_table "$path"
        fi
    done
    if [[ -n $pending ]]; then
        commands='' choices='' paths=''
        _postern_values "$path $pending"
    elif [[ $current == -* ]]; then
        commands=$options choices='' paths=''
    fi
    COMPREPLY=($(compgen -W "$commands $choices" -- "$current"))
    if [[ -n $paths ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen "$paths" -- "$current")
    fi
}
complete -F _postern postern
)";

constexpr std::string_view zsh_walk = R"(_postern() {
    local at='' pending='' word paths='' i
    local -a commands options valued choices
    _postern_table ''
    for ((i = 2; i < CURRENT; i++)); do
        word=${words[i]}
        if [[ -n $pending ]]; then
            pending=''
        elif (( ${valued[(Ie)$word]} )); then
            pending=$word
        elif (( ${commands[(I)$word:*]} )); then
            at=${at:+$at }$word
            _postern_table "$at"
        fi
    done
    word=${words[CURRENT]}
    if [[ -z $pending && $word == --*=* ]]; then
        pending=${word%%=*}
        compset -P '*='
    fi
    if [[ -n $pending ]]; then
        commands=() choices=() paths=''
        _postern_values "$at $pending"
    elif [[ $word == -* ]]; then
        _describe -o option options
        return
    fi
    if (( ${#commands} )); then _describe command commands; fi
    if (( ${#choices} )); then compadd -a choices; fi
    if [[ $paths == -f ]]; then _files; fi
    if [[ $paths == -d ]]; then _files -/; fi
}
if [[ ${funcstack[1]} == _postern ]]; then
    _postern "$@"
else
    compdef _postern postern
fi
)";

std::string in_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

/// What differs between the shells: how a list is written, and that zsh shows what a word means.
struct Dialect {
    bool zsh = false;

    [[nodiscard]] std::string entry(std::string_view name, std::string_view help) const {
        return zsh ? in_quotes(fmt::format("{}:{}", name, help)) : std::string(name);
    }
    [[nodiscard]] std::string list(const std::vector<std::string>& entries) const {
        const std::string joined = fmt::format("{}", fmt::join(entries, " "));
        return zsh ? "(" + joined + ")" : in_quotes(joined);
    }
};

std::string paths_of(ValueKind kind) {
    if (kind == ValueKind::file) return "-f";
    return kind == ValueKind::folder ? "-d" : "''";
}

std::string command_case(const CommandWords& command, const Dialect& dialect) {
    std::vector<std::string> commands;
    std::vector<std::string> options;
    std::vector<std::string> valued;
    std::vector<std::string> choices;
    ValueKind paths = ValueKind::none;
    for (std::size_t i = 0; i < command.commands.size(); ++i) {
        commands.push_back(dialect.entry(command.commands[i], command.helps[i]));
    }
    for (const OptionWords& option : command.options) {
        for (const std::string& name : option.names) {
            options.push_back(dialect.entry(name, option.help));
            if (option.value != ValueKind::none) valued.push_back(name);
        }
    }
    for (const OptionWords& argument : command.arguments) {
        choices.insert(choices.end(), argument.choices.begin(), argument.choices.end());
        if (argument.value != ValueKind::word) paths = argument.value;
    }
    return fmt::format(
        "        {})\n            commands={}\n            options={}\n            valued={}\n"
        "            choices={}\n            paths={} ;;\n",
        in_quotes(command.path), dialect.list(commands), dialect.list(options),
        dialect.list(valued), dialect.list(choices), paths_of(paths));
}

std::string value_cases(const CommandWords& command, const Dialect& dialect) {
    std::string out;
    for (const OptionWords& option : command.options) {
        const bool is_path = option.value == ValueKind::file || option.value == ValueKind::folder;
        if (option.choices.empty() && !is_path) continue;
        for (const std::string& name : option.names) {
            out += fmt::format("        {}) choices={} paths={} ;;\n",
                               in_quotes(command.path + " " + name), dialect.list(option.choices),
                               paths_of(option.value));
        }
    }
    return out;
}

std::string script(const CLI::App& app, const std::string& shell) {
    const Dialect dialect{shell == "zsh"};
    std::string table;
    std::string values;
    for (const CommandWords& command : completion_tree(app)) {
        table += command_case(command, dialect);
        values += value_cases(command, dialect);
    }
    return fmt::format(
        "{}# Completion of `postern` for {}; `postern completion {}` makes it from the program.\n"
        "_postern_table() {{\n    case $1 in\n{}    esac\n}}\n\n"
        "_postern_values() {{\n    case $1 in\n{}    esac\n}}\n\n{}",
        dialect.zsh ? "#compdef postern\n" : "", shell, shell, table, values,
        dialect.zsh ? zsh_walk : bash_walk);
}

}  // namespace

void add_completion(CLI::App& app, Context&) {
    auto shell = std::make_shared<std::string>();
    CLI::App* command =
        app.add_subcommand("completion", "Print the completion script of bash or zsh");
    command->add_option("SHELL", *shell, "bash or zsh")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh"}));
    command->footer(
        "Examples:\n  source <(postern completion bash)\n"
        "  postern completion zsh > /usr/local/share/zsh/site-functions/_postern");
    command->callback([&app, shell] { fmt::print("{}", script(app, *shell)); });
}

}  // namespace postern::cli
