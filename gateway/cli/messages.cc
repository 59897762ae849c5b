// `postern messages`, `get`, `why`: what went and came, one of it whole, and why it is where it is.
#include <array>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/output.h"
#include "gateway/cli/verdict_text.h"

namespace postern::cli {
namespace {

constexpr std::array columns = {
    Column{"ID", "/id"},
    Column{"CREATED", "/created_at"},
    Column{"WAY", "/direction"},
    Column{"ACCOUNT", "/account"},
    Column{"ADDRESS", "/address"},
    Column{"STATE", "/state"},
    Column{"TEXT", "/content/text"},
};

struct Filters {
    std::string state, account, contact, direction;
};

std::string message_path(const std::string& id) {
    return "/v1/messages/" + percent_encoded(id);
}

}  // namespace

void add_messages(CLI::App& app, Context& context) {
    auto page = std::make_shared<Page>();
    auto filters = std::make_shared<Filters>();
    CLI::App* command = app.add_subcommand("messages", "Messages of both directions, newest first");
    command->add_option("--state", filters->state, "Like waiting, sent, failed, or received");
    command->add_option("--account", filters->account, "Account");
    command->add_option("--contact", filters->contact, "Contact's id");
    command->add_option("--direction", filters->direction, "inbound or outbound")
        ->check(CLI::IsMember({"inbound", "outbound"}));
    add_page_options(*command, *page);
    command->footer(
        "Examples:\n  postern messages --state waiting\n"
        "  postern messages --contact con_01J... --json");
    command->callback([&context, page, filters] {
        std::string path = with_query("/v1/messages", "state", filters->state);
        path = with_query(path, "account", filters->account);
        path = with_query(path, "contact", filters->contact);
        path = with_query(path, "direction", filters->direction);
        Api api(context.api, context.key);
        const Answer answer = api.get(paged(path, *page));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
}

void add_get(CLI::App& app, Context& context) {
    auto id = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("get", "One message, whole");
    command->add_option("ID", *id, "Message")->required();
    command->footer("Examples:\n  postern get msg_01J... --json");
    command->callback([&context, id] {
        Api api(context.api, context.key);
        const Answer answer = api.get(message_path(*id));
        if (accepted(answer, context)) print_record(answer.body, context);
    });
}

void add_why(CLI::App& app, Context& context) {
    auto id = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("why", "Why a message is where it is, step by step");
    command->add_option("ID", *id, "Message")->required();
    command->footer("Examples:\n  postern why msg_01J...");
    command->callback([&context, id] {
        Api api(context.api, context.key);
        const Answer answer = api.get(message_path(*id) + "/why");
        if (!accepted(answer, context)) return;
        Document document;
        if (context.json || !document.parse(answer.body)) {
            fmt::print("{}\n", answer.body);
        } else {
            fmt::print("{}", story_text(document.root()));
        }
    });
}

}  // namespace postern::cli
