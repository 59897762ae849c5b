// The parser's root: global options, the list of commands, and what to do with a wrong command
// line.
#include "gateway/cli/commands.h"

#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "gateway/net/build_facts.h"
#include "storage/library_version.h"

namespace postern::cli {

void build(CLI::App& app, Context& context) {
    app.require_subcommand(1);
    app.fallthrough();  // `postern status --json` means `postern --json status`
    app.set_help_all_flag("--help-all", "Help of every command");
    app.set_version_flag("--version", "postern " POSTERN_VERSION "\n" + net::build_facts() +
                                          "RocksDB " + storage::rocksdb_version());
    app.add_option("--api", context.api, "Address of the daemon's API")
        ->envname("POSTERN_API")
        ->capture_default_str();
    app.add_option("--key", context.key, "API key")->envname("POSTERN_KEY");
    app.add_flag("--json", context.json, "Print JSON for programs instead of text for people");
    app.footer(
        "Examples:\n"
        "  postern demo --once\n"
        "  postern --key pk_... status\n"
        "  postern send --account sms --to +573001234567 --text 'Su pedido va'\n"
        "  POSTERN_KEY=pk_... postern events --follow --json\n\n"
        "`postern COMMAND --help` has examples of each command.");
    add_status(app, context);
    add_events(app, context);
    add_send(app, context);
    add_messages(app, context);
    add_get(app, context);
    add_why(app, context);
    add_suppressions(app, context);
    add_templates(app, context);
    add_dead_letters(app, context);
    add_accounts(app, context);
    add_keys(app, context);
    add_contacts(app, context);
    add_quarantine(app, context);
    add_subscriptions(app, context);
    add_trace(app, context);
    add_audit(app, context);
    add_mode(app, context);
    add_pauses(app, context);
    add_backup(app, context);
    add_restore(app, context);
    add_verify(app, context);
    add_doctor(app, context);
    add_simulate(app, context);
    add_load(app, context);
    add_demo(app, context);
    add_completion(app, context);
}

int run(int argc, const char* const* argv) {
    CLI::App app("postern: the command line of the Postern messaging gateway", "postern");
    Context context;
    try {
        build(app, context);
        app.parse(argc, argv);
    } catch (const CLI::RequiredError& error) {
        // That something is missing does not tell of the word that was no command.
        for (const std::string& word : app.remaining(true))
            fmt::print(stderr, "postern: '{}' means nothing here\n", word);
        return app.exit(error) == 0 ? 0 : exit_usage;
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_usage;
    } catch (const std::exception& error) {
        fmt::print(stderr, "postern: {}\n", error.what());
        return exit_failed;
    }
    return context.exit_code;
}

}  // namespace postern::cli
