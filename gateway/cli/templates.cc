// `postern templates`: words with placeholders by name and language; the provider's own list.
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/output.h"

namespace postern::cli {
namespace {

constexpr std::array columns = {
    Column{"ID", "/id"},
    Column{"ACCOUNT", "/account"},
    Column{"NAME", "/name"},
    Column{"LANGUAGE", "/language"},
    Column{"CATEGORY", "/category"},
    Column{"STATUS", "/provider/status"},
    Column{"REASON", "/provider/reason"},
    Column{"VERSION", "/version"},
};

struct ListAsk {
    std::string account;
    std::string name;
    std::string language;
    std::string status;
    Page page;
};

std::string path_of(const std::string& id) {
    return "/v1/templates/" + percent_encoded(id);
}

void show(const Answer& answer, Context& context) {
    if (accepted(answer, context)) print_record(answer.body, context);
}

/// False: it cannot be read, and that was said. "-" is standard input.
bool read_file(const std::string& name, std::string& out, Context& context) {
    std::ifstream file;
    if (name != "-") file.open(name, std::ios::binary);
    std::istream& in = name == "-" ? std::cin : file;
    if (in) out.assign(std::istreambuf_iterator<char>(in), {});
    if (in.good() || in.eof()) return true;
    fmt::print(stderr, "postern: cannot read {}\n", name);
    context.exit_code = exit_failed;
    return false;
}

void add_list(CLI::App& templates, Context& context) {
    auto ask = std::make_shared<ListAsk>();
    CLI::App* command = templates.add_subcommand("list", "Templates, oldest first");
    command->add_option("--account", ask->account, "Only of this account");
    command->add_option("--name", ask->name, "Only of this name");
    command->add_option("--language", ask->language, "Only in this language");
    command->add_option("--status", ask->status, "What the provider says of them")
        ->check(
            CLI::IsMember({"approved", "pending", "rejected", "paused", "disabled", "unknown"}));
    add_page_options(*command, ask->page);
    command->footer(
        "Examples:\n  postern templates list\n"
        "  postern templates list --account wa-main --status rejected --json");
    command->callback([&context, ask] {
        std::string path = with_query("/v1/templates", "account", ask->account);
        path = with_query(path, "name", ask->name);
        path = with_query(path, "language", ask->language);
        path = with_query(path, "status", ask->status);
        Api api(context.api, context.key);
        const Answer answer = api.get(paged(path, ask->page));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
}

void add_get_one(CLI::App& templates, Context& context) {
    auto id = std::make_shared<std::string>();
    CLI::App* command = templates.add_subcommand("get", "One template with its words");
    command->add_option("ID", *id, "tpl_…")->required();
    command->footer("Examples:\n  postern templates get tpl_01J9ZQ --json > order_ready.json");
    command->callback([&context, id] {
        Api api(context.api, context.key);
        show(api.get(path_of(*id)), context);
    });
}

void add_create(CLI::App& templates, Context& context) {
    auto file = std::make_shared<std::string>();
    CLI::App* command = templates.add_subcommand(
        "create", "Keeps a template from a file: JSON as POST /v1/templates takes it");
    command->add_option("FILE", *file, "- is standard input")->required()->type_name("FILE");
    command->footer(
        "Examples:\n  postern templates create order_ready.json\n"
        "  echo '{\"account\":\"tg-shop\",\"name\":\"hola\",\"language\":\"es\",\n"
        "    \"category\":\"transactional\",\"body\":\"Hola {{name}}\"}' |\n"
        "    postern templates create -");
    command->callback([&context, file] {
        std::string body;
        if (!read_file(*file, body, context)) return;
        Api api(context.api, context.key);
        show(api.post("/v1/templates", std::move(body)), context);
    });
}

void add_update(CLI::App& templates, Context& context) {
    auto id = std::make_shared<std::string>();
    auto file = std::make_shared<std::string>();
    CLI::App* command =
        templates.add_subcommand("update", "Changes what the file names and nothing else");
    command->add_option("ID", *id, "tpl_…")->required();
    command->add_option("FILE", *file, "- is standard input")->required()->type_name("FILE");
    command->footer(
        "Examples:\n  echo '{\"provider\":{\"status\":\"approved\"}}' |\n"
        "    postern templates update tpl_01J9ZQ -");
    command->callback([&context, id, file] {
        std::string body;
        if (!read_file(*file, body, context)) return;
        Api api(context.api, context.key);
        show(api.patch(path_of(*id), std::move(body)), context);
    });
}

void add_delete(CLI::App& templates, Context& context) {
    auto id = std::make_shared<std::string>();
    CLI::App* command =
        templates.add_subcommand("delete", "Forgets it here; the provider keeps its own");
    command->add_option("ID", *id, "tpl_…")->required();
    command->footer("Examples:\n  postern templates delete tpl_01J9ZQ");
    command->callback([&context, id] {
        Api api(context.api, context.key);
        show(api.remove(path_of(*id)), context);
    });
}

void add_sync(CLI::App& templates, Context& context) {
    auto account = std::make_shared<std::string>();
    CLI::App* command =
        templates.add_subcommand("sync", "Reads the provider's list of templates and follows it");
    command->add_option("ACCOUNT", *account, "An account that has waba_id")->required();
    command->footer("Examples:\n  postern templates sync wa-main");
    command->callback([&context, account] {
        Api api(context.api, context.key);
        show(api.post(with_query("/v1/templates/sync", "account", *account), "{}"), context);
    });
}

}  // namespace

void add_templates(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand(
        "templates", "Templates: list, get, create, update, delete, sync with the provider");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  postern templates list --account wa-main\n"
        "  postern templates create order_ready.json\n  postern templates sync wa-main");
    add_list(*command, context);
    add_get_one(*command, context);
    add_create(*command, context);
    add_update(*command, context);
    add_delete(*command, context);
    add_sync(*command, context);
}

}  // namespace postern::cli
