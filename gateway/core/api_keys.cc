// API keys: made, rotated with overlap, revoked, and their use noted. Only hashes are ever here.
#include "gateway/core/audit_facts.h"
#include "gateway/core/writer.h"

namespace postern::core {
namespace {

void save(const model::ApiKeyRow& row, Writer& writer) {
    writer.write(storage::keys::api_key(row.id), row, Seal::workspace);
    writer.reply(ReplyCode::done, model::make_ulid(row.created, row.epoch, row.id),
                 writer.publish(row));
}

bool is_revoked(const model::ApiKeyRow& row) {
    return row.revoked != model::Instant{};
}

}  // namespace

void Core::apply_payload(const CreateApiKey& c, Writer& writer) {
    model::ApiKeyRow row = c.row;
    row.id = writer.next_sequence();
    row.created = writer.now();
    row.epoch = writer.epoch();
    api_keys_[row.id] = row;
    writer.audit("key.created", id_of(row), {}, facts_of(row));
    save(row, writer);
}

void Core::apply_payload(const RotateApiKey& c, Writer& writer) {
    const auto it = api_keys_.find(c.id);
    if (it == api_keys_.end()) return writer.reply(ReplyCode::not_found);
    if (is_revoked(it->second)) return writer.reply(ReplyCode::conflict);
    std::string before = facts_of(it->second);
    it->second.previous_hash = it->second.hash;
    it->second.previous_until = c.previous_until;
    it->second.hash = c.hash;
    writer.audit("key.rotated", id_of(it->second), std::move(before), facts_of(it->second));
    save(it->second, writer);
}

void Core::apply_payload(const RevokeApiKey& c, Writer& writer) {
    const auto it = api_keys_.find(c.id);
    if (it == api_keys_.end()) return writer.reply(ReplyCode::not_found);
    if (!is_revoked(it->second)) {
        std::string before = facts_of(it->second);
        it->second.revoked = writer.now();
        writer.audit("key.revoked", id_of(it->second), std::move(before), facts_of(it->second));
    }
    save(it->second, writer);
}

void Core::apply_payload(const NoteApiKeyUse& c, Writer& writer) {
    const auto it = api_keys_.find(c.id);
    if (it == api_keys_.end()) return writer.reply(ReplyCode::not_found);
    it->second.uses += c.uses;
    it->second.last_used = c.last_used;
    it->second.last_source = c.source;
    save(it->second, writer);
}

}  // namespace postern::core
