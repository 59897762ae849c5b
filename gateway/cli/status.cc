// `postern status`: what the daemon says of itself.
#include <array>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/output.h"
#include "gateway/cli/status_text.h"

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
    if (text_at(root, "/read_only") == "true") fmt::print("READ-ONLY: durable writes failed\n");
    for_each_at(root, "/alarms", [](Element alarm) {
        fmt::print("ALARM {} {}: {} (since {})\n", text_at(alarm, "/condition"),
                   text_at(alarm, "/subject"), text_at(alarm, "/detail"), text_at(alarm, "/since"));
    });
    std::vector<std::vector<std::string>> rows = {{"ACCOUNT", "CHANNEL", "STATE", "HEALTH"}};
    for_each_at(root, "/accounts", [&rows](Element account) {
        std::string health = text_at(account, "/health/state");
        if (health.empty()) health = text_at(account, "/health");
        rows.push_back({text_at(account, "/id"), text_at(account, "/channel"),
                        text_at(account, "/state"), std::move(health)});
    });
    fmt::print("\n{}", table_text(rows));
    fmt::print("{}", sending_text(root));
    Element counters;
    if (root.at_pointer("/counters").get(counters) == simdjson::SUCCESS) {
        fmt::print("\n{}", record_text(counters));
    }
}

}  // namespace

std::string sending_text(Element root) {
    std::string out;
    std::vector<std::vector<std::string>> rows = {{"ACCOUNT", "QUEUED", "WAITING", "SENDING",
                                                   "UNKNOWN", "FAILED TODAY", "PER SECOND", "NOW"}};
    for_each_at(root, "/accounts", [&rows](Element account) {
        const std::string state = text_at(account, "/sending/state");
        if (state.empty() || state == "receives_only") return;
        std::string now = text_at(account, "/sending/held_by");
        const std::string reason = text_at(account, "/sending/reason");
        const std::string until = text_at(account, "/sending/held_until");
        if (now.empty()) now = state;
        if (!reason.empty()) now += ": " + reason;
        if (!until.empty()) now += ", until " + until;
        rows.push_back({text_at(account, "/id"), text_at(account, "/sending/queued"),
                        text_at(account, "/sending/waiting"), text_at(account, "/sending/sending"),
                        text_at(account, "/sending/unknown"),
                        text_at(account, "/sending/failed_today"),
                        text_at(account, "/sending/per_second"), std::move(now)});
    });
    if (rows.size() > 1) out += "\n" + table_text(rows);
    const std::string accepted = text_at(root, "/messages/accepted");
    if (accepted.empty() || accepted == "0") return out;
    out += fmt::format(
        "\nmessages: {} accepted; {} delivered, {} read, {} failed, {} expired, {} removed\n",
        accepted, text_at(root, "/messages/delivered"), text_at(root, "/messages/read"),
        text_at(root, "/messages/failed"), text_at(root, "/messages/expired"),
        text_at(root, "/messages/removed"));
    if (text_at(root, "/messages/unaccounted") != "0") {
        out += fmt::format(
            "WARNING: {} messages are not accounted for: keep a backup, and see "
            "`postern verify --help`\n",
            text_at(root, "/messages/unaccounted"));
    }
    return out;
}

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
