// The command line itself: every command has help with examples, wrong usage is 2, a daemon that is
// not there is 1.
#include "gateway/cli/commands.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <functional>

namespace postern::cli {
namespace {

int run_with(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "postern");
    return run(static_cast<int>(arguments.size()), arguments.data());
}

void for_each_command(CLI::App& app, const std::string& path,
                      const std::function<void(CLI::App&, const std::string&)>& each) {
    for (CLI::App* command : app.get_subcommands({})) {
        if (command->get_name().empty()) continue;  // a group of options
        const std::string name = path + " " + command->get_name();
        each(*command, name);
        for_each_command(*command, name, each);
    }
}

TEST(Commands, AllHaveADescriptionAndExamples) {
    CLI::App app;
    Context context;
    build(app, context);
    int commands = 0;

    for_each_command(app, "postern", [&](CLI::App& command, const std::string& name) {
        ++commands;
        EXPECT_FALSE(command.get_description().empty()) << name;
        EXPECT_NE(command.get_footer().find("Examples:\n"), std::string::npos) << name;
        EXPECT_NE(command.help().find("--help"), std::string::npos) << name;
    });
    EXPECT_GE(commands, 51);
}

TEST(Commands, ShowHelpWithoutADaemon) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(run_with({"--help"}), 0);
    EXPECT_EQ(run_with({"keys", "create", "--help"}), 0);
    EXPECT_EQ(run_with({"demo", "--help"}), 0);
    const std::string text = testing::internal::GetCapturedStdout();

    EXPECT_NE(text.find("postern keys create --name shop"), std::string::npos);
}

TEST(Commands, SayTheirVersionAndWhatTheyAreBuiltWith) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(run_with({"--version"}), 0);
    const std::string text = testing::internal::GetCapturedStdout();

    EXPECT_EQ(text.find("postern "), 0U) << text;
    EXPECT_NE(text.find("\nI/O epoll\nBoost 1."), std::string::npos) << text;
    EXPECT_NE(text.find("\nOpenSSL 3."), std::string::npos) << text;
    EXPECT_NE(text.find("\nRocksDB "), std::string::npos) << text;
}

TEST(Commands, TellWhichOptionsOfASendGoTogether) {
    const std::vector<const char*> begin = {"--api", "http://127.0.0.1:1", "send", "--to", "b"};
    const auto run_send = [&](std::vector<const char*> more) {
        more.insert(more.begin(), begin.begin(), begin.end());
        return run_with(more);
    };
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    // 1: understood, and nobody is there to take it.
    EXPECT_EQ(run_send({"--text", "c", "--fallback", "x,y", "--fallback", "z", "--metadata", "a=1",
                        "--metadata", "b=2", "--priority", "low", "--button", "y=Yes", "--test"}),
              1);
    EXPECT_EQ(run_send({"--location", "-4.7,-74.1", "--place", "here"}), 1);
    EXPECT_EQ(run_send({"--media", "https://e.co/a", "--kind", "image", "--caption", "c"}), 1);
    const std::vector<std::vector<const char*>> wrong = {
        {"--media", "https://e.co/a"},
        {"--text", "c", "--kind", "image"},
        {"--text", "c", "--caption", "d"},
        {"--text", "c", "--priority", "urgent"},
        {"--text", "c", "--metadata", "d"},
        {"--text", "c", "--fallback", "x", "--no-fallback"},
        {"--text", "c", "--at", "1", "--send-at", "2"},
        {"--template", "t", "--language", "es", "--button", "y=Yes"},
        {"--text", "c", "--location", "1,2"},
    };
    for (const std::vector<const char*>& options : wrong)
        EXPECT_EQ(run_send(options), 2) << options[options.size() - 2];
    testing::internal::GetCapturedStdout();
    testing::internal::GetCapturedStderr();
}

TEST(Commands, AnswerTwoToWrongUsage) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(run_with({}), 2);
    EXPECT_EQ(run_with({"stauts"}), 2);
    EXPECT_EQ(run_with({"--json", "keys", "lits"}), 2);
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find("'stauts' means nothing here"), std::string::npos) << said;
    EXPECT_NE(said.find("'lits' means nothing here"), std::string::npos) << said;
    testing::internal::CaptureStderr();
    EXPECT_EQ(run_with({"keys", "create"}), 2);
    EXPECT_EQ(run_with({"mode", "sideways"}), 2);
    EXPECT_EQ(run_with({"quarantine", "replay"}), 2);
    EXPECT_EQ(run_with({"quarantine", "replay", "qrt_1", "--all"}), 2);
    EXPECT_EQ(run_with({"send", "--account", "a", "--to", "b"}), 2);
    EXPECT_EQ(run_with({"send", "--account", "a", "--to", "b", "--text", "c", "--template", "d"}),
              2);
    EXPECT_EQ(run_with({"send", "--account", "a", "--to", "b", "--template", "d"}), 2);
    EXPECT_EQ(run_with({"send", "--account", "a", "--to", "b", "--json-content", "["}), 2);
    EXPECT_EQ(run_with({"suppressions", "add", "+57300"}), 2);
    EXPECT_EQ(run_with({"simulate", "--stream", "5"}), 2);
    EXPECT_EQ(run_with({"simulate", "--faults", "dice=1"}), 2);
    EXPECT_EQ(run_with({"restore", "/nonexistent"}), 2);
    testing::internal::GetCapturedStderr();
}

TEST(Commands, AnswerOneAndSayWhyWhenNoDaemonIsThere) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(run_with({"status", "--api", "http://127.0.0.1:1"}), 1);
    EXPECT_EQ(run_with({"--api", "http://127.0.0.1:1", "accounts", "pause", "wa-main"}), 1);
    EXPECT_EQ(run_with({"--api", "http://127.0.0.1:1", "keys", "list", "--limit", "5"}), 1);
    const std::string text = testing::internal::GetCapturedStderr();

    EXPECT_NE(text.find("no answer from http://127.0.0.1:1"), std::string::npos);
}

TEST(Commands, AnswerOneToABackupThatIsNone) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(run_with({"verify", "/nonexistent/backup"}), 1);
    const std::string text = testing::internal::GetCapturedStderr();

    EXPECT_NE(text.find("not a good backup"), std::string::npos);
}

TEST(Commands, TakeTheGlobalOptionsBeforeAndAfterTheCommand) {
    for (const std::vector<const char*>& arguments :
         {std::vector<const char*>{"postern", "--json", "--key", "k", "mode"},
          std::vector<const char*>{"postern", "mode", "--json", "--key", "k"}}) {
        CLI::App app;
        Context context;
        context.api = "http://127.0.0.1:1";
        testing::internal::CaptureStderr();
        build(app, context);
        app.parse(static_cast<int>(arguments.size()), arguments.data());
        testing::internal::GetCapturedStderr();

        EXPECT_TRUE(context.json);
        EXPECT_EQ(context.key, "k");
    }
}

}  // namespace
}  // namespace postern::cli
