// The chapters. Every number printed was measured in this run.
#include "gateway/cli/demo_script.h"

#include <array>
#include <chrono>
#include <future>
#include <vector>

#include <fmt/format.h>

#include "gateway/cli/demo_send.h"
#include "gateway/cli/received.h"
#include "gateway/sim/scenario.h"

namespace postern::cli {
namespace {

constexpr std::array channels = {"whatsapp", "telegram", "twilio", "http"};

/// Webhooks of the crash chapter: enough that the daemon dies with many of them open.
constexpr int crash_webhooks = 3000;

/// From the acknowledgement to the view that events are read from.
constexpr std::chrono::seconds events_within{10};

void pause(std::chrono::milliseconds time) {
    (void)std::promise<void>().get_future().wait_for(time);
}

std::string account_of(const char* channel) {
    return sim::demo_endpoint(channel, {}).account;
}

std::int64_t by_status(const Document& answer, int status) {
    return integer_at(answer.root(), fmt::format("/by_status/{}", status));
}

}  // namespace

bool DemoScript::play() {
    const bool played = start() && message_of_each_channel() && contact_and_timeline() &&
                        play_sending(stage_, report_, contact_, message_) && duplicate() &&
                        forgery() && crash();
    if (played) addresses();
    return played && report_.all_true();
}

bool DemoScript::start() {
    report_.chapter("The gateway starts");
    std::string problem;
    const bool ready = stage_.start_daemon(daemon_, problem);
    if (!report_.fact(ready, ready ? "posternd is ready" : problem)) return false;
    const Answer answer = stage_.api().get("/readyz");
    return report_.fact(answer.status == 200, "/readyz says that it may be used");
}

bool DemoScript::message_of_each_channel() {
    report_.chapter("A signed webhook on each channel");
    std::vector<std::string> ids;
    for (const char* channel : channels) {
        const std::string account = account_of(channel);
        Document answer;
        std::string problem;
        const bool sent = stage_.simulate(
            account,
            fmt::format(R"({{"channel":"{}","from":"573001234567","name":"Ana Torres",)"
                        R"("text":"Hola por {}"}})",
                        channel, channel),
            answer, problem);
        if (!report_.fact(sent && by_status(answer, 200) == 1,
                          sent ? fmt::format("{}: /webhooks/{} answered 200 in {} ms", channel,
                                             account, text_at(answer.root(), "/latency_ms/max"))
                               : problem)) {
            return false;
        }
        ids.push_back(text_at(answer.root(), "/ids/0"));
    }
    std::string problem;
    const auto received = read_received(stage_.api(), ids, events_within, problem);
    for (const std::string& id : ids) {
        const auto found = received.find(id);
        const bool there = found != received.end() && found->second.times == 1;
        report_.fact(there, there ? fmt::format("/v1/events: {} from {} on {}: \"{}\"", id,
                                                found->second.from, found->second.account,
                                                found->second.text)
                                  : fmt::format("/v1/events has {} once {}", id, problem));
        if (there && contact_.empty()) contact_ = found->second.contact;
    }
    return report_.all_true();
}

bool DemoScript::contact_and_timeline() {
    report_.chapter("Who was that?");
    const Answer contact = stage_.api().get("/v1/contacts/" + percent_encoded(contact_));
    Document document;
    const bool known = contact.ok() && document.parse(contact.body);
    const std::string name = known ? text_at(document.root(), "/name/display") : "";
    if (!report_.fact(name == "Ana Torres",
                      known ? fmt::format("{} is {}", contact_, name) : contact.problem)) {
        return false;
    }
    for_each_at(document.root(), "/identities", [this](Element identity) {
        report_.note(
            fmt::format("{}: {}", text_at(identity, "/channel"), text_at(identity, "/address")));
    });
    const Answer timeline =
        stage_.api().get(fmt::format("/v1/contacts/{}/timeline", percent_encoded(contact_)));
    const bool has_text =
        timeline.ok() && timeline.body.find("Hola por whatsapp") != std::string::npos;
    return report_.fact(has_text,
                        timeline.ok() ? "the timeline has the message" : timeline.problem);
}

bool DemoScript::duplicate() {
    report_.chapter("A provider delivers the same webhook three times");
    Document answer;
    std::string problem;
    const bool sent = stage_.simulate(
        "wa-main",
        R"({"channel":"whatsapp","from":"573001234567","text":"una sola vez","duplicates":2})",
        answer, problem);
    if (!report_.fact(sent && by_status(answer, 200) == 3,
                      sent ? "all three were answered 200" : problem)) {
        return false;
    }
    const std::string id = text_at(answer.root(), "/ids/0");
    const auto received = read_received(stage_.api(), {id}, events_within, problem);
    const auto found = received.find(id);
    return report_.fact(found != received.end() && found->second.times == 1,
                        "there is one event of it");
}

bool DemoScript::forgery() {
    report_.chapter("Somebody forges webhooks");
    for (const char* channel : channels) {
        Document answer;
        std::string problem;
        const bool sent = stage_.simulate(
            account_of(channel),
            fmt::format(R"({{"channel":"{}","count":0,"garbage":1}})", channel), answer, problem);
        if (!report_.fact(sent && by_status(answer, 401) == 1,
                          sent ? fmt::format("{}: a wrong signature is refused with 401", channel)
                               : problem)) {
            return false;
        }
    }
    return true;
}

bool DemoScript::crash() {
    report_.chapter(fmt::format("kill -9 while {} webhooks are coming in", crash_webhooks));
    Document answer;
    std::string problem;
    if (!stage_.simulate(
            "wa-main",
            fmt::format(R"({{"channel":"whatsapp","kind":"text","count":{},"wait":false}})",
                        crash_webhooks),
            answer, problem)) {
        return report_.fact(false, problem);
    }
    const auto summary = [this](const char* pointer) {
        Document document;
        const Answer got = stage_.simulator().get("/_sim/summary");
        return got.ok() && document.parse(got.body) ? integer_at(document.root(), pointer) : 0;
    };
    const std::int64_t before = summary("/acknowledged_items");
    while (summary("/acknowledged_items") < before + crash_webhooks / 10) {
        pause(std::chrono::milliseconds(1));
    }
    stage_.kill_daemon();
    const std::int64_t acknowledged = summary("/acknowledged_items") - before;
    report_.fact(acknowledged < crash_webhooks,
                 fmt::format("killed with {} acknowledged, {} to go", acknowledged,
                             crash_webhooks - acknowledged));
    if (!report_.fact(stage_.start_daemon(daemon_, problem),
                      problem.empty() ? "posternd is ready again" : problem)) {
        return false;
    }
    // The providers redeliver by themselves; they give up after a minute, so this ends.
    while (summary("/unfinished") != 0) pause(std::chrono::milliseconds(20));
    Document document;
    const Answer ids = stage_.simulator().get("/_sim/sent?acknowledged=1&flat=1");
    std::vector<std::string> acknowledged_ids;
    if (ids.ok() && document.parse(ids.body)) {
        for_each_at(document.root(), "",
                    [&](Element id) { acknowledged_ids.push_back(text_at(id, "")); });
    }
    const auto received = read_received(stage_.api(), acknowledged_ids, events_within, problem);
    std::size_t lost = 0;
    std::size_t twice = 0;
    for (const std::string& id : acknowledged_ids) {
        const auto found = received.find(id);
        if (found == received.end()) ++lost;
        if (found != received.end() && found->second.times > 1) ++twice;
    }
    const std::size_t all = acknowledged_ids.size();
    report_.fact(all >= crash_webhooks && lost == 0,
                 fmt::format("{} acknowledged in all, {} of them lost", all, lost));
    return report_.fact(twice == 0, fmt::format("{} of them twice", twice)) && report_.all_true();
}

void DemoScript::addresses() {
    const DemoAddresses& at = stage_.addresses();
    report_.chapter("It runs");
    report_.note(fmt::format("webhooks   http://{}/webhooks/{{account}}", at.webhooks));
    report_.note(fmt::format("API        http://{}/v1", at.api));
    report_.note(fmt::format("metrics    http://{}/metrics", at.metrics));
    report_.note(fmt::format("simulator  http://{}/_sim/", stage_.simulator_address()));
    report_.note(fmt::format("curl -s -H 'Authorization: Bearer {}' 'http://{}/v1/events?limit=3'",
                             stage_.key(), at.api));
    report_.note(
        fmt::format("postern --api http://{} --key {} why {}", at.api, stage_.key(), message_));
}

}  // namespace postern::cli
