// `postern trace ID`: the way of a request, a message or an event, a step a line.
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/output.h"

namespace postern::cli {
namespace {

/// What a step has to say beside its name and time, as "name=value".
std::string rest_of(Element step) {
    std::string out;
    for (const std::string_view name :
         {"decision", "attempt", "state", "cause", "status", "provider_request_id", "external_id",
          "request_id", "provider_time", "until"}) {
        const std::string value = text_at(step, "/" + std::string(name));
        if (!value.empty()) out.append("  ").append(name).append("=").append(value);
    }
    const std::string code = text_at(step, "/error/code");
    if (!code.empty()) out += fmt::format("  error={} {}", code, text_at(step, "/error/detail"));
    return out;
}

void print_trace(Element root) {
    if (has(root, "/request/id")) {
        fmt::print("request {}: {}, status {}, received {}, durable {}, answered {}\n",
                   text_at(root, "/request/id"), text_at(root, "/request/what"),
                   text_at(root, "/request/status"), text_at(root, "/request/received_at"),
                   text_at(root, "/request/durable_at"), text_at(root, "/request/answered_at"));
    }
    for_each_at(root, "/messages", [](Element message) {
        fmt::print("{} {} on {}: {}\n", text_at(message, "/direction"),
                   text_at(message, "/message_id"), text_at(message, "/account"),
                   text_at(message, "/state"));
        for_each_at(message, "/path", [](Element step) {
            fmt::print("  {}  {:<18}{}\n", text_at(step, "/at"), text_at(step, "/step"),
                       rest_of(step));
        });
    });
}

}  // namespace

void add_trace(CLI::App& app, Context& context) {
    const auto id = std::make_shared<std::string>();
    CLI::App* command =
        app.add_subcommand("trace", "The way of a request, a message or an event, with times");
    command->add_option("ID", *id, "X-Request-Id of an answer, or the id of a message or event")
        ->required();
    command->footer(
        "Examples:\n  postern trace req_6d3f...\n  postern trace msg_01J...\n"
        "  postern trace evt_01J... --json");
    command->callback([&context, id] {
        Api api(context.api, context.key);
        const Answer answer = api.get("/v1/traces/" + percent_encoded(*id));
        if (!accepted(answer, context)) return;
        Document document;
        if (context.json || !document.parse(answer.body))
            fmt::print("{}\n", answer.body);
        else
            print_trace(document.root());
    });
}

}  // namespace postern::cli
