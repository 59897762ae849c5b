// `postern audit`: who changed what, newest first.
#include <array>
#include <memory>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/output.h"

namespace postern::cli {
namespace {

constexpr std::array columns = {
    Column{"AT", "/at"},         Column{"KIND", "/actor/kind"}, Column{"WHO", "/actor/name"},
    Column{"ACTION", "/action"}, Column{"OBJECT", "/object"},   Column{"BEFORE", "/before"},
    Column{"AFTER", "/after"},
};

struct Wanted {
    Page page;
    std::string actor;
    std::string action;
    std::string object;
    std::string after;
    std::string before;
};

std::string path_of(const Wanted& wanted) {
    std::string path = paged("/v1/audit", wanted.page);
    path = with_query(path, "actor", wanted.actor);
    path = with_query(path, "action", wanted.action);
    path = with_query(path, "object", wanted.object);
    path = with_query(path, "after", wanted.after);
    return with_query(path, "before", wanted.before);
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
    auto wanted = std::make_shared<Wanted>();
    CLI::App* command = app.add_subcommand("audit", "Who changed what, newest first");
    add_page_options(*command, wanted->page);
    command->add_option("--actor", wanted->actor,
                        "A key's id or name, or one of postern, key, config, cli");
    command->add_option("--action", wanted->action, "key.created, or all of an area: 'key.*'");
    command->add_option("--object", wanted->object, "An id, an account's name, an address's hash");
    command->add_option("--after", wanted->after, "At or after: RFC 3339 time");
    command->add_option("--before", wanted->before, "Before: RFC 3339 time");
    command->footer(
        "Needs a key with the scope audit:read, or an owner's.\n\n"
        "Examples:\n  postern audit\n  postern audit --action 'key.*' --json\n"
        "  postern audit --actor deploy --after 2026-11-01T00:00:00Z\n"
        "  postern audit --object wa-main --limit 10");
    command->callback([&context, wanted] {
        Api api(context.api, context.key);
        const Answer answer = api.get(path_of(*wanted));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
}

}  // namespace postern::cli
