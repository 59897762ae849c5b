// The configured accounts with their health; pause and resume.
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/model/channel.h"

namespace postern::api {
namespace {

constexpr char list_letter = 'a';

std::string_view health_state(const std::optional<AccountHealth>& health) {
    if (!health) return "removed";
    if (health->last_error_at > health->last_inbound) return "failing";
    return health->last_inbound == model::Instant{} ? "silent" : "ok";
}

void write_health(model::JsonWriter& json, const std::optional<AccountHealth>& health) {
    const AccountHealth known = health.value_or(AccountHealth{});
    json.begin_object().member("state", health_state(health));
    json.member("last_inbound_at", known.last_inbound);
    json.member("last_outbound_at", known.last_outbound);
    json.member_or_null("last_error", known.last_error)
        .member("last_error_at", known.last_error_at);
    json.member("webhooks", known.webhooks).member("items", known.items);
    json.member("duplicates", known.duplicates);
    json.member("signature_failures", known.signature_failures);
    json.member_or_null("last_refusal", known.last_refusal);
    json.member("last_refusal_at", known.last_refusal_at).member_or_null("hint", known.hint);
    json.member("failed_handshakes", known.failed_handshakes);
    json.member("quarantined", known.quarantined);
    json.member("refused_overload", known.refused_overload).end_object();
}

void write_account(model::JsonWriter& json, const model::AccountRow& row,
                   const AccountHealthSource& source) {
    const auto health = source.account_health(row.name);
    json.begin_object().member("id", row.name).member("channel", row.channel);
    json.member("state", !health ? "removed" : row.paused ? "paused" : "active");
    json.member("paused", row.paused).member_or_null("paused_reason", row.paused_reason);
    json.member("created_at", row.first_seen).key("health");
    write_health(json, health);
    if (health && health->sending) write_sending(json.key("sending"), *health->sending);
    json.end_object();
}

std::string account_json(const CallPtr& call, const model::AccountRow& row) {
    std::string out;
    model::JsonWriter json(out);
    write_account(json, row, call->context().services.health);
    return out;
}

void set_paused(const CallPtr& call, bool paused) {
    Body body(call->request().body);
    core::PauseAccount command;
    command.paused = paused;
    if (paused) command.reason = body.text("reason", 500, false);
    if (const auto problem = body.problem()) return call->fail(*problem);
    const auto accounts = call->context().accounts.load();
    const model::AccountRow* row = accounts->find(call->parameter());
    if (row == nullptr) return call->fail(not_found("account"));
    command.account = row->number;
    call->change(std::move(command), "account", [call](const core::Reply& reply) {
        const auto* now = reply.record != nullptr
                              ? model::get_if<model::AccountRow>(reply.record.get())
                              : nullptr;
        if (now == nullptr) return call->fail(not_found("account"));
        call->ok(account_json(call, *now));
    });
}

}  // namespace

void list_accounts(const CallPtr& call) {
    PageQuery page;
    if (const auto problem = read_page_query(call->request(), list_letter, page)) {
        return call->fail(*problem);
    }
    const std::string channel = call->request().query_value("channel");
    if (!channel.empty() && model::channel_number(channel) == 0) {
        return call->fail(invalid_parameter("channel", "channel must be the name of a channel."));
    }
    ListWriter list(list_letter);
    std::uint64_t next = 0, last = 0;
    const auto accounts = call->context().accounts.load();
    for (const model::AccountRow& row : accounts->all()) {
        if (row.number <= page.after || (!channel.empty() && row.channel != channel)) continue;
        if (list.count() == page.limit) {
            next = last;
            break;
        }
        write_account(list.item(), row, call->context().services.health);
        last = row.number;
    }
    call->ok(list.finish(next));
}

void get_account(const CallPtr& call) {
    const auto accounts = call->context().accounts.load();
    const model::AccountRow* row = accounts->find(call->parameter());
    if (row == nullptr) return call->fail(not_found("account"));
    call->ok(account_json(call, *row));
}

void pause_account(const CallPtr& call) {
    set_paused(call, true);
}
void resume_account(const CallPtr& call) {
    set_paused(call, false);
}

}  // namespace postern::api
