#include "gateway/cli/connect_steps.h"

#include <future>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "gateway/cli/verdict_text.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

using Steady = std::chrono::steady_clock;

/// How often the daemon is asked; people are told each second.
constexpr auto pause = std::chrono::milliseconds(200);

/// Calls `done` until it is true; false when the time is over.
bool until(std::chrono::seconds limit, const std::function<void()>& tick,
           const std::function<bool()>& done) {
    const auto end = Steady::now() + limit;
    auto told = Steady::now();
    for (;;) {
        if (done()) return true;
        if (Steady::now() >= end) return false;
        if (Steady::now() - told >= std::chrono::seconds(1)) {
            told = Steady::now();
            if (tick) tick();
        }
        (void)std::promise<void>().get_future().wait_for(pause);
    }
}

std::string message_body(const std::string& account, const std::string& address) {
    sim::JsonText json;
    json.begin_object().key("to").begin_object().field("address", address).end_object();
    json.field("account", account).field("category", "transactional").field("test", true);
    json.key("content").begin_object().field("type", "text");
    json.field("text", "Postern: a test of " + account + ".").end_object().end_object();
    return json.take();
}

std::string refusal_of(const Answer& answer) {
    Document problem;
    if (answer.status == 0 || !problem.parse(answer.body)) return answer.problem;
    Element verdict;
    if (problem.root().at_pointer("/verdict").get(verdict) == simdjson::SUCCESS)
        return verdict_text(verdict);
    return answer.problem;
}

bool is_over(std::string_view state) {
    return state == "delivered" || state == "read" || state == "failed" || state == "expired" ||
           state == "refused" || state == "cancelled" || state == "unknown";
}

StepResult outcome_of(Element message, const std::string& id) {
    const std::string state = text_at(message, "/state");
    const std::string why = "postern why " + id;
    if (state == "delivered" || state == "read") return {"ok", "the test was " + state, {}};
    if (state == "sent") {
        return {"ok", "the provider took the test; no receipt yet",
                "look at the phone; some providers tell nothing more"};
    }
    std::string found = "the test is " + state;
    for (const std::string_view part : {"/error/code", "/error/detail"}) {
        const std::string words = text_at(message, part);
        if (!words.empty()) found += ": " + words;
    }
    const bool waits = state == "queued" || state == "waiting" || state == "sending";
    return {waits ? "warn" : "fail", std::move(found), why};
}

}  // namespace

bool read_inbound(Api& api, const std::string& account, InboundMark& mark,
                  std::string& last_error) {
    const Answer answer = api.get("/v1/accounts/" + percent_encoded(account));
    Document document;
    if (!answer.ok() || !document.parse(answer.body)) return false;
    mark.webhooks = integer_at(document.root(), "/health/webhooks");
    // Whoever waits for the first webhook wants to hear of one that proved nothing, too.
    mark.last_error_at = text_at(document.root(), "/health/last_error_at");
    last_error = text_at(document.root(), "/health/last_error");
    const std::string refused_at = text_at(document.root(), "/health/last_refusal_at");
    if (refused_at <= mark.last_error_at) return true;
    mark.last_error_at = refused_at;
    last_error = text_at(document.root(), "/health/last_refusal");
    return true;
}

StepResult probe_public(const std::string& webhook_url) {
    const std::size_t scheme = webhook_url.find("://");
    const std::size_t slash = webhook_url.rfind('/');
    if (scheme == std::string::npos || slash < scheme + 3)
        return {"fail", webhook_url + " is no URL", "as https://gw.example.com"};
    const std::size_t host_end = webhook_url.find('/', scheme + 3);
    Api there(webhook_url.substr(0, host_end), {});
    const std::string folder = webhook_url.substr(host_end, slash - host_end);
    const Answer answer = there.get(folder + "/no-such-account");
    if (answer.status == 401) return {"ok", "the public address leads to a gateway", {}};
    if (answer.status == 0) {
        return {"warn", answer.problem,
                "asked from this machine: a router that does not turn back may be why; from "
                "outside it must answer"};
    }
    return {"fail",
            fmt::format("the public address answers {}: that is not this gateway's webhook port",
                        answer.status),
            "the proxy or tunnel must pass /webhooks/ to listen.webhooks, and change no path"};
}

StepResult wait_inbound(Api& api, const std::string& account, const InboundMark& before,
                        std::chrono::seconds limit, const std::function<void()>& tick) {
    StepResult result{"warn", "nothing came in", "look at the provider's console for its errors"};
    (void)until(limit, tick, [&] {
        InboundMark now;
        std::string error;
        if (!read_inbound(api, account, now, error)) return false;
        if (now.webhooks > before.webhooks) {
            result = {"ok", "it came in, and the signature fits", {}};
            return true;
        }
        if (now.last_error_at == before.last_error_at) return false;
        result = {"fail", "what came was refused: " + error,
                  "postern accounts requests " + account};
        return true;
    });
    return result;
}

StepResult send_test(Api& api, const std::string& account, const std::string& address,
                     std::chrono::seconds limit, std::string& id,
                     const std::function<void()>& tick) {
    const Answer posted = api.post("/v1/messages", message_body(account, address));
    Document made;
    if (!posted.ok() || !made.parse(posted.body)) {
        return {"fail", "not sent: " + refusal_of(posted),
                "while the workspace is inactive a test leaves only to test_recipients"};
    }
    id = text_at(made.root(), "/id");
    Document latest;
    bool read = false;
    (void)until(limit, tick, [&] {
        const Answer answer = api.get("/v1/messages/" + percent_encoded(id));
        read = answer.ok() && latest.parse(answer.body);
        return read && is_over(text_at(latest.root(), "/state"));
    });
    if (!read) return {"fail", "the daemon does not tell what became of it", "postern why " + id};
    return outcome_of(latest.root(), id);
}

}  // namespace postern::cli
