// `postern send`: one message out, or only what the rules would say of it.
#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/document.h"
#include "gateway/cli/send_body.h"
#include "gateway/cli/send_options.h"
#include "gateway/cli/upload.h"
#include "gateway/cli/verdict_text.h"

namespace postern::cli {
namespace {

/// A letter has many lines, a JSON body one.
void print_lines(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        fmt::print("  {}\n", one_line(std::string(text.substr(0, end))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

/// What the person will read, and what will be asked of the provider.
void print_preview(Element root) {
    const std::string subject = text_at(root, "/preview/subject");
    if (!subject.empty()) fmt::print("subject: {}\n", one_line(subject));
    for_each_at(root, "/preview/parts",
                [](Element part) { fmt::print("text: {}\n", one_line(text_at(part, ""))); });
    for_each_at(root, "/preview/buttons", [](Element button) {
        fmt::print("button: {}\n", one_line(text_at(button, "/title")));
    });
    for_each_at(root, "/preview/requests", [](Element request) {
        fmt::print("request: {} {}{}\n", text_at(request, "/method"), text_at(request, "/host"),
                   one_line(text_at(request, "/path")));
        print_lines(text_at(request, "/body"));
    });
}

void print_check(const Answer& answer, Context& context) {
    Document document;
    if (!document.parse(answer.body)) return;
    Element verdict;
    if (document.root().at_pointer("/verdict").get(verdict) != simdjson::SUCCESS) return;
    const std::string decision = text_at(verdict, "/decision");
    if (decision == "refuse") context.exit_code = exit_failed;
    if (context.json) {
        fmt::print("{}\n", answer.body);
        return;
    }
    fmt::print("{}: {}\n", decision, verdict_text(verdict));
    const std::string choice = text_at(document.root(), "/choice/text");
    if (!choice.empty()) fmt::print("account: {}\n", one_line(choice));
    const std::string segments = text_at(document.root(), "/segments/count");
    if (!segments.empty()) {
        fmt::print("segments: {} ({})\n", segments, text_at(document.root(), "/segments/encoding"));
    }
    for_each_at(document.root(), "/hints", [](Element hint) {
        fmt::print("hint: {}: {}\n", text_at(hint, "/code"), one_line(text_at(hint, "/detail")));
    });
    print_preview(document.root());
}

void print_accepted(const Answer& answer, const Context& context) {
    Document document;
    if (context.json || !document.parse(answer.body)) {
        fmt::print("{}\n", answer.body);
        return;
    }
    fmt::print("{} {}", text_at(document.root(), "/id"), text_at(document.root(), "/state"));
    const std::string until = text_at(document.root(), "/not_before");
    if (!until.empty()) fmt::print(" until {}", until);
    fmt::print("\n");
}

void send(SendAsk ask, const std::string& idempotency_key, Context& context) {
    if (!ask.upload.empty() && !upload_content(ask, context, ask.json_content)) return;
    std::string body;
    std::string problem;
    if (ask.to.empty()) ask.to = ask.contact;
    if (!send_body(ask, body, problem)) {
        fmt::print(stderr, "postern: {}\n", problem);
        context.exit_code = exit_usage;
        return;
    }
    Api api(context.api, context.key);
    Headers headers;
    if (!idempotency_key.empty()) headers.emplace_back("Idempotency-Key", idempotency_key);
    const Answer answer =
        api.post(ask.check ? "/v1/messages/check" : "/v1/messages", std::move(body), headers);
    // A refusal's verdict is for programs too.
    if (!answer.ok() && context.json && !answer.body.empty()) fmt::print("{}\n", answer.body);
    if (!accepted(answer, context)) return;
    if (ask.check) {
        print_check(answer, context);
    } else {
        print_accepted(answer, context);
    }
}

}  // namespace

void add_send(CLI::App& app, Context& context) {
    auto ask = std::make_shared<SendAsk>();
    auto key = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("send", "Send a message, or ask if it might go");
    add_send_options(*command, *ask);
    command->add_option("--idempotency-key", *key, "The same again sends nothing again");
    command->footer(
        "Examples:\n  postern send --account sms --to +573001234567 --text 'Su pedido va'\n"
        "  postern send --account wa-main --to con_01J... --text 'Buenas' --check\n"
        "  postern send --to-contact con_01J... --category reply --text '¿Va bien?' \\\n"
        "    --button yes=Sí --button no=No\n"
        "  postern send --account wa-main --to +573001234567 --template order_ready \\\n"
        "    --language es --var 1=Ana --category marketing --idempotency-key order-17\n"
        "  postern send --account wa-main --to +573001234567 --upload invoice.pdf --caption 'Su "
        "factura'\n"
        "  postern send --account wa-main --to +573001234567 --kind image \\\n"
        "    --media https://example.com/a.jpg --fallback tg-support,sms --metadata order=17\n"
        "  postern send --account sms --to +573001234567 --text 'Mañana a las 8' \\\n"
        "    --send-at 2026-12-01T08:00:00-05:00 --expires-at 2026-12-01T12:00:00-05:00 \\\n"
        "    --priority high --timezone America/Bogota\n"
        "  postern send --account mail --to ana@example.com --subject 'Su pedido' --text 'Va hoy'\n"
        "  postern send --account tg-support --to 4711 --location 4.711,-74.0721 --place Tienda\n"
        "  postern send --account wa-main --to +573001234567 --json-content \\\n"
        "    '{\"type\":\"reaction\",\"message\":\"msg_01J...\",\"emoji\":\"👍\"}'");
    command->callback([&context, ask, key] { send(*ask, *key, context); });
}

}  // namespace postern::cli
