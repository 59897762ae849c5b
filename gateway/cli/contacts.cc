// `postern contacts`: who writes, and what was said.
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
    Column{"NAME", "/name/display"},
    Column{"PHONE", "/phones/0/value"},
    Column{"CHANNEL", "/identities/0/channel"},
    Column{"ADDRESS", "/identities/0/address"},
    Column{"STATE", "/state"},
    Column{"UPDATED", "/updated_at"},
};

struct Filters {
    std::string q, phone, email, channel, state;
};

void add_list(CLI::App& contacts, Context& context) {
    auto page = std::make_shared<Page>();
    auto filters = std::make_shared<Filters>();
    CLI::App* command = contacts.add_subcommand("list", "Contacts, by what you ask for");
    command->add_option("--q", filters->q, "Words of the name");
    command->add_option("--phone", filters->phone, "Phone number, E.164");
    command->add_option("--email", filters->email, "Mail address");
    command->add_option("--channel", filters->channel, "Channel of an identity");
    command->add_option("--state", filters->state, "active, archived, trash or erased");
    add_page_options(*command, *page);
    command->footer(
        "Examples:\n  postern contacts list\n  postern contacts list --phone +573001234567 --json");
    command->callback([&context, page, filters] {
        std::string path = "/v1/contacts";
        path = with_query(path, "q", filters->q);
        path = with_query(path, "phone", filters->phone);
        path = with_query(path, "email", filters->email);
        path = with_query(path, "channel", filters->channel);
        path = with_query(path, "state", filters->state);
        Api api(context.api, context.key);
        const Answer answer = api.get(paged(path, *page));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
}

constexpr std::array suggestion_columns = {
    Column{"ID", "/id"},          Column{"CONTACT", "/contacts/0"}, Column{"AND", "/contacts/1"},
    Column{"KEY", "/keys/0/key"}, Column{"VALUE", "/keys/0/value"}, Column{"STRENGTH", "/strength"},
    Column{"SCORE", "/score"},    Column{"STATE", "/state"},
};

void list_suggestions(const std::string& contact, const std::string& state, const Page& page,
                      Context& context) {
    std::string path = with_query("/v1/merge-suggestions", "contact", contact);
    path = with_query(path, "state", state == "all" ? "" : state);
    Api api(context.api, context.key);
    const Answer answer = api.get(paged(path, page));
    if (accepted(answer, context)) print_list(answer.body, suggestion_columns, context);
}

void add_suggestions(CLI::App& contacts, Context& context) {
    auto page = std::make_shared<Page>();
    auto contact = std::make_shared<std::string>();
    auto state = std::make_shared<std::string>("open");
    CLI::App* command = contacts.add_subcommand(
        "suggestions", "Contacts that may be one person: the same number or mail address");
    command->add_option("--contact", *contact, "Of this contact");
    command
        ->add_option("--state", *state, "open, which it is if not said, dismissed, merged or all")
        ->check(CLI::IsMember({"open", "dismissed", "merged", "all"}));
    add_page_options(*command, *page);
    command->footer(
        "Examples:\n  postern contacts suggestions\n"
        "  postern contacts suggestions --contact con_01J... --state all");
    command->callback(
        [&context, page, contact, state] { list_suggestions(*contact, *state, *page, context); });

    auto id = std::make_shared<std::string>();
    CLI::App* dismiss =
        contacts.add_subcommand("dismiss", "Say that a suggestion's contacts are two people");
    dismiss->add_option("ID", *id, "Suggestion")->required();
    dismiss->footer("Examples:\n  postern contacts dismiss sug_01J...");
    dismiss->callback([&context, id] {
        Api api(context.api, context.key);
        const Answer answer =
            api.post(fmt::format("/v1/merge-suggestions/{}/dismiss", percent_encoded(*id)), "{}");
        if (accepted(answer, context)) print_record(answer.body, context);
    });
}

/// Timeline entries differ in shape; these are where each kind keeps its words.
std::string timeline_line(Element entry) {
    const auto first_of = [entry](std::initializer_list<std::string_view> pointers) {
        for (const std::string_view pointer : pointers) {
            std::string text = text_at(entry, pointer);
            if (!text.empty()) return text;
        }
        return std::string();
    };
    return fmt::format("{}  {:<19}  {:<10}  {}\n",
                       first_of({"/time", "/created_at", "/at", "/data/message/received_at"}),
                       first_of({"/direction", "/type", "/kind"}),
                       first_of({"/account", "/data/account"}),
                       first_of({"/content/text", "/data/message/content/text", "/content/type",
                                 "/data/message/content/type", "/text"}));
}

void add_timeline(CLI::App& contacts, Context& context) {
    auto page = std::make_shared<Page>();
    auto id = std::make_shared<std::string>();
    CLI::App* command = contacts.add_subcommand("timeline", "Everything said, on every channel");
    command->add_option("ID", *id, "Contact")->required();
    add_page_options(*command, *page);
    command->footer("Examples:\n  postern contacts timeline con_01J...");
    command->callback([&context, page, id] {
        Api api(context.api, context.key);
        const std::string path = fmt::format("/v1/contacts/{}/timeline", percent_encoded(*id));
        const Answer answer = api.get(paged(path, *page));
        if (!accepted(answer, context)) return;
        Document document;
        if (context.json || !document.parse(answer.body)) {
            fmt::print("{}\n", answer.body);
            return;
        }
        for_each_at(document.root(), "/data",
                    [](Element entry) { fmt::print("{}", timeline_line(entry)); });
        const std::string next = text_at(document.root(), "/next_cursor");
        if (!next.empty()) fmt::print("more: --cursor {}\n", next);
    });
}

}  // namespace

void add_contacts(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("contacts", "Contacts: list, get, timeline, suggestions");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  postern contacts list --q ana\n  postern contacts get con_01J...\n"
        "  postern contacts timeline con_01J...\n  postern contacts suggestions");
    add_list(*command, context);
    auto id = std::make_shared<std::string>();
    CLI::App* get = command->add_subcommand("get", "One contact, whole");
    get->add_option("ID", *id, "Contact")->required();
    get->footer("Examples:\n  postern contacts get con_01J... --json");
    get->callback([&context, id] {
        Api api(context.api, context.key);
        const Answer answer = api.get("/v1/contacts/" + percent_encoded(*id));
        if (accepted(answer, context)) print_record(answer.body, context);
    });
    add_timeline(*command, context);
    add_suggestions(*command, context);
}

}  // namespace postern::cli
