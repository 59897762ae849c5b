// Walks CLI11's tree of commands and options. A closed list of values and the kind of a path are in
// the name of the option's type, where CLI11 puts them for its help: "TEXT:{bash,zsh}", "FILE",
// "DIR".
#include "gateway/cli/completion_tree.h"

#include <string_view>

namespace postern::cli {
namespace {

std::vector<std::string> choices_of(std::string_view type) {
    const std::size_t begin = type.find('{');
    const std::size_t end = type.find('}', begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return {};
    return CLI::detail::split(std::string(type.substr(begin + 1, end - begin - 1)), ',');
}

ValueKind kind_of(const CLI::Option& option, std::string_view type) {
    if (option.get_items_expected_max() == 0) return ValueKind::none;
    if (type == "FILE") return ValueKind::file;
    if (type == "DIR") return ValueKind::folder;
    return ValueKind::word;
}

OptionWords words_of(const CLI::Option& option) {
    OptionWords words;
    for (const std::string& name : option.get_lnames()) words.names.push_back("--" + name);
    for (const std::string& name : option.get_snames()) words.names.push_back("-" + name);
    words.help = option.get_description();
    const std::string type = option.get_type_name();
    words.value = kind_of(option, type);
    words.choices = choices_of(type);
    return words;
}

void add_options(const CLI::App& app, bool with_help, CommandWords& to) {
    for (const CLI::Option* option : app.get_options({})) {
        // They answer for the one place where they stand.
        const bool answers = option == app.get_help_ptr() || option == app.get_help_all_ptr() ||
                             option == app.get_version_ptr();
        if (answers && !with_help) continue;
        OptionWords words = words_of(*option);
        (words.names.empty() ? to.arguments : to.options).push_back(std::move(words));
    }
}

void walk(const CLI::App& root, const CLI::App& app, const std::string& path,
          std::vector<CommandWords>& all) {
    const std::size_t at = all.size();
    all.push_back({path, app.get_description(), {}, {}, {}, {}});
    add_options(app, true, all[at]);
    for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (child->get_name().empty()) {  // a group of options, not a command
            add_options(*child, false, all[at]);
            continue;
        }
        all[at].commands.push_back(child->get_name());
        all[at].helps.push_back(child->get_description());
        walk(root, *child, path.empty() ? child->get_name() : path + " " + child->get_name(), all);
    }
    if (&app != &root) add_options(root, false, all[at]);
}

}  // namespace

std::vector<CommandWords> completion_tree(const CLI::App& app) {
    std::vector<CommandWords> all;
    walk(app, app, "", all);
    return all;
}

}  // namespace postern::cli
