// The object `sending` of an account.
#include "gateway/api/sending_health.h"

namespace postern::api {

std::string_view state_of(const SendingHealth& health) {
    if (!health.sends) return "receives_only";
    if (!health.held_by.empty()) return "held";
    if (health.breaker == "closed") return "ok";
    return health.breaker == "open" ? "breaker_open" : "half_open";
}

namespace {

void write_connections(model::JsonWriter& json, std::string_view name,
                       const ConnectionHealth& health) {
    if (health.state.empty()) return;
    json.key(name).begin_object().member("state", health.state);
    json.member("up", health.up).member("wanted", health.wanted).member("since", health.since);
    json.member_or_null("problem", health.problem).member("problem_at", health.problem_at);
    json.end_object();
}

/// What is not limited is null.
void write_limits(model::JsonWriter& json, const policy::Rate& rate) {
    const auto number = [&json](std::string_view name, auto value) {
        json.key(name);
        value > 0 ? json.value(value) : json.null();
    };
    json.begin_object();
    number("per_second", rate.per_second);
    number("burst", rate.burst);
    json.key("per_recipient");
    if (rate.per_recipient.count == 0) {
        json.null();
    } else {
        json.begin_object().member("count", rate.per_recipient.count);
        json.member("period_ms", rate.per_recipient.period.count()).end_object();
    }
    number("per_day", rate.per_day);
    json.member_or_null("group", rate.group).end_object();
}

}  // namespace

void write_sending(model::JsonWriter& json, const SendingHealth& health) {
    json.begin_object().member("state", state_of(health));
    json.member_or_null("held_by", health.held_by).member_or_null("reason", health.held_reason);
    json.member("held_until", health.held_until);
    json.member("queued", health.queued).member("waiting", health.waiting);
    json.member("sending", health.sending).member("unknown", health.unknown);
    json.member("failed_today", health.failed_today).member("per_second", health.per_second);
    write_limits(json.key("limits"), health.rate);
    json.member("oldest_due_at", health.oldest_due).member("breaker", health.breaker);
    json.key("outcomes").begin_object();
    for (std::size_t i = 0; i < health.outcomes.size(); ++i)
        json.member(adapters::to_string(static_cast<adapters::SendResult>(i)), health.outcomes[i]);
    json.end_object();
    write_connections(json, "connections", health.line);
    write_connections(json, "receiving", health.receiving);
    json.end_object();
}

}  // namespace postern::api
