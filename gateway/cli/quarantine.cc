// `postern quarantine`: webhooks that were genuine but not understood; after a fix they are
// replayed.
#include <array>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/output.h"

namespace postern::cli {
namespace {

constexpr std::array columns = {
    Column{"ID", "/id"},       Column{"ACCOUNT", "/account"}, Column{"RECEIVED", "/received_at"},
    Column{"BYTES", "/bytes"}, Column{"REASON", "/reason"},
};

Answer replay_one(Api& api, const std::string& id) {
    return api.post(fmt::format("/v1/quarantine/{}/replay", percent_encoded(id)), "{}");
}

/// Ids first, replay after: a replay that is understood leaves the list and would shift the pages.
void replay_all(Api& api, Context& context) {
    std::vector<std::string> ids;
    Page page;
    page.limit = 200;
    do {
        const Answer answer = api.get(paged("/v1/quarantine", page));
        Document document;
        if (!accepted(answer, context) || !document.parse(answer.body)) return;
        for_each_at(document.root(), "/data",
                    [&ids](Element entry) { ids.push_back(text_at(entry, "/id")); });
        page.cursor = text_at(document.root(), "/next_cursor");
    } while (!page.cursor.empty());
    std::size_t replayed = 0;
    for (const std::string& id : ids) replayed += replay_one(api, id).ok() ? 1 : 0;
    if (replayed < ids.size()) context.exit_code = exit_failed;
    if (context.json) {
        fmt::print("{{\"entries\":{},\"replayed\":{}}}\n", ids.size(), replayed);
    } else {
        fmt::print("{} of {} replayed\n", replayed, ids.size());
    }
}

void add_replay(CLI::App& quarantine, Context& context) {
    auto id = std::make_shared<std::string>();
    auto all = std::make_shared<bool>(false);
    CLI::App* command = quarantine.add_subcommand("replay", "Give it to the adapter once more");
    CLI::Option_group* which = command->add_option_group("which");
    which->add_option("ID", *id, "Entry");
    which->add_flag("--all", *all, "Every entry");
    which->require_option(1);
    command->footer(
        "Examples:\n  postern quarantine replay qrt_01J...\n"
        "  postern quarantine replay --all");
    command->callback([&context, id, all] {
        Api api(context.api, context.key);
        if (*all) {
            replay_all(api, context);
            return;
        }
        const Answer answer = replay_one(api, *id);
        if (accepted(answer, context)) print_record(answer.body, context);
    });
}

}  // namespace

void add_quarantine(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("quarantine", "Webhooks kept whole: list, show, replay");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  postern quarantine list\n  postern quarantine show qrt_01J...\n"
        "  postern quarantine replay --all");
    auto page = std::make_shared<Page>();
    CLI::App* list = command->add_subcommand("list", "What could not be understood, and why");
    add_page_options(*list, *page);
    list->footer("Examples:\n  postern quarantine list --limit 20");
    list->callback([&context, page] {
        Api api(context.api, context.key);
        const Answer answer = api.get(paged("/v1/quarantine", *page));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
    auto id = std::make_shared<std::string>();
    CLI::App* show = command->add_subcommand("show", "One entry with its bytes");
    show->add_option("ID", *id, "Entry")->required();
    show->footer("Examples:\n  postern quarantine show qrt_01J... --json");
    show->callback([&context, id] {
        Api api(context.api, context.key);
        const Answer answer = api.get("/v1/quarantine/" + percent_encoded(*id));
        if (accepted(answer, context)) print_record(answer.body, context);
    });
    add_replay(*command, context);
}

}  // namespace postern::cli
