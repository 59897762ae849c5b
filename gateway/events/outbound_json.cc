// The contract's spelling of what goes out.
#include "gateway/events/outbound_json.h"

#include <algorithm>

#include "gateway/events/message_json.h"
#include "gateway/policy/verdict_json.h"

namespace postern::events {
namespace {

using model::Instant;
using model::JsonWriter;

void write_fallback(JsonWriter& json, const model::OutboundRow& row, const AccountTable& accounts) {
    json.key("fallback").begin_array();
    for (std::size_t i = 1; i < row.routes.size(); ++i) {
        const model::AccountRow* account = accounts.find(row.routes[i].account);
        if (account != nullptr) json.value(account->name);
    }
    json.end_array();
}

void write_raw_object(JsonWriter& json, std::string_view name, std::string_view stored) {
    json.key(name).raw(stored.empty() ? std::string_view("{}") : stored);
}

}  // namespace

OutboundStanding accepted_standing(const model::OutboundRow& row) {
    OutboundStanding standing;
    const bool goes = row.verdict.decision == model::Decision::send;
    const bool later = row.send_at > row.head.created;
    standing.state = goes && !later ? model::MessageState::queued : model::MessageState::waiting;
    if (later) standing.not_before = row.send_at;
    if (!goes) standing.not_before = std::max(standing.not_before, row.verdict.until);
    const auto route = std::ranges::find(row.routes, row.head.account, &model::Route::account);
    if (route != row.routes.end())
        standing.route = static_cast<std::size_t>(route - row.routes.begin());
    standing.expires = row.expires;
    standing.updated = row.head.created;
    standing.verdict = &row.verdict;
    return standing;
}

std::string message_id(const model::OutboundEventRow& row) {
    return to_string(
        model::MessageId{model::make_ulid(row.message_created, row.message_epoch, row.message)});
}

std::string conversation_id(const model::OutboundRow& row) {
    if (row.conversation == 0) return {};
    return to_string(model::ConversationId{
        model::make_ulid(row.conversation_created, row.conversation_epoch, row.conversation)});
}

void write_verdict(JsonWriter& json, const model::OutboundRow& row, const model::Verdict& verdict) {
    std::string text = policy::verdict_json(verdict);
    if (row.category_default) {
        text.back() = ',';
        text += R"("category":")";
        text += to_string(row.category);
        text += R"(","category_default":true})";
    }
    json.raw(text);
}

void write_error(JsonWriter& json, const model::OutboundEventRow* row) {
    if (row == nullptr || row->error_class.empty()) {
        json.null();
        return;
    }
    json.begin_object().member("class", row->error_class).member_or_null("code", row->error_code);
    json.member_or_null("provider_code", row->provider_code);
    json.member_or_null("detail", row->error_detail).end_object();
}

void write_message(JsonWriter& json, const model::OutboundRow& row, model::Sequence sequence,
                   const OutboundStanding& standing, const AccountTable& accounts) {
    const model::Route& route = row.routes[std::min(standing.route, row.routes.size() - 1)];
    json.begin_object().member("id", message_id(row.head, sequence));
    json.member("direction", "outbound");
    write_account(json, route.account, accounts);
    json.member_or_null("contact", contact_id(row.part_created, row.part_epoch, row.head.part));
    json.member_or_null("conversation", conversation_id(row));
    json.member("address", route.address).member("category", to_string(row.category));
    json.member("category_default", row.category_default);
    write_raw_object(json, "content", row.content_json);
    json.member("state", to_string(standing.state));
    json.member_or_null("external_id", standing.external_id);
    json.member("attempts", standing.attempts).member("not_before", standing.not_before);
    json.key("verdict");
    write_verdict(json, row, standing.verdict != nullptr ? *standing.verdict : row.verdict);
    json.key("error");
    write_error(json, standing.error);
    json.member("priority", to_string(row.priority)).member("send_at", row.send_at);
    json.member("expires_at", standing.expires).member_or_null("reply_to", row.reply_to);
    write_fallback(json, row, accounts);
    json.member("test", row.test).member("created_at", row.head.created);
    json.member("updated_at", standing.updated);
    write_raw_object(json, "metadata", row.metadata_json);
    json.member("possible_duplicate", standing.possible_duplicate).end_object();
}

void write_change(JsonWriter& json, const model::OutboundEventRow& row) {
    json.begin_object().member("message_id", message_id(row));
    json.member_or_null("external_id", row.external_id);
    json.member("state", to_string(row.state)).key("error");
    write_error(json, &row);
    json.member_or_null("cause", row.cause).member("attempt", row.attempt);
    json.member("until", row.until).key("verdict");
    // The default of a change that no rule decided says nothing.
    if (row.verdict == model::Verdict{})
        json.null();
    else
        policy::write_verdict(row.verdict, json);
    json.member("possible_duplicate", row.possible_duplicate);
    json.member("provider_time", row.provider_time).end_object();
}

}  // namespace postern::events
