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

}  // namespace

void write_sending(model::JsonWriter& json, const SendingHealth& health) {
    json.begin_object().member("state", state_of(health));
    json.member_or_null("held_by", health.held_by).member_or_null("reason", health.held_reason);
    json.member("held_until", health.held_until);
    json.member("queued", health.queued).member("waiting", health.waiting);
    json.member("sending", health.sending).member("unknown", health.unknown);
    json.member("failed_today", health.failed_today).member("per_second", health.per_second);
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
