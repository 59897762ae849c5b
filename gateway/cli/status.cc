// `postern status`: what the daemon says of itself.
#include <array>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/output.h"

namespace postern::cli {
namespace {

void print_status(Element root) {
    fmt::print("Postern {}, up {} s, epoch {}, mode {}, on {}\n", text_at(root, "/version"),
               text_at(root, "/uptime_s"), text_at(root, "/epoch"), text_at(root, "/mode"),
               text_at(root, "/backend"));
    fmt::print("listening: webhooks {}, api {}, metrics {}\n", text_at(root, "/listen/webhooks"),
               text_at(root, "/listen/api"), text_at(root, "/listen/metrics"));
    fmt::print("storage: durable {}, applied {}, free {} MiB, disk {}, sync {}\n",
               text_at(root, "/storage/durable"), text_at(root, "/storage/applied"),
               integer_at(root, "/storage/free_bytes") / (1024 * 1024),
               text_at(root, "/storage/tier"), text_at(root, "/storage/sync"));
    std::vector<std::vector<std::string>> rows = {{"ACCOUNT", "CHANNEL", "STATE", "HEALTH"}};
    for_each_at(root, "/accounts", [&rows](Element account) {
        std::string health = text_at(account, "/health/state");
        if (health.empty()) health = text_at(account, "/health");
        rows.push_back({text_at(account, "/id"), text_at(account, "/channel"),
                        text_at(account, "/state"), std::move(health)});
    });
    fmt::print("\n{}", table_text(rows));
    Element counters;
    if (root.at_pointer("/counters").get(counters) == simdjson::SUCCESS) {
        fmt::print("\n{}", record_text(counters));
    }
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("status", "Version, addresses, storage, accounts");
    command->footer("Examples:\n  postern status\n  postern status --json");
    command->callback([&context] {
        Api api(context.api, context.key);
        const Answer answer = api.get("/v1/status");
        if (!accepted(answer, context)) return;
        Document document;
        if (context.json || !document.parse(answer.body)) {
            fmt::print("{}\n", answer.body);
        } else {
            print_status(document.root());
        }
    });
}

}  // namespace postern::cli
