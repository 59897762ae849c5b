// `postern suppressions`: addresses that get nothing, and what people said about getting messages.
// Only hashes of addresses are kept, so a list is always of one address.
#include <array>
#include <fstream>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/output.h"
#include "gateway/cli/suppression_lines.h"

namespace postern::cli {
namespace {

constexpr std::array columns = {
    Column{"KIND", "/kind"}, Column{"CATEGORIES", "/categories"}, Column{"ACCOUNT", "/account"},
    Column{"SINCE", "/at"},  Column{"SOURCE", "/source"},         Column{"REASON", "/reason"},
};

void add_scope_options(CLI::App& command, SuppressionAsk& ask) {
    CLI::Option_group* scope = command.add_option_group("scope");
    scope->add_option("--account", ask.account, "An account of the address's channel");
    scope->add_option("--channel", ask.channel, "The address's channel, instead of an account");
    scope->require_option(1);
}

void add_note_options(CLI::App& command, SuppressionAsk& ask) {
    command.add_option("--kind", ask.kind, "What is noted; else suppressed")
        ->check(
            CLI::IsMember({"suppressed", "opted_out", "opted_in", "consent", "consent_revoked"}));
    command.add_option("--category", ask.categories, "Only messages for this; repeatable")
        ->allow_extra_args(false);
    command.add_option("--reason", ask.reason, "Why, for those who read it later");
    command.add_flag("--only-account", ask.only_account, "Of this account alone");
    command.add_option("--as-of", ask.as_of, "Since when, like 2026-11-01T00:00:00Z; else now");
}

void add_list(CLI::App& suppressions, Context& context) {
    auto ask = std::make_shared<SuppressionAsk>();
    CLI::App* command = suppressions.add_subcommand("list", "What is noted of one address");
    command->add_option("ADDRESS", ask->address, "Address")->required();
    add_scope_options(*command, *ask);
    command->footer("Examples:\n  postern suppressions list +573001234567 --channel sms");
    command->callback([&context, ask] {
        std::string path = with_query("/v1/suppressions", "address", ask->address);
        path = with_query(path, "account", ask->account);
        path = with_query(path, "channel", ask->channel);
        Api api(context.api, context.key);
        const Answer answer = api.get(path);
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
}

void add_change(CLI::App& suppressions, Context& context, const char* name, const char* help,
                const char* path) {
    auto ask = std::make_shared<SuppressionAsk>();
    CLI::App* command = suppressions.add_subcommand(name, help);
    command->add_option("ADDRESS", ask->address, "Address")->required();
    add_scope_options(*command, *ask);
    add_note_options(*command, *ask);
    command->footer(fmt::format(
        "Examples:\n  postern suppressions {} +573001234567 --account sms --category marketing",
        name));
    command->callback([&context, ask, path] {
        Api api(context.api, context.key);
        const Answer answer = api.post(path, suppression_json(*ask, ask->address));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
}

std::string import_text(Element answer) {
    std::string out = fmt::format("{} imported, {} rejected\n", text_at(answer, "/imported"),
                                  text_at(answer, "/rejected"));
    for_each_at(answer, "/errors", [&out](Element error) {
        out += fmt::format("  line {}: {}: {}\n", text_at(error, "/line"), text_at(error, "/field"),
                           text_at(error, "/detail"));
    });
    return out;
}

void import_file(const SuppressionAsk& ask, const std::string& name, Context& context) {
    std::ifstream file;
    if (name != "-") file.open(name);
    if (name != "-" && !file) {
        fmt::print(stderr, "postern: cannot read {}\n", name);
        context.exit_code = exit_failed;
        return;
    }
    Api api(context.api, context.key);
    const Answer answer =
        api.post("/v1/suppressions/import", import_body(name == "-" ? std::cin : file, ask));
    if (!accepted(answer, context)) return;
    Document document;
    if (!document.parse(answer.body)) return;
    if (integer_at(document.root(), "/rejected") > 0) context.exit_code = exit_failed;
    if (context.json) {
        fmt::print("{}\n", answer.body);
    } else {
        fmt::print("{}", import_text(document.root()));
    }
}

void add_import(CLI::App& suppressions, Context& context) {
    auto ask = std::make_shared<SuppressionAsk>();
    auto file = std::make_shared<std::string>();
    CLI::App* command = suppressions.add_subcommand(
        "import", "A file of addresses or of JSON objects, one a line, 10000 at most");
    command->add_option("FILE", *file, "- is standard input")->required();
    CLI::Option* account = command->add_option("--account", ask->account, "Of plain addresses");
    CLI::Option* channel = command->add_option("--channel", ask->channel, "Of plain addresses");
    account->excludes(channel);
    add_note_options(*command, *ask);
    command->footer(
        "Examples:\n  postern suppressions import unsubscribed.txt --channel sms\n"
        "  split -l 10000 --filter='postern suppressions import - --channel sms --kind opted_out\n"
        "    --category marketing --as-of 2026-11-01T00:00:00Z --reason \"US National DNC\"' "
        "dnc.txt\n"
        "  echo '{\"channel\":\"sms\",\"address\":\"+573001234567\",\"kind\":\"opted_out\"}' |\n"
        "    postern suppressions import -");
    command->callback([&context, ask, file] { import_file(*ask, *file, context); });
}

}  // namespace

void add_suppressions(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand(
        "suppressions", "Who gets nothing, opt-outs, consents: list, add, remove, import");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  postern suppressions list +573001234567 --account sms\n"
        "  postern suppressions add +573001234567 --account sms --reason 'asked by phone'");
    add_list(*command, context);
    add_change(*command, context, "add", "Note it; what is noted of the kind is replaced",
               "/v1/suppressions");
    add_change(*command, context, "remove", "Take a note back", "/v1/suppressions/remove");
    add_import(*command, context);
}

}  // namespace postern::cli
