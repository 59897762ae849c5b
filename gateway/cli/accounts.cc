// `postern accounts`: list, connect, pause, resume, and the webhooks that were refused.
#include <array>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/connect.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/output.h"

namespace postern::cli {
namespace {

constexpr std::array columns = {
    Column{"ID", "/id"},
    Column{"CHANNEL", "/channel"},
    Column{"STATE", "/state"},
    Column{"HEALTH", "/health/state"},
    Column{"SENDING", "/sending/state"},
    Column{"HELD BY", "/sending/held_by"},
    Column{"LAST INBOUND", "/health/last_inbound_at"},
    Column{"LAST ERROR", "/health/last_error"},
};

void add_move(CLI::App& accounts, Context& context, const std::string& verb,
              const std::string& help) {
    auto id = std::make_shared<std::string>();
    CLI::App* command = accounts.add_subcommand(verb, help);
    command->add_option("ID", *id, "Account")->required();
    command->footer(fmt::format("Examples:\n  postern accounts {} wa-main", verb));
    command->callback([&context, id, verb] {
        Api api(context.api, context.key);
        const Answer answer =
            api.post(fmt::format("/v1/accounts/{}/{}", percent_encoded(*id), verb), "{}");
        if (accepted(answer, context)) print_record(answer.body, context);
    });
}

constexpr std::array request_columns = {
    Column{"AT", "/at"},
    Column{"STATUS", "/status"},
    Column{"PEER", "/peer"},
    Column{"METHOD", "/method"},
    Column{"BYTES", "/body_bytes"},
    Column{"REASON", "/reason"},
    Column{"REQUEST", "/request_id"},
};

/// With --json also headers and bodies.
void add_requests(CLI::App& accounts, Context& context) {
    auto id = std::make_shared<std::string>();
    CLI::App* command = accounts.add_subcommand(
        "requests", "The last webhooks: what was refused or set aside, and why");
    auto page = std::make_shared<Page>();
    command->add_option("ID", *id, "Account")->required();
    add_page_options(*command, *page);
    command->footer(
        "Examples:\n  postern accounts requests wa-main\n"
        "  postern accounts requests wa-main --limit 5 --json");
    command->callback([&context, id, page] {
        Api api(context.api, context.key);
        const std::string path = "/v1/accounts/" + percent_encoded(*id) + "/requests";
        const Answer answer = api.get(paged(path, *page));
        if (accepted(answer, context)) print_list(answer.body, request_columns, context);
    });
}

}  // namespace

void add_accounts(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("accounts", "Accounts and their health; connect, pause, resume");
    auto page = std::make_shared<Page>();
    add_page_options(*command, *page);
    command->require_subcommand(0, 1);
    command->footer(
        "Examples:\n  postern accounts\n  postern accounts connect wa-main --url "
        "https://gw.example.com\n"
        "  postern accounts pause wa-main\n"
        "  postern accounts resume wa-main --json");
    add_connect(*command, context);
    add_move(*command, context, "pause", "Nothing is sent on the account until it is resumed");
    add_move(*command, context, "resume", "Sending goes on where it stopped");
    add_requests(*command, context);
    command->callback([&context, command, page] {
        if (!command->get_subcommands().empty()) return;
        Api api(context.api, context.key);
        const Answer answer = api.get(paged("/v1/accounts", *page));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
}

}  // namespace postern::cli
