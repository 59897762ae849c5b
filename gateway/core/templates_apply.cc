// Templates: made, changed, deleted, told of by the provider; a change of status is an event, and
// wakes the messages that waited for it.
#include <algorithm>

#include "gateway/core/audit_facts.h"
#include "gateway/core/sending.h"
#include "gateway/model/json.h"
#include "gateway/templates/provider.h"

namespace postern::core {
namespace {

using model::TemplateRow;
using model::TemplateStatus;

/// A list may have been on its way for so long.
constexpr std::chrono::seconds list_margin{1};

/// The event of a status that is another one now. `signal` may be null.
void announce(const TemplateRow& row, TemplateStatus before, std::string_view cause,
              const adapters::InboundSignal* signal, Writer& writer) {
    std::string data;
    model::JsonWriter json(data);
    json.begin_object().member("template", id_of(row)).member("name", row.name);
    json.member("language", row.language).member("status", to_string(row.status));
    json.member_or_null("previous",
                        before == TemplateStatus::none ? std::string_view{} : to_string(before));
    json.member_or_null("reason", row.reason).member("cause", cause);
    if (signal) {
        json.member_or_null("provider_type", signal->provider_type);
        json.member("provider_time", signal->provider_time);
        json.member_object("details", signal->details_json);
    }
    json.end_object();
    writer.announce(row.account, "template.status", std::move(data));
}

/// Where the queue remembers it: by template instead of a time.
storage::RowKey row_of(const TemplateWait& wait) {
    return storage::keys::due(wait.account, template_lane, wait.waited_for, wait.message);
}

/// A template that was known to nobody here: by name and status only.
TemplateRow row_of(const TemplateNews& news, model::AccountNumber account, Writer& writer) {
    TemplateRow row;
    row.id = writer.next_sequence();
    row.created = writer.now();
    row.epoch = writer.epoch();
    row.account = account;
    row.name = news.name;
    row.language = news.language;
    row.category = news.category.value_or(model::Category::transactional);
    return row;
}

/// What a list from the provider came to, for the audit.
std::string synced_json(std::size_t created, std::size_t changed) {
    std::string out;
    model::JsonWriter(out)
        .begin_object()
        .member("created", created)
        .member("changed", changed)
        .end_object();
    return out;
}

std::string_view name_of(const std::map<model::AccountNumber, model::AccountRow>& accounts,
                         model::AccountNumber number) {
    const auto it = accounts.find(number);
    return it == accounts.end() ? std::string_view{} : it->second.name;
}

/// What the provider's list says of what was known; true if that is new.
bool merge(const TemplateRow& told, TemplateRow& row) {
    TemplateRow next = row;
    next.provider_id = told.provider_id;
    next.provider_name = told.provider_name;
    next.status = told.status;
    next.reason = told.reason;
    // Only a list that tells the words may change them.
    if (!told.body.empty()) {
        next.category = templates::category_after(row.category, told.category);
        next.body = told.body;
        next.footer = told.footer;
        next.buttons = told.buttons;
        // The list knows no URLs: one that somebody gave as an example stays.
        const bool same_medium = told.header && row.header && told.header->media &&
                                 told.header->media == row.header->media;
        if (!same_medium) next.header = told.header;
    }
    if (next == row) return false;
    row = std::move(next);
    return true;
}

}  // namespace

const TemplateRow* Sending::template_of(const model::OutboundRow& row, std::size_t route) const {
    if (!row.is_template || route >= row.routes.size() || !row.routes[route].words.empty())
        return nullptr;
    return core_.templates_.find(row.routes[route].account, row.template_name,
                                 row.template_language);
}

bool Sending::wait_for_template(const OutMessage& message) {
    const TemplateRow* known = template_of(*message.row(), message.state.route);
    if (!known) return false;
    const TemplateWait wait{message.state.account, known->id, message.id()};
    if (!core_.templates_.wait(wait)) return false;
    writer_.write(row_of(wait), model::DueRow{message.state.part}, Seal::plain);
    return true;
}

void Sending::forget_template(const OutMessage& message) {
    if (!message.row()) return;
    const TemplateRow* known = template_of(*message.row(), message.state.route);
    if (!known) return;
    const TemplateWait wait{message.state.account, known->id, message.id()};
    if (core_.templates_.forget(wait)) writer_.drop(row_of(wait));
}

model::RecordPtr Core::save_template(TemplateRow row, Writer& writer) {
    row.updated = writer.now();
    const TemplateRow* before = templates_.find(row.id);
    row.version = before ? before->version + 1 : 1;
    if (before && before->status != row.status) templates_.wake(row.id);
    templates_.put(row);
    writer.write(storage::keys::message_template(row.id), row, Seal::workspace);
    return writer.publish(std::move(row));
}

void Core::apply_payload(const CreateTemplate& c, Writer& writer) {
    if (const auto* taken = templates_.find(c.row.account, c.row.name, c.row.language))
        return writer.reply(ReplyCode::conflict, {}, std::make_shared<const model::Record>(*taken));
    if (templates_.size() >= templates_max) return writer.reply(ReplyCode::conflict);
    TemplateRow row = c.row;
    row.id = writer.next_sequence();
    row.created = writer.now();
    row.epoch = writer.epoch();
    if (row.status != TemplateStatus::unknown)
        announce(row, TemplateStatus::none, "api", nullptr, writer);
    const auto record = save_template(std::move(row), writer);
    const TemplateRow& made = model::get<TemplateRow>(*record);
    writer.audit("template.created", id_of(made), {},
                 facts_of(made, name_of(accounts_, made.account)));
    writer.reply(ReplyCode::done, {}, record);
}

void Core::apply_payload(const ChangeTemplate& c, Writer& writer) {
    const TemplateRow* known = templates_.find(c.row.id);
    if (!known) return writer.reply(ReplyCode::not_found);
    const auto* namesake = templates_.find(c.row.account, c.row.name, c.row.language);
    const bool taken = namesake && namesake->id != c.row.id;
    if (taken || (c.if_version != 0 && c.if_version != known->version)) {
        return writer.reply(ReplyCode::conflict, {},
                            std::make_shared<const model::Record>(taken ? *namesake : *known));
    }
    TemplateRow row = c.row;
    row.created = known->created;
    row.epoch = known->epoch;
    row.updated = known->updated;
    row.version = known->version;
    row.status_at = known->status_at;
    if (row == *known)
        return writer.reply(ReplyCode::done, {}, std::make_shared<const model::Record>(row));
    if (row.status != known->status) announce(row, known->status, "api", nullptr, writer);
    std::string before = facts_of(*known, name_of(accounts_, known->account));
    const auto record = save_template(std::move(row), writer);
    const TemplateRow& made = model::get<TemplateRow>(*record);
    writer.audit("template.changed", id_of(made), std::move(before),
                 facts_of(made, name_of(accounts_, made.account)));
    writer.reply(ReplyCode::done, {}, record);
}

void Core::apply_payload(const DeleteTemplate& c, Writer& writer) {
    const TemplateRow* known = templates_.find(c.id);
    if (!known) return writer.reply(ReplyCode::not_found);
    if (c.if_version != 0 && c.if_version != known->version) {
        return writer.reply(ReplyCode::conflict, {}, std::make_shared<const model::Record>(*known));
    }
    TemplateRow row = *known;
    writer.audit("template.deleted", id_of(row), facts_of(row, name_of(accounts_, row.account)),
                 {});
    row.deleted = true;
    templates_.erase(c.id);
    templates_.wake(c.id);
    writer.drop(storage::keys::message_template(c.id));
    writer.reply(ReplyCode::done, {}, writer.publish(std::move(row)));
}

void Core::apply_payload(const SyncTemplates& c, Writer& writer) {
    std::size_t created = 0, changed = 0;
    const auto tell_of_sync = [&] {
        if (created + changed == 0) return;
        const auto account = name_of(accounts_, c.rows.front().account);
        writer.audit("templates.synced", std::string(account), {}, synced_json(created, changed));
    };
    for (const TemplateRow& told : c.rows) {
        const TemplateRow* known = templates_.find(told.account, told.name, told.language);
        if (!known && templates_.size() >= templates_max) {
            tell_of_sync();
            return writer.reply(ReplyCode::conflict);
        }
        TemplateRow row = known ? *known : told;
        const TemplateStatus before = known ? known->status : TemplateStatus::none;
        if (!known) {
            row.id = writer.next_sequence();
            row.created = writer.now();
            row.epoch = writer.epoch();
        } else if (!merge(told, row)) {
            continue;
        }
        ++(known ? changed : created);
        // Webhooks tell whole seconds: one of this very second is not older than the list.
        row.status_at = std::chrono::floor<std::chrono::seconds>(writer.wall()) - list_margin;
        if (row.status != before) announce(row, before, "sync", nullptr, writer);
        (void)save_template(std::move(row), writer);
    }
    tell_of_sync();
    writer.reply(ReplyCode::done);
}

bool Core::take_news(const ReceiveSignal& c, Writer& writer) {
    const TemplateNews& news = *c.news;
    const bool of_status = news.status != TemplateStatus::unknown;
    bool told = false;
    const std::size_t count = std::min(news.accounts.size(), template_accounts_max);
    for (std::size_t i = 0; i < count; ++i) {
        const model::AccountNumber account = news.accounts[i];
        const TemplateRow* known = templates_.find_told(account, news);
        const bool room = of_status && templates_.size() < templates_max;
        if (!accounts_.contains(account) || (!known && !room)) continue;
        if (known && of_status && c.signal.provider_time < known->status_at) continue;
        TemplateRow row = known ? *known : row_of(news, account, writer);
        const TemplateStatus before = known ? known->status : TemplateStatus::none;
        if (news.category) row.category = templates::category_after(row.category, *news.category);
        if (of_status) {
            if (!news.provider_id.empty()) row.provider_id = news.provider_id;
            row.status = news.status;
            row.reason = news.reason;
        }
        if (known && row == *known) continue;
        if (of_status) row.status_at = std::min(c.signal.provider_time, writer.wall());
        const bool moved = !known || row.status != before || row.reason != known->reason;
        if (moved) announce(row, before, "provider", &c.signal, writer);
        told = told || moved;
        (void)save_template(std::move(row), writer);
    }
    return told;
}

void Core::apply_payload(const WakeMessage& c, Writer& writer) {
    if (c.waited_for != 0) writer.drop(row_of({c.account, c.waited_for, c.message}));
    auto message = OutMessage::load(c.message, writer);
    const bool waits = message && message->row() && message->state.due &&
                       message->state.state == model::MessageState::waiting;
    if (waits && writer.now() < message->state.not_before) {
        Sending(*this, writer, writer.clocks()).queue(*message, writer.now());
        message->save(writer);
    }
    writer.reply(ReplyCode::done);
}

}  // namespace postern::core
