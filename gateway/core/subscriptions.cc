// Subscriptions: made, rotated with overlap, replayed, deleted; how their deliveries fare, with an
// event when one begins to fail for long, is given up, and recovers. Endpoints are never here.
#include <algorithm>

#include "gateway/core/audit_facts.h"
#include "gateway/core/writer.h"
#include "gateway/model/json.h"

namespace postern::core {
namespace {

void save(const model::SubscriptionRow& row, Writer& writer) {
    writer.write(storage::keys::subscription(row.id), row, Seal::workspace);
    writer.reply(ReplyCode::done, model::make_ulid(row.created, row.epoch, row.id),
                 writer.publish(row));
}

/// The URL stays out of it: apps put credentials there.
void announce(std::string_view type, const model::SubscriptionRow& row, model::Instant since,
              Writer& writer) {
    std::string data;
    model::JsonWriter json(data);
    json.begin_object().member("subscription", id_of(row)).member("failing_since", since);
    json.member_or_null("last_error", row.progress.last_error).end_object();
    writer.announce(0, std::string(type), std::move(data));
}

/// What `now` makes of how long it has failed.
void judge(model::SubscriptionRow& row, Writer& writer) {
    const model::Instant since = row.progress.failing_since;
    if (since == model::Instant{}) return;
    if (writer.wall() - since >= model::subscription_disabled_after) {
        std::string before = facts_of(row);
        row.state = model::SubscriptionState::disabled;
        writer.audit("subscription.disabled", id_of(row), std::move(before), facts_of(row));
        row.disabled = writer.now();
        announce("subscription.disabled", row, since, writer);
    } else if (!row.warned && writer.wall() - since >= model::subscription_warned_after) {
        row.warned = true;
        announce("subscription.failing", row, since, writer);
    }
}

/// From here on what was told of the run before does not count.
void begin_run(model::SubscriptionRow& row) {
    ++row.run;
    row.warned = false;
    row.progress.failing_since = {};
    row.progress.failing_place = 0;
}

}  // namespace

void Core::apply_payload(const CreateSubscription& c, Writer& writer) {
    if (subscriptions_.size() >= subscriptions_max) return writer.reply(ReplyCode::conflict);
    model::SubscriptionRow row = c.row;
    row.id = writer.next_sequence();
    row.created = writer.now();
    row.epoch = writer.epoch();
    subscriptions_[row.id] = row;
    writer.audit("subscription.created", id_of(row), {}, facts_of(row));
    save(row, writer);
}

void Core::apply_payload(const UpdateSubscription& c, Writer& writer) {
    const auto it = subscriptions_.find(c.id);
    if (it == subscriptions_.end()) return writer.reply(ReplyCode::not_found);
    model::SubscriptionRow& row = it->second;
    std::string before = facts_of(row);
    const bool moves = c.url && *c.url != row.url;
    const bool chooses = c.types && *c.types != row.types;
    if (c.url) row.url = *c.url;
    if (c.types) row.types = *c.types;
    if (c.description) row.description = *c.description;
    // How the endpoint before fared says nothing of the one that is called now.
    if (moves || chooses) begin_run(row);
    writer.audit("subscription.changed", id_of(row), std::move(before), facts_of(row));
    save(row, writer);
}

void Core::apply_payload(const DeleteSubscription& c, Writer& writer) {
    const auto it = subscriptions_.find(c.id);
    if (it == subscriptions_.end()) return writer.reply(ReplyCode::not_found);
    model::SubscriptionRow row = std::move(it->second);
    subscriptions_.erase(it);
    writer.audit("subscription.deleted", id_of(row), facts_of(row), {});
    row.state = model::SubscriptionState::deleted;
    row.secret.clear();
    row.previous_secret.clear();
    writer.drop(storage::keys::subscription(row.id));
    writer.reply(ReplyCode::done, model::make_ulid(row.created, row.epoch, row.id),
                 writer.publish(row));
}

void Core::apply_payload(const RotateSubscription& c, Writer& writer) {
    const auto it = subscriptions_.find(c.id);
    if (it == subscriptions_.end()) return writer.reply(ReplyCode::not_found);
    std::string before = facts_of(it->second);
    it->second.previous_secret = std::exchange(it->second.secret, c.secret);
    it->second.previous_until = c.previous_until;
    writer.audit("subscription.rotated", id_of(it->second), std::move(before),
                 facts_of(it->second));
    save(it->second, writer);
}

void Core::apply_payload(const EnableSubscription& c, Writer& writer) {
    const auto it = subscriptions_.find(c.id);
    if (it == subscriptions_.end()) return writer.reply(ReplyCode::not_found);
    model::SubscriptionRow& row = it->second;
    std::string before = facts_of(row);
    begin_run(row);  // also when it is active: what waits for a retry is tried at once
    row.state = model::SubscriptionState::active;
    row.disabled = {};
    writer.audit("subscription.enabled", id_of(row), std::move(before), facts_of(row));
    save(row, writer);
}

void Core::apply_payload(const ReplaySubscription& c, Writer& writer) {
    const auto it = subscriptions_.find(c.id);
    if (it == subscriptions_.end()) return writer.reply(ReplyCode::not_found);
    begin_run(it->second);
    it->second.progress.cursor = c.after;
    writer.audit("subscription.replayed", id_of(it->second), {},
                 fact("after", to_string(model::EventId{c.after})));
    save(it->second, writer);
}

void Core::apply_payload(const NoteSubscription& c, Writer& writer) {
    const auto it = subscriptions_.find(c.id);
    if (it == subscriptions_.end()) return writer.reply(ReplyCode::not_found);
    model::SubscriptionRow& row = it->second;
    if (row.run != c.run || row.state != model::SubscriptionState::active)
        return writer.reply(ReplyCode::conflict);
    const model::Instant failed_before = row.progress.failing_since;
    row.progress = c.progress;
    // A moment from a clock that has stepped back since would disable nothing for years.
    row.progress.failing_since = std::min(row.progress.failing_since, writer.wall());
    if (row.progress.failing_since == model::Instant{} && row.warned) {
        row.warned = false;
        announce("subscription.recovered", row, failed_before, writer);
    }
    judge(row, writer);
    save(row, writer);
}

}  // namespace postern::core
