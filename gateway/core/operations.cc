// What operators and Postern itself do: accounts, mode, retention, notices, the watchdog's canary.
#include <fmt/format.h>

#include "gateway/core/audit_facts.h"
#include "gateway/core/outbox.h"
#include "gateway/core/writer.h"
#include "gateway/model/json.h"

namespace postern::core {
namespace {

/// Who began to exist, for the audit: at most as many as a command names.
std::string accounts_json(const std::vector<model::AccountRow>& made) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().key("accounts").begin_array();
    for (const model::AccountRow& row : made)
        json.begin_object().member("id", row.name).member("channel", row.channel).end_object();
    json.end_array().end_object();
    return out;
}

}  // namespace

void Core::apply_payload(const RegisterAccounts& c, Writer& writer) {
    // A name that changed its channel would mix the contacts and conversations of two.
    for (const RegisterAccounts::Named& named : c.accounts) {
        for (const auto& [number, row] : accounts_) {
            if (row.name == named.name && row.channel != named.channel)
                return writer.reply(ReplyCode::conflict);
        }
    }
    std::vector<model::AccountRow> made;
    for (const RegisterAccounts::Named& named : c.accounts) {
        bool known = false;
        for (const auto& [number, row] : accounts_) known |= row.name == named.name;
        if (known) continue;
        model::AccountRow row;
        row.number = accounts_.empty() ? 1 : accounts_.rbegin()->first + 1;
        row.name = named.name;
        row.channel = named.channel;
        row.first_seen = writer.now();
        accounts_.emplace(row.number, row);
        shared_scopes_.add_channel(row.channel);
        writer.write(storage::keys::account(row.number), row, Seal::workspace);
        (void)writer.publish(row);
        made.push_back(std::move(row));
    }
    if (!made.empty()) writer.audit("accounts.registered", "accounts", {}, accounts_json(made));
    writer.reply(ReplyCode::done);
}

void Core::apply_payload(const PauseAccount& c, Writer& writer) {
    const auto it = accounts_.find(c.account);
    if (it == accounts_.end()) return writer.reply(ReplyCode::not_found);
    model::AccountRow& row = it->second;
    if (row.paused == c.paused && (c.paused || !row.broken)) {
        return writer.reply(ReplyCode::done, {}, std::make_shared<const model::Record>(row));
    }
    std::string before = facts_of(row);
    row.paused = c.paused;
    row.paused_reason = c.paused ? c.reason : std::string{};
    if (!c.paused) {
        row.broken = false;
        row.broken_reason.clear();
        outbox_->unpark(c.account);
    }
    writer.write(storage::keys::account(row.number), row, Seal::workspace);
    writer.announce(
        row.number, "account.health",
        fmt::format(R"({{"state":"{}","cause":"operator"}})", c.paused ? "paused" : "active"));
    writer.audit(c.paused ? "account.paused" : "account.resumed", row.name, std::move(before),
                 facts_of(row));
    writer.reply(ReplyCode::done, {}, writer.publish(row));
}

void Core::apply_payload(const SetMode& c, Writer& writer) {
    // Empty: nobody has set one here, so the configuration's holds.
    const std::string before = workspace_.mode.empty() ? "configuration" : workspace_.mode;
    workspace_.mode = c.mode;
    outbox_->unpark_all();
    writer.write(storage::keys::meta("workspace"), workspace_, Seal::workspace);
    writer.announce(0, "workspace.mode", fmt::format(R"({{"mode":"{}"}})", c.mode));
    writer.audit("mode.changed", "workspace", fact("mode", before), fact("mode", c.mode));
    writer.reply(ReplyCode::done, {}, writer.publish(workspace_));
}

void Core::apply_payload(const EraseRange& c, Writer& writer) {
    writer.erase_range(c.from, c.to);
    writer.reply(ReplyCode::done);
}

void Core::apply_payload(const Announce& c, Writer& writer) {
    writer.announce(c.account, c.type, c.data_json);
    writer.reply(ReplyCode::done);
}

void Core::apply_payload(const NoteAudit& c, Writer& writer) {
    writer.audit(c.action, c.object, c.before_json, c.after_json);
    writer.reply(ReplyCode::done);
}

void Core::apply_payload(const Canary&, Writer& writer) {
    writer.write(storage::keys::meta("canary"), model::DedupeRow{sequence_ + 1}, Seal::plain);
    writer.reply(ReplyCode::done);
}

void Core::apply_payload(const Quarantine& c, Writer& writer) {
    const model::Sequence sequence = writer.next_sequence();
    model::QuarantineRow row = c.row;
    row.created = writer.now();
    row.epoch = writer.epoch();
    // Not kept in memory: it may be as large as a body, and only a person's replay reads it.
    writer.write(storage::keys::quarantine(sequence), std::move(row), Seal::workspace);
    writer.reply(ReplyCode::done, writer.ulid(sequence));
}

void Core::apply_payload(const ResolveQuarantine& c, Writer& writer) {
    const storage::RowKey key = storage::keys::quarantine(c.id);
    const auto* known = writer.find<model::QuarantineRow>(key);
    if (!known) return writer.reply(ReplyCode::not_found);
    model::QuarantineRow row = *known;
    ++row.attempts;
    row.resolved = c.resolved;
    if (!c.reason.empty()) row.reason = c.reason;
    row.taken.insert(row.taken.end(), c.taken.begin(), c.taken.end());
    writer.audit("quarantine.replayed",
                 to_string(model::QuarantineId{model::make_ulid(row.created, row.epoch, c.id)}),
                 fmt::format(R"({{"attempts":{}}})", known->attempts),
                 fmt::format(R"({{"attempts":{},"resolved":{}}})", row.attempts, row.resolved));
    writer.keep(key, std::move(row), Seal::workspace);
    writer.reply(ReplyCode::done);
}

}  // namespace postern::core
