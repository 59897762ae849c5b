// `postern subscriptions`: where events are delivered, and how that fares. A secret is shown once,
// when it is made.
#include <array>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/output.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

constexpr std::array columns = {
    Column{"ID", "/id"},
    Column{"STATE", "/state"},
    Column{"URL", "/url"},
    Column{"TYPES", "/types"},
    Column{"LAG S", "/lag_s"},
    Column{"WAITING", "/waiting"},
    Column{"LAST ERROR", "/last_error"},
};

struct Target {
    std::string id;
    std::string url;
    std::vector<std::string> types;
    std::string description;
    std::string secret;
    std::string after;
};
using TargetPtr = std::shared_ptr<Target>;

std::string path_of(const Target& target, std::string_view verb = {}) {
    std::string path = "/v1/subscriptions/" + percent_encoded(target.id);
    if (!verb.empty()) path.append("/").append(verb);
    return path;
}

void write_types(sim::JsonText& json, const std::vector<std::string>& types) {
    json.key("types").begin_array();
    for (const std::string& type : types) json.value(type);
    json.end_array();
}

void print_new_secret(const Answer& answer, const Context& context) {
    print_record(answer.body, context);
    if (!context.json) fmt::print("\nKeep the secret now: it is not shown again.\n");
}

void add_create(CLI::App& parent, Context& context) {
    const auto target = std::make_shared<Target>();
    CLI::App* command = parent.add_subcommand("create", "Deliver events to a URL from now on");
    command->add_option("URL", target->url, "https://…")->required();
    command->add_option("--types", target->types, "Types of events; without it all of them")
        ->delimiter(',');
    command->add_option("--description", target->description, "For people");
    command->add_option("--secret", target->secret, "whsec_…; without it one is made");
    command->add_option("--after", target->after, "Begin after this event instead of now");
    command->footer(
        "Examples:\n  postern subscriptions create https://crm.example.com/hook "
        "--types 'message.*,contact.created'");
    command->callback([&context, target] {
        Api api(context.api, context.key);
        if (target->types.empty()) target->types.emplace_back("*");
        sim::JsonText json;
        json.begin_object().field("url", target->url);
        write_types(json, target->types);
        if (!target->description.empty()) json.field("description", target->description);
        if (!target->secret.empty()) json.field("secret", target->secret);
        if (!target->after.empty()) json.field("after", target->after);
        json.end_object();
        const Answer answer = api.post("/v1/subscriptions", json.take());
        if (accepted(answer, context)) print_new_secret(answer, context);
    });
}

void add_update(CLI::App& parent, Context& context) {
    const auto target = std::make_shared<Target>();
    CLI::App* command = parent.add_subcommand("update", "Change what is given");
    command->add_option("ID", target->id, "Subscription")->required();
    CLI::Option* url = command->add_option("--url", target->url, "https://…");
    CLI::Option* types =
        command->add_option("--types", target->types, "Types of events")->delimiter(',');
    CLI::Option* description =
        command->add_option("--description", target->description, "For people; '' takes it away");
    command->footer(
        "Examples:\n  postern subscriptions update sub_01J... --url https://new.example.com/hook");
    command->callback([&context, target, url, types, description] {
        Api api(context.api, context.key);
        sim::JsonText json;
        json.begin_object();
        if (url->count() > 0) json.field("url", target->url);
        if (types->count() > 0) write_types(json, target->types);
        if (description->count() > 0) json.field("description", target->description);
        json.end_object();
        const Answer answer = api.patch(path_of(*target), json.take());
        if (accepted(answer, context)) print_record(answer.body, context);
    });
}

void add_replay(CLI::App& parent, Context& context) {
    const auto target = std::make_shared<Target>();
    CLI::App* command = parent.add_subcommand("replay", "Deliver again what follows an event");
    command->add_option("ID", target->id, "Subscription")->required();
    command->add_option("--after", target->after, "Event")->required();
    command->footer("Examples:\n  postern subscriptions replay sub_01J... --after evt_01J...");
    command->callback([&context, target] {
        Api api(context.api, context.key);
        sim::JsonText json;
        json.begin_object().field("after", target->after).end_object();
        const Answer answer = api.post(path_of(*target, "replay"), json.take());
        if (accepted(answer, context)) print_record(answer.body, context);
    });
}

/// A test that is not delivered is a failure of the command too.
void judge_test(const std::string& body, Context& context) {
    Document document;
    const bool delivered = document.parse(body) && text_at(document.root(), "/delivered") == "true";
    if (!delivered) context.exit_code = exit_failed;
}

/// Those that post nothing but their name.
void add_verb(CLI::App& parent, Context& context, const std::string& verb, const std::string& help,
              void (*then)(const Answer&, Context&)) {
    const auto target = std::make_shared<Target>();
    CLI::App* command = parent.add_subcommand(verb, help);
    command->add_option("ID", target->id, "Subscription")->required();
    command->footer(fmt::format("Examples:\n  postern subscriptions {} sub_01J...", verb));
    command->callback([&context, target, verb, then] {
        Api api(context.api, context.key);
        const Answer answer = api.post(path_of(*target, verb), "{}");
        if (accepted(answer, context)) then(answer, context);
    });
}

void add_get_and_delete(CLI::App& parent, Context& context) {
    const auto target = std::make_shared<Target>();
    CLI::App* get = parent.add_subcommand("get", "One of them, with how its deliveries fare");
    get->add_option("ID", target->id, "Subscription")->required();
    get->footer("Examples:\n  postern subscriptions get sub_01J... --json");
    get->callback([&context, target] {
        Api api(context.api, context.key);
        const Answer answer = api.get(path_of(*target));
        if (accepted(answer, context)) print_record(answer.body, context);
    });
    const auto gone = std::make_shared<Target>();
    CLI::App* remove = parent.add_subcommand("delete", "End it; what was not delivered is not");
    remove->add_option("ID", gone->id, "Subscription")->required();
    remove->footer("Examples:\n  postern subscriptions delete sub_01J...");
    remove->callback([&context, gone] {
        Api api(context.api, context.key);
        const Answer answer = api.remove(path_of(*gone));
        if (!accepted(answer, context)) return;
        if (context.json)
            fmt::print("{}\n", answer.body);
        else
            fmt::print("deleted {}\n", gone->id);
    });
}

}  // namespace

void add_subscriptions(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("subscriptions", "Where events are delivered: list, create, test …");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  postern subscriptions list\n"
        "  postern subscriptions create https://crm.example.com/hook --types 'message.*'\n"
        "  postern subscriptions test sub_01J...");
    auto page = std::make_shared<Page>();
    CLI::App* list = command->add_subcommand("list", "All of them, without their secrets");
    add_page_options(*list, *page);
    list->footer("Examples:\n  postern subscriptions list --json");
    list->callback([&context, page] {
        Api api(context.api, context.key);
        const Answer answer = api.get(paged("/v1/subscriptions", *page));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
    add_create(*command, context);
    add_get_and_delete(*command, context);
    add_update(*command, context);
    const auto show = [](const Answer& a, Context& c) { print_record(a.body, c); };
    add_verb(*command, context, "test", "Send a ping now, and say what came of it",
             [](const Answer& answer, Context& c) {
                 print_record(answer.body, c);
                 judge_test(answer.body, c);
             });
    add_verb(*command, context, "enable", "Go on where it stopped", show);
    add_verb(*command, context, "rotate", "Make another secret; both sign for a day",
             [](const Answer& answer, Context& c) { print_new_secret(answer, c); });
    add_replay(*command, context);
}

}  // namespace postern::cli
