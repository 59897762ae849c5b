// What the gateway keeps for itself: dedupe, parked receipts, quarantine, keys, accounts, settings,
// the audit.
#include "gateway/codec/stored.h"

#include <algorithm>

namespace postern::codec {
namespace {

using Hash = std::array<std::uint8_t, 32>;

/// An empty hash takes no room.
void write(const Hash& hash, std::string& stored) {
    if (hash == Hash{}) return;
    stored.assign(reinterpret_cast<const char*>(hash.data()), hash.size());
}

[[nodiscard]] bool read(const std::string& stored, Hash& hash) {
    if (stored.empty()) return true;
    if (stored.size() != hash.size()) return false;
    std::copy(stored.begin(), stored.end(), hash.begin());
    return true;
}

}  // namespace

void write(const model::DedupeRow& row, records::Dedupe& wire) {
    wire.set_sequence(row.sequence);
}

bool read(const records::Dedupe& wire, model::DedupeRow& row) {
    row.sequence = wire.sequence();
    return true;
}

void write(const model::ParkedReceiptRow& row, records::ParkedReceipt& wire) {
    wire.set_highest(static_cast<std::uint32_t>(row.highest));
    wire.set_failed(row.failed);
    wire.set_updated_us(to_us(row.updated));
    for (const std::uint64_t one : row.failed_for) wire.add_failed_for(one);
    if (row.word.empty()) return;
    wire.set_word(row.word);
    wire.set_result(static_cast<std::uint32_t>(row.result));
}

bool read(const records::ParkedReceipt& wire, model::ParkedReceiptRow& row) {
    row.failed = wire.failed();
    row.updated = from_us(wire.updated_us());
    row.word = wire.word();
    row.failed_for.assign(wire.failed_for().begin(), wire.failed_for().end());
    if (!row.word.empty() && !read_enum(wire.result(), adapters::SendResult::unknown, row.result))
        return false;
    return read_enum(wire.highest(), adapters::ReceiptState::failed, row.highest);
}

void write(const model::QuarantineRow& row, records::Quarantine& wire) {
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_account(row.account);
    wire.set_reason(row.reason);
    wire.set_method(row.method);
    wire.set_target(row.target);
    for (const auto& [name, value] : row.headers) {
        records::Header& header = *wire.add_headers();
        header.set_name(name);
        header.set_value(value);
    }
    wire.set_body(row.body);
    wire.set_attempts(row.attempts);
    wire.set_resolved(row.resolved);
    wire.mutable_taken()->Add(row.taken.begin(), row.taken.end());
}

bool read(const records::Quarantine& wire, model::QuarantineRow& row) {
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.account = wire.account();
    row.reason = wire.reason();
    row.method = wire.method();
    row.target = wire.target();
    row.headers.reserve(static_cast<std::size_t>(wire.headers_size()));
    for (const records::Header& header : wire.headers()) {
        row.headers.emplace_back(header.name(), header.value());
    }
    row.body = wire.body();
    row.attempts = wire.attempts();
    row.resolved = wire.resolved();
    row.taken.assign(wire.taken().begin(), wire.taken().end());
    return true;
}

void write(const model::ApiKeyRow& row, records::ApiKey& wire) {
    wire.set_id(row.id);
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_name(row.name);
    for (const std::string& scope : row.scopes) wire.add_scopes(scope);
    write(row.hash, *wire.mutable_hash());
    write(row.previous_hash, *wire.mutable_previous_hash());
    wire.set_previous_until_us(to_us(row.previous_until));
    wire.set_expires_us(to_us(row.expires));
    wire.set_revoked_us(to_us(row.revoked));
    wire.set_last_used_us(to_us(row.last_used));
    wire.set_uses(row.uses);
    wire.set_last_source(row.last_source);
    wire.set_per_second(row.per_second);
}

bool read(const records::ApiKey& wire, model::ApiKeyRow& row) {
    row.id = wire.id();
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.name = wire.name();
    row.scopes.assign(wire.scopes().begin(), wire.scopes().end());
    row.previous_until = from_us(wire.previous_until_us());
    row.expires = from_us(wire.expires_us());
    row.revoked = from_us(wire.revoked_us());
    row.last_used = from_us(wire.last_used_us());
    row.uses = wire.uses();
    row.last_source = wire.last_source();
    row.per_second = wire.per_second();
    return read(wire.hash(), row.hash) && read(wire.previous_hash(), row.previous_hash);
}

void write(const model::AccountRow& row, records::Account& wire) {
    wire.set_number(row.number);
    wire.set_name(row.name);
    wire.set_channel(row.channel);
    wire.set_paused(row.paused);
    wire.set_paused_reason(row.paused_reason);
    wire.set_broken(row.broken);
    wire.set_broken_reason(row.broken_reason);
    wire.set_first_seen_us(to_us(row.first_seen));
}

bool read(const records::Account& wire, model::AccountRow& row) {
    row.number = wire.number();
    row.name = wire.name();
    row.channel = wire.channel();
    row.paused = wire.paused();
    row.paused_reason = wire.paused_reason();
    row.broken = wire.broken();
    row.broken_reason = wire.broken_reason();
    row.first_seen = from_us(wire.first_seen_us());
    return true;
}

void write(const model::WorkspaceRow& row, records::Workspace& wire) {
    wire.set_mode(row.mode);
    for (const model::SendingPause& pause : row.pauses) {
        records::SendingPause& stored = *wire.add_pauses();
        stored.set_account(pause.account);
        if (pause.category) stored.set_category(static_cast<std::uint32_t>(*pause.category) + 1);
        if (pause.priority) stored.set_priority(static_cast<std::uint32_t>(*pause.priority) + 1);
        stored.set_caller(pause.caller);
        stored.set_reason(pause.reason);
        stored.set_since_us(to_us(pause.since));
    }
}

bool read(const records::Workspace& wire, model::WorkspaceRow& row) {
    row.mode = wire.mode();
    for (const records::SendingPause& stored : wire.pauses()) {
        model::SendingPause& pause = row.pauses.emplace_back();
        pause.account = stored.account();
        if (stored.category() != 0 &&
            !read_enum(stored.category() - 1, model::Category::collections,
                       pause.category.emplace()))
            return false;
        if (stored.priority() != 0 &&
            !read_enum(stored.priority() - 1, model::Priority::low, pause.priority.emplace()))
            return false;
        pause.caller = stored.caller();
        pause.reason = stored.reason();
        pause.since = from_us(stored.since_us());
    }
    return true;
}

void write(const model::AuditRow& row, records::Audit& wire) {
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_actor(static_cast<std::uint32_t>(row.actor));
    wire.set_actor_id(row.actor_id);
    wire.set_actor_name(row.actor_name);
    wire.set_action(row.action);
    wire.set_object(row.object);
    wire.set_before_json(row.before_json);
    wire.set_after_json(row.after_json);
}

bool read(const records::Audit& wire, model::AuditRow& row) {
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.actor_id = wire.actor_id();
    row.actor_name = wire.actor_name();
    row.action = wire.action();
    row.object = wire.object();
    row.before_json = wire.before_json();
    row.after_json = wire.after_json();
    return read_enum(wire.actor(), model::ActorKind::cli, row.actor);
}

}  // namespace postern::codec
