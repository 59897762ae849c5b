// `postern dead-letters`: messages that failed, expired, or whose outcome nobody knows for good.
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
    Column{"ID", "/id"},
    Column{"CREATED", "/created_at"},
    Column{"ACCOUNT", "/account"},
    Column{"ADDRESS", "/address"},
    Column{"STATE", "/state"},
    Column{"ERROR", "/error/code"},
    Column{"DETAIL", "/error/detail"},
};

struct Wanted {
    std::string account;
    Page page;
};

}  // namespace

void add_dead_letters(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("dead-letters", "Messages that ended without arriving: list, redrive");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  postern dead-letters list\n  postern dead-letters redrive msg_01J...");
    auto wanted = std::make_shared<Wanted>();
    CLI::App* list = command->add_subcommand("list", "What failed, expired, or is held unknown");
    list->add_option("--account", wanted->account, "Account");
    add_page_options(*list, wanted->page);
    list->footer("Examples:\n  postern dead-letters list --account wa-main");
    list->callback([&context, wanted] {
        Api api(context.api, context.key);
        const Answer answer = api.get(
            paged(with_query("/v1/dead-letters", "account", wanted->account), wanted->page));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
    auto ids = std::make_shared<std::vector<std::string>>();
    CLI::App* redrive = command->add_subcommand("redrive", "Send it once more, by today's rules");
    redrive->add_option("ID", *ids, "Messages")->required();
    redrive->footer("Examples:\n  postern dead-letters redrive msg_01J...");
    redrive->callback([&context, ids] {
        Api api(context.api, context.key);
        for (const std::string& id : *ids) {
            const Answer answer =
                api.post(fmt::format("/v1/messages/{}/redrive", percent_encoded(id)), "{}");
            if (!accepted(answer, context)) continue;
            Document document;
            if (context.json || !document.parse(answer.body)) {
                fmt::print("{}\n", answer.body);
            } else {
                fmt::print("{} {}\n", text_at(document.root(), "/id"),
                           text_at(document.root(), "/state"));
            }
        }
    });
}

}  // namespace postern::cli
