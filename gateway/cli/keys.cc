// `postern keys`: list, create, rotate, revoke. A key is shown once, when it is made.
#include <algorithm>
#include <array>
#include <cstdio>
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
    Column{"NAME", "/name"},
    Column{"STATE", "/state"},
    Column{"SCOPES", "/scopes"},
    Column{"CREATED", "/created_at"},
    Column{"EXPIRES", "/expires_at"},
    Column{"LAST USED", "/last_used_at"},
};

/// What an app needs to send, to follow what comes, and to look things up: without a word about
/// scopes nobody becomes an owner.
constexpr std::array app_scopes = {
    "messages:*",    "events:read",    "media:*",       "conversations:write",
    "contacts:read", "templates:read", "accounts:read", "status:read",
};

struct NewKey {
    std::string name;
    std::vector<std::string> scopes;
    std::string expires;
    int rate = 0;
};

std::string body_of(const NewKey& key) {
    sim::JsonText json;
    json.begin_object().field("name", key.name).key("scopes").begin_array();
    if (key.scopes.empty()) {
        for (const char* scope : app_scopes) json.value(scope);
    }
    for (const std::string& scope : key.scopes) json.value(scope);
    json.end_array();
    if (!key.expires.empty()) json.field("expires_at", key.expires);
    if (key.rate > 0) json.field("rate_per_second", key.rate);
    json.end_object();
    return json.take();
}

void print_new_key(const Answer& answer, const Context& context) {
    print_record(answer.body, context);
    if (!context.json) fmt::print("\nKeep the key now: it is not shown again.\n");
}

/// What its maker may not have meant. On stderr, so that programs read the answer alone.
void warn_of(const NewKey& key) {
    const bool owner = std::find(key.scopes.begin(), key.scopes.end(), "*") != key.scopes.end();
    if (owner) fmt::print(stderr, "note: this key may do everything, making other keys included\n");
    if (key.expires.empty())
        fmt::print(stderr, "note: this key never expires; --expires ends it by itself\n");
}

void add_create(CLI::App& keys, Context& context) {
    auto key = std::make_shared<NewKey>();
    CLI::App* command = keys.add_subcommand("create", "Make a key");
    command->add_option("--name", key->name, "What the key is for")->required();
    command
        ->add_option("--scopes", key->scopes,
                     "What it may do; without it what an app needs: send, follow, look up. '*': "
                     "everything")
        ->delimiter(',');
    command->add_option("--expires", key->expires,
                        "RFC 3339 time, for example 2027-01-31T00:00:00Z");
    command->add_option("--rate", key->rate, "Requests a second")->check(CLI::Range(1, 1'000'000));
    command->footer(
        "Examples:\n  postern keys create --name shop --expires 2027-01-31T00:00:00Z\n"
        "  postern keys create --name deploy --scopes '*'\n"
        "  postern keys create --name reports --scopes events:read,contacts:read "
        "--expires 2027-01-31T00:00:00Z --rate 20");
    command->callback([&context, key] {
        Api api(context.api, context.key);
        const Answer answer = api.post("/v1/keys", body_of(*key));
        if (!accepted(answer, context)) return;
        print_new_key(answer, context);
        warn_of(*key);
    });
}

void add_rotate(CLI::App& keys, Context& context) {
    auto id = std::make_shared<std::string>();
    auto overlap = std::make_shared<std::string>("24h");
    CLI::App* command = keys.add_subcommand("rotate", "Make its successor; both work for a while");
    command->add_option("ID", *id, "Key")->required();
    command->add_option("--overlap", *overlap, "How long the old one still works")
        ->capture_default_str();
    command->footer("Examples:\n  postern keys rotate key_01J... --overlap 24h");
    command->callback([&context, id, overlap] {
        Api api(context.api, context.key);
        sim::JsonText json;
        json.begin_object().field("overlap", *overlap).end_object();
        const Answer answer =
            api.post(fmt::format("/v1/keys/{}/rotate", percent_encoded(*id)), json.take());
        if (accepted(answer, context)) print_new_key(answer, context);
    });
}

void add_revoke(CLI::App& keys, Context& context) {
    auto id = std::make_shared<std::string>();
    CLI::App* command = keys.add_subcommand("revoke", "End a key now");
    command->add_option("ID", *id, "Key")->required();
    command->footer("Examples:\n  postern keys revoke key_01J...");
    command->callback([&context, id] {
        Api api(context.api, context.key);
        const Answer answer = api.remove("/v1/keys/" + percent_encoded(*id));
        if (!accepted(answer, context)) return;
        if (context.json) {
            fmt::print("{}\n", answer.body.empty() ? "{}" : answer.body);
        } else {
            fmt::print("revoked {}\n", *id);
        }
    });
}

}  // namespace

void add_keys(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("keys", "API keys: list, create, rotate, revoke");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  postern keys list\n  postern keys create --name shop\n"
        "  postern keys rotate key_01J... --overlap 24h\n  postern keys revoke key_01J...");
    auto page = std::make_shared<Page>();
    CLI::App* list = command->add_subcommand("list", "All keys, without the keys themselves");
    add_page_options(*list, *page);
    list->footer("Examples:\n  postern keys list --json");
    list->callback([&context, page] {
        Api api(context.api, context.key);
        const Answer answer = api.get(paged("/v1/keys", *page));
        if (accepted(answer, context)) print_list(answer.body, columns, context);
    });
    add_create(*command, context);
    add_rotate(*command, context);
    add_revoke(*command, context);
}

}  // namespace postern::cli
