// Why a message is where it is: every verdict and every attempt so far, oldest first, in words and
// in fields; for one that has not ended also what the rules say now.
#include <fmt/format.h>

#include "gateway/api/call.h"
#include "gateway/api/outbound_life.h"
#include "gateway/api/resources.h"
#include "gateway/runtime/clock.h"

namespace postern::api {
namespace {

using model::JsonWriter;
using model::MessageState;
using model::OutboundEventRow;
using model::OutboundRow;

struct Story {
    Problem problem{.status = 0};
    std::string json;  // open: the closing members are missing
    bool outbound = false;
    bool ended = true;
};

std::string decision_words(const model::Verdict& verdict) {
    if (verdict.decision == model::Decision::send) return "Every rule let it pass.";
    const model::Rule rule = verdict.decisive();
    std::string words =
        fmt::format("{} {}", to_string(rule),
                    verdict.decision == model::Decision::wait ? "made it wait" : "refused it");
    if (verdict.decision == model::Decision::wait && verdict.until != model::Instant{})
        words += " until " + model::format_time(verdict.until);
    for (const model::RuleResult& result : verdict.results) {
        if (result.rule == rule && !result.detail.empty()) return words + ": " + result.detail;
    }
    return words + ".";
}

std::string error_words(const OutboundEventRow& row) {
    std::string words =
        fmt::format("{}, {}", row.error_class, row.error_code.empty() ? "no code" : row.error_code);
    if (!row.provider_code.empty()) words += ", provider's code " + row.provider_code;
    if (!row.error_detail.empty()) words += ": " + row.error_detail;
    return words;
}

/// A request that the provider turned away for the account's sake, or for now: the message spent no
/// attempt on it, and its row says how many there were before.
bool is_uncounted(const OutboundEventRow& row) {
    return row.cause == "answer" && row.state == MessageState::waiting &&
           (row.error_class == "rate_limited" || row.error_class == "credential");
}

/// The first is 1.
int number_of(const OutboundEventRow& row) {
    return row.attempt + (is_uncounted(row) ? 1 : 0);
}

std::string answer_words(const OutboundEventRow& row) {
    const int number = number_of(row);
    if (row.error_class.empty())
        return fmt::format("Attempt {} was accepted by the provider", number);
    std::string words =
        fmt::format("Attempt {} did not get through ({})", number, error_words(row));
    if (is_uncounted(row)) words += " and does not count";
    return words;
}

std::string change_words(const OutboundEventRow& row) {
    const std::string state(to_string(row.state));
    std::string words;
    if (row.cause == "answer") {
        words = answer_words(row);
    } else if (row.cause == "receipt") {
        words = "The provider reported it " + state;
        if (!row.error_class.empty()) words += " (" + error_words(row) + ")";
    } else if (row.cause == "bounce") {
        words = fmt::format("Attempt {} came back, for a reason that may pass ({})", row.attempt,
                            error_words(row));
    } else if (row.cause == "retries_exhausted") {
        words = fmt::format(
            "It is not tried again: attempt {} did not get through ({}), and its "
            "time for retries is over",
            row.attempt, error_words(row));
    } else if (row.cause == "rule") {
        words = decision_words(row.verdict);
    } else if (row.cause == "cancel") {
        words = "Somebody cancelled it";
    } else if (row.cause == "redrive") {
        words = "Somebody sent it once more";
    } else if (row.cause == "expiry") {
        words = "Its time ran out";
    } else if (row.cause == "recovery") {
        words = fmt::format("Postern stopped during attempt {}; nobody knows its end", row.attempt);
    } else {
        words = fmt::format("It became {} ({})", state, row.cause);
        if (!row.error_class.empty()) words += ": " + error_words(row);
    }
    if (!words.ends_with('.')) words += ".";
    if (row.until != model::Instant{} && row.cause != "rule")
        words += " It is looked at again at " + model::format_time(row.until) + ".";
    return words;
}

void write_accepted(JsonWriter& json, const OutboundRow& row) {
    const auto standing = events::accepted_standing(row);
    json.begin_object().member("kind", "verdict").member("at", row.head.created);
    json.member("state", to_string(standing.state)).member("attempt", 0);
    json.member("cause", "accepted").member("text", decision_words(row.verdict));
    json.member("until", standing.not_before).key("verdict");
    events::write_verdict(json, row, row.verdict);
    json.key("error").null().end_object();
}

void write_step(JsonWriter& json, const OutboundRow& row, const OutboundEventRow& change) {
    const bool attempt = change.cause == "answer" || change.cause == "recovery";
    const bool verdict = change.verdict != model::Verdict{};
    json.begin_object();
    json.member("kind", attempt ? "attempt" : verdict ? "verdict" : "change");
    json.member("at", change.head.created).member("state", to_string(change.state));
    json.member("attempt", number_of(change)).member_or_null("cause", change.cause);
    json.member("text", change_words(change)).member("until", change.until).key("verdict");
    if (verdict)
        events::write_verdict(json, row, change.verdict);
    else
        json.null();
    json.key("error");
    events::write_error(json, &change);
    json.member_if("external_id", change.external_id);
    if (change.dispatched != model::Instant{}) {
        json.member("dispatched_at", change.dispatched);
        json.member("provider_status", change.provider_status);
        json.member_or_null("provider_request_id", change.provider_request);
    }
    if (attempt) json.member("counted", !is_uncounted(change));
    json.member("possible_duplicate", change.possible_duplicate).end_object();
}

/// The request that is under way has no row of its own until it is answered.
void write_under_way(JsonWriter& json, const model::StateRow& state) {
    json.begin_object().member("kind", "attempt").member("at", state.updated);
    json.member("state", to_string(state.state)).member("attempt", state.attempts);
    json.member("cause", "dispatch");
    json.member("text", fmt::format("Attempt {} is under way.", state.attempts));
    json.key("until").null().key("verdict").null().key("error").null().end_object();
}

bool has_ended(const model::StateRow& state) {
    switch (state.state) {
        case MessageState::queued:
        case MessageState::waiting:
        case MessageState::sending:
            return false;
        case MessageState::unknown:
            return !state.due;
        default:
            return true;
    }
}

Story tell(runtime::Reader& reader, const model::MessageId& id) {
    Story story;
    const auto record = read_message(reader, id);
    if (!record || *record == nullptr) {
        story.problem = !record ? storage_unreadable() : not_found("message");
        return story;
    }
    JsonWriter json(story.json);
    json.begin_object().member("message_id", to_string(id));
    const auto* row = model::get_if<OutboundRow>(record->get());
    if (row == nullptr) {  // it came in: nothing was judged
        json.member("state", "received").key("choice").null();
        json.key("data").begin_array().end_array();
        return story;
    }
    const auto life = read_life(reader, id.sequence(), changes_told_max);
    if (!life) {
        story.problem = storage_unreadable();
        return story;
    }
    story.outbound = true;
    const model::StateRow* state = life->state_row();
    story.ended = state == nullptr || has_ended(*state);
    const auto standing = standing_of(*row, *life);
    json.member("state", to_string(standing.state)).key("choice");
    json.raw(row->choice_json.empty() ? "null" : row->choice_json).key("data").begin_array();
    write_accepted(json, *row);
    for (std::size_t i = life->changes.size(); i > 0; --i)
        write_step(json, *row, life->change(i - 1));
    if (standing.state == MessageState::sending && state != nullptr) write_under_way(json, *state);
    json.end_array();
    return story;
}

/// The time that rules, schedules and expiries are judged by, while it is not the wall clock's.
std::string clock_member() {
    if (!runtime::trusted_clock().in_doubt()) return {};
    std::string out = R"(,"clock":)";
    JsonWriter json(out);
    json.begin_object().member("in_doubt", true).member("now", runtime::read_clocks().wall);
    json.member("text",
                "The wall clock stepped and is not confirmed yet: what is scheduled and what "
                "expires is judged by the time that has passed.");
    json.end_object();
    return out;
}

}  // namespace

void explain_message(const CallPtr& call) {
    model::MessageId id;
    if (!model::parse_id(call->parameter(), id)) return call->fail(not_found("message"));
    call->read<Story>(
        [id](runtime::Reader& reader) { return tell(reader, id); },
        [call, id](Story& story) {
            if (story.problem.status != 0) return call->fail(story.problem);
            if (!story.outbound || story.ended) return call->ok(story.json + R"(,"now":null})");
            call->change(core::ExplainMessage{id.sequence()}, "message",
                         [call, text = std::move(story.json)](const core::Reply& reply) {
                             const auto* row = reply.record != nullptr
                                                   ? model::get_if<OutboundRow>(reply.record.get())
                                                   : nullptr;
                             if (row == nullptr) return call->ok(text + R"(,"now":null})");
                             std::string now;
                             JsonWriter json(now);
                             events::write_verdict(json, *row, row->verdict);
                             call->ok(text + R"(,"now":)" + now + clock_member() + "}");
                         });
        });
}

}  // namespace postern::api
