// `postern events`: one page of events, or all of them as they happen.
#include <chrono>
#include <cstdio>
#include <future>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/document.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/sse.h"

namespace postern::cli {
namespace {

constexpr std::chrono::seconds reconnect_after{1};

struct Wanted {
    bool follow = false;
    std::string after;
    std::string types;
    int limit = 0;
};

void print_event(Element event, const Context& context) {
    if (context.json) {
        fmt::print("{}\n", std::string(simdjson::minify(event)));
        return;
    }
    std::string words = text_at(event, "/data/message/content/text");
    if (words.empty()) words = text_at(event, "/data/message/content/type");
    if (words.empty()) words = text_at(event, "/data/state");
    for (char& c : words) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    fmt::print("{}  {:<19}  {:<10}  {}  {}\n", text_at(event, "/time"), text_at(event, "/type"),
               text_at(event, "/account"), text_at(event, "/data/message/from/address"), words);
}

std::string path_of(const Wanted& wanted) {
    std::string path = with_query("/v1/events", "types", wanted.types);
    path = with_query(path, "limit", wanted.limit > 0 ? std::to_string(wanted.limit) : "");
    return with_query(path, "after", wanted.after);
}

void print_page(const Wanted& wanted, Context& context) {
    Api api(context.api, context.key);
    const Answer answer = api.get(path_of(wanted));
    Document document;
    if (!accepted(answer, context) || !document.parse(answer.body)) return;
    for_each_at(document.root(), "/data", [&](Element event) { print_event(event, context); });
    const std::string next = text_at(document.root(), "/next_cursor");
    if (!next.empty() && !context.json) fmt::print("more: --after {}\n", next);
}

/// Goes on for ever: a connection that ends is made again from the last event seen. Only a refusal
/// (wrong key, expired cursor) ends it.
void follow(const Wanted& wanted, Context& context) {
    Api api(context.api, context.key);
    std::string last_id;
    while (true) {
        SseParser parser;
        Document document;
        const auto on_event = [&](const SseEvent& event) {
            if (!event.id.empty()) last_id = event.id;
            if (!document.parse(event.data)) return;
            print_event(document.root(), context);
            std::fflush(stdout);
        };
        const Answer answer = api.follow(path_of(wanted), last_id, [&](std::string_view piece) {
            return parser.feed(piece, on_event);
        });
        if (answer.status >= 400 && answer.status < 500 && answer.status != 429) {
            (void)accepted(answer, context);
            return;
        }
        if (!answer.ok()) fmt::print(stderr, "postern: {}; trying again\n", answer.problem);
        (void)std::promise<void>().get_future().wait_for(reconnect_after);
    }
}

}  // namespace

void add_events(CLI::App& app, Context& context) {
    auto wanted = std::make_shared<Wanted>();
    CLI::App* command = app.add_subcommand("events", "What happened; --follow for what happens");
    command->add_flag("--follow,-f", wanted->follow, "Stay and print events as they come");
    command->add_option("--after", wanted->after,
                        "Cursor: only events after it; latest: only what comes now");
    command->add_option("--types", wanted->types, "Types, with commas between");
    command->add_option("--limit", wanted->limit, "Events at most, without --follow")
        ->check(CLI::Range(1, 1000));
    command->footer(
        "Examples:\n  postern events\n  postern events --follow --types message.received\n"
        "  postern events --follow --json | jq .data.message.content.text");
    command->callback([&context, wanted] {
        if (wanted->follow) {
            follow(*wanted, context);
        } else {
            print_page(*wanted, context);
        }
    });
}

}  // namespace postern::cli
