// The tree that shells complete from: commands, options of groups and of the program, kinds of
// values.
#include "gateway/cli/completion_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Parser {
    CLI::App app{"A program", "program"};
    std::string text;
    bool flag = false;

    Parser() {
        app.add_option("--api", text, "Address");
        app.set_version_flag("--version", "1");
        CLI::App* keys = app.add_subcommand("keys", "Keys");
        CLI::App* make = keys->add_subcommand("make", "Make one");
        make->add_option("--kind,-k", text, "Kind")->check(CLI::IsMember({"long", "short"}));
        make->add_option("--file", text, "File")->type_name("FILE");
        make->add_option("FOLDER", text, "Folder")->type_name("DIR");
        CLI::Option_group* which = make->add_option_group("which");
        which->add_flag("--all", flag, "All");
    }
};

const OptionWords& option(const CommandWords& command, const std::string& name) {
    static const OptionWords none;
    for (const OptionWords& words : command.options) {
        if (!words.names.empty() && words.names.front() == name) return words;
    }
    ADD_FAILURE() << "no " << name << " in " << command.path;
    return none;
}

TEST(CompletionTree, HasEveryCommandUnderItsPath) {
    const Parser parser;

    const std::vector<CommandWords> tree = completion_tree(parser.app);

    ASSERT_EQ(tree.size(), 3U);
    EXPECT_EQ(tree[0].path, "");
    EXPECT_THAT(tree[0].commands, ElementsAre("keys"));
    EXPECT_EQ(tree[1].path, "keys");
    EXPECT_THAT(tree[1].helps, ElementsAre("Make one"));
    EXPECT_EQ(tree[2].path, "keys make");
    EXPECT_THAT(tree[2].commands, IsEmpty());
}

TEST(CompletionTree, TellsFlagsWordsListsAndPathsApart) {
    const Parser parser;

    const CommandWords make = completion_tree(parser.app).at(2);

    EXPECT_THAT(option(make, "--kind").names, ElementsAre("--kind", "-k"));
    EXPECT_EQ(option(make, "--kind").value, ValueKind::word);
    EXPECT_THAT(option(make, "--kind").choices, ElementsAre("long", "short"));
    EXPECT_EQ(option(make, "--file").value, ValueKind::file);
    EXPECT_EQ(option(make, "--all").value, ValueKind::none);
    ASSERT_EQ(make.arguments.size(), 1U);
    EXPECT_EQ(make.arguments[0].value, ValueKind::folder);
}

TEST(CompletionTree, GivesEachCommandTheProgramsOptionsOnceAndItsOwnHelp) {
    const Parser parser;

    const CommandWords keys = completion_tree(parser.app).at(1);

    EXPECT_EQ(option(keys, "--api").help, "Address");
    EXPECT_EQ(keys.options.size(), 2U) << "--api and --help";
    EXPECT_EQ(option(completion_tree(parser.app).at(0), "--version").value, ValueKind::none);
}

}  // namespace
}  // namespace postern::cli
