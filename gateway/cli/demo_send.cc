// Facts of sending, each read back through the public API.
#include "gateway/cli/demo_send.h"

#include <chrono>
#include <future>

#include <fmt/format.h>

#include "gateway/cli/send_body.h"
#include "gateway/cli/verdict_text.h"

namespace postern::cli {
namespace {

constexpr std::chrono::seconds receipt_within{10};

Answer send_text(DemoStage& stage, const std::string& to, const std::string& text,
                 const std::string& key) {
    std::string body;
    std::string problem;
    const SendAsk ask{.account = "wa-main", .to = to, .text = text};
    if (!send_body(ask, body, problem)) return {0, {}, problem};
    return stage.api().post("/v1/messages", std::move(body), {{"Idempotency-Key", key}});
}

std::string member(const Answer& answer, std::string_view pointer) {
    Document document;
    return document.parse(answer.body) ? text_at(document.root(), pointer) : std::string();
}

/// The message once it is delivered, or as it was when the time ran out.
Answer delivered(DemoStage& stage, const std::string& id) {
    const auto until = std::chrono::steady_clock::now() + receipt_within;
    while (true) {
        Answer answer = stage.api().get("/v1/messages/" + percent_encoded(id));
        const std::string state = member(answer, "/state");
        if (state == "delivered" || state == "read" || std::chrono::steady_clock::now() > until)
            return answer;
        (void)std::promise<void>().get_future().wait_for(std::chrono::milliseconds(5));
    }
}

bool tell_why(DemoStage& stage, DemoReport& report, const std::string& id) {
    const Answer why = stage.api().get(fmt::format("/v1/messages/{}/why", percent_encoded(id)));
    Document document;
    if (!why.ok() || !document.parse(why.body)) return report.fact(false, why.problem);
    for_each_at(document.root(), "/data", [&report](Element step) {
        report.note(fmt::format("{}: {}", text_at(step, "/state"), text_at(step, "/text")));
    });
    return true;
}

bool refused(DemoStage& stage, DemoReport& report) {
    const Answer answer = send_text(stage, "+573009998877", "Hola, ¿nos conocemos?", "demo-2");
    const bool as_meant = answer.status == 422 && member(answer, "/code") == "window_24h";
    if (!report.fact(as_meant, as_meant ? "free text to a stranger is refused by window_24h"
                                        : "a stranger was written to"))
        return false;
    report.note(answer.problem);
    return true;
}

}  // namespace

bool play_sending(DemoStage& stage, DemoReport& report, const std::string& contact,
                  std::string& message) {
    report.chapter("An answer, out");
    const Answer sent = send_text(stage, contact, "Sí, hasta las ocho", "demo-1");
    message = member(sent, "/id");
    // A limiter that just started may make it wait for milliseconds: that is a verdict too.
    const bool taken = sent.status == 202 && !message.empty();
    if (!report.fact(taken, taken ? fmt::format("POST /v1/messages: 202, {}, on disk", message)
                                  : sent.problem))
        return false;
    const Answer again = send_text(stage, contact, "Sí, hasta las ocho", "demo-1");
    report.fact(member(again, "/id") == message,
                "the same Idempotency-Key again: the same message, not a second one");
    const Answer now = delivered(stage, message);
    const std::string state = member(now, "/state");
    const bool arrived = state == "delivered" || state == "read";
    if (!report.fact(arrived, fmt::format("the provider took it as {} and its receipt says {}",
                                          member(now, "/external_id"), state)))
        return false;
    return tell_why(stage, report, message) && refused(stage, report) && report.all_true();
}

}  // namespace postern::cli
