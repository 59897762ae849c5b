// Numbering and gathering; the only code that moves the core's sequence.
#include "gateway/core/writer.h"

namespace postern::core {

model::Sequence Writer::next_sequence() {
    const model::Sequence s = ++core_.sequence_;
    if (effects_.first == 0) effects_.first = s;
    effects_.last = s;
    numbered_ = true;
    return s;
}

/// A command that writes has at least one place in the order, also when none of its rows carries
/// it: the store's applied sequence must move past every durable row.
void Writer::number() {
    if (!numbered_) (void)next_sequence();
}

void Writer::keep(const storage::RowKey& key, model::Record record, Seal seal, model::Part part,
                  const model::PartKey& part_key) {
    number();
    auto shared = std::make_shared<const model::Record>(std::move(record));
    core_.rows_.put(key, shared, core_.sequence_);
    effects_.writes.push_back({key, std::move(shared), seal, part, part_key});
}

void Writer::write(const storage::RowKey& key, model::Record record, Seal seal, model::Part part,
                   const model::PartKey& part_key) {
    write(key, std::make_shared<const model::Record>(std::move(record)), seal, part, part_key);
}

void Writer::write(const storage::RowKey& key, model::RecordPtr record, Seal seal, model::Part part,
                   const model::PartKey& part_key) {
    number();
    effects_.writes.push_back({key, std::move(record), seal, part, part_key});
}

void Writer::hold(const storage::RowKey& key, model::RecordPtr record) {
    core_.rows_.hold(key, std::move(record), core_.sequence_);
}

void Writer::erase(const storage::RowKey& key) {
    number();
    core_.rows_.put(key, nullptr, core_.sequence_);
    effects_.writes.push_back({key, nullptr, Seal::plain, 0, {}});
}

void Writer::drop(const storage::RowKey& key) {
    number();
    effects_.writes.push_back({key, nullptr, Seal::plain, 0, {}});
}

void Writer::erase_range(const storage::RowKey& from, const storage::RowKey& to) {
    number();
    core_.rows_.erase_range(from, to, core_.sequence_);
    effects_.erases.push_back({from, to});
}

void Writer::announce(model::AccountNumber account, std::string type, std::string data_json) {
    const model::Sequence s = next_sequence();
    write(storage::keys::seq_row(s),
          model::NoticeRow{head(account), std::move(type), std::move(data_json)}, Seal::workspace);
}

void Writer::audit(std::string action, std::string object, std::string before_json,
                   std::string after_json) {
    model::AuditRow row;
    row.created = now();
    row.epoch = epoch();
    row.actor = command_.author.kind;
    const auto key = core_.api_keys_.find(command_.author.key);
    if (row.actor == model::ActorKind::key && key != core_.api_keys_.end()) {
        row.actor_id = id_of(key->second);
        row.actor_name = key->second.name;
    }
    row.action = std::move(action);
    row.object = std::move(object);
    row.before_json = std::move(before_json);
    row.after_json = std::move(after_json);
    write(storage::keys::audit(next_sequence()), std::move(row), Seal::workspace);
}

void Writer::reply(ReplyCode code, model::Ulid id, model::RecordPtr record) {
    effects_.replies.push_back({command_.ticket, code, id, std::move(record)});
}

model::RecordPtr Writer::publish(model::Record record) {
    auto shared = std::make_shared<const model::Record>(std::move(record));
    effects_.published.push_back(shared);
    return shared;
}

}  // namespace postern::core
