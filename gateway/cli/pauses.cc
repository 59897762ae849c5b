// `postern pause`, `resume`, `pauses`: what operators hold back.
#include <array>
#include <memory>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/output.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

constexpr std::array columns = {
    Column{"ACCOUNT", "/account", "all"},
    Column{"CATEGORY", "/category", "all"},
    Column{"PRIORITY", "/priority", "all"},
    Column{"KEY", "/key", "all"},
    Column{"NAME", "/key_name"},
    Column{"SINCE", "/since"},
    Column{"REASON", "/reason"},
};

struct Wanted {
    std::string account;
    std::string category;
    std::string priority;
    std::string key;
    std::string reason;
};

std::string body_of(const Wanted& wanted) {
    sim::JsonText json;
    json.begin_object();
    const auto add = [&json](std::string_view name, const std::string& value) {
        if (!value.empty()) json.field(name, value);
    };
    add("account", wanted.account);
    add("category", wanted.category);
    add("priority", wanted.priority);
    add("key", wanted.key);
    add("reason", wanted.reason);
    json.end_object();
    return json.take();
}

std::shared_ptr<Wanted> add_names(CLI::App& command) {
    auto wanted = std::make_shared<Wanted>();
    const auto not_empty = [](const std::string& value) {
        return value.empty() ? std::string("must not be empty; leave it out to mean all")
                             : std::string();
    };
    command.add_option("--account", wanted->account, "Of this account")->check(not_empty);
    command.add_option("--category", wanted->category, "Of this category")
        ->check(CLI::IsMember(
            {"reply", "transactional", "authentication", "marketing", "collections"}));
    command.add_option("--priority", wanted->priority, "Of this priority")
        ->check(CLI::IsMember({"high", "normal", "low"}));
    command.add_option("--key-id", wanted->key, "That this API key sent: key_...")
        ->check(not_empty);
    return wanted;
}

void post(const std::string& path, const Wanted& wanted, Context& context) {
    Api api(context.api, context.key);
    const Answer answer = api.post(path, body_of(wanted));
    if (accepted(answer, context)) print_list(answer.body, columns, context);
}

}  // namespace

void add_pauses(CLI::App& app, Context& context) {
    CLI::App* pause = app.add_subcommand(
        "pause", "Hold messages back: all, or those that fit everything that is named");
    const auto held = add_names(*pause);
    pause->add_option("--reason", held->reason, "Why, for those who ask later");
    pause->footer(
        "Examples:\n  postern pause --category marketing --reason 'wrong price in the text'\n"
        "  postern pause --account wa-main --priority low\n"
        "  postern pause --key-id key_01J...\n  postern pause");
    pause->callback([&context, held] { post("/v1/pauses", *held, context); });

    CLI::App* resume = app.add_subcommand(
        "resume", "Let go what was paused by the same names; without any: sending as a whole");
    const auto freed = add_names(*resume);
    resume->footer(
        "Examples:\n  postern resume --category marketing\n"
        "  postern resume   # also after a restore");
    resume->callback([&context, freed] { post("/v1/pauses/remove", *freed, context); });

    CLI::App* list = app.add_subcommand("pauses", "What is held back, since when and why");
    list->footer("Examples:\n  postern pauses\n  postern pauses --json");
    list->callback([&context] {
        Api api(context.api, context.key);
        const Answer answer = api.get("/v1/pauses");
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
}

}  // namespace postern::cli
