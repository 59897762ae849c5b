// Point reads, scans, and the way from a part to its key.
#include "gateway/runtime/store_reader.h"

#include <fmt/format.h>

namespace postern::runtime {
namespace {

storage::RowKey key_of(storage::Family family, std::string_view bytes) {
    storage::RowKey key;
    key.family = family;
    key.size = static_cast<std::uint8_t>(std::min(bytes.size(), storage::RowKey::bytes_max));
    std::memcpy(key.bytes.data(), bytes.data(), key.size);
    return key;
}

}  // namespace

std::string name_of(const storage::RowKey& key) {
    const auto family = static_cast<std::size_t>(key.family) - 1;
    std::string name = fmt::format("{}:{}:", storage::family_names[family], key.prefix());
    for (const char c : key.view().substr(std::min<std::size_t>(1, key.size))) {
        fmt::format_to(std::back_inserter(name), "{:02x}", static_cast<std::uint8_t>(c));
    }
    return name;
}

StoreReader::StoreReader(const storage::Store& store, const storage::KeyBytes& master,
                         Counter* unreadable)
    : store_(store), sealer_(master), decoder_(master), unreadable_(unreadable) {}

storage::Blind StoreReader::blind(std::string_view domain, std::string_view value) const {
    return sealer_.blind(domain, value);
}

storage::Result<model::RecordPtr> StoreReader::decode(const storage::RowKey& key,
                                                      std::string_view value) {
    key_error_ = {};
    auto record = decoder_.decode(key, value, *this);
    if (key_error_) return key_error_;
    return record;
}

storage::Result<model::RecordPtr> StoreReader::scanned(const storage::RowKey& key,
                                                       std::string_view value) {
    auto record = decode(key, value);
    if (record.has_value() || !is_of_one_row(record.error())) return record;
    if (unreadable_) unreadable_->fetch_add(1, std::memory_order_relaxed);
    return model::RecordPtr{};
}

storage::Result<model::RecordPtr> StoreReader::get(const storage::RowKey& key) {
    const auto value = store_.get(key);
    if (value.has_error()) return value.error();
    if (!value->has_value()) return model::RecordPtr{};
    return decode(key, **value);
}

const model::PartKey* StoreReader::part_key(model::Part part) {
    const auto it = part_keys_.find(part);
    if (it != part_keys_.end()) return &it->second;
    const auto contact = get(storage::keys::contact(part));
    // An unreadable contact is not an erased one.
    if (contact.has_error()) key_error_ = contact.error();
    if (contact.has_error() || !*contact) return nullptr;
    const auto* row = model::get_if<model::ContactRow>(contact->get());
    if (!row) return nullptr;
    if (part_keys_.size() >= part_keys_max) part_keys_.clear();
    return &part_keys_.emplace(part, row->key).first->second;
}

storage::Result<void> StoreReader::scan(
    const storage::RowKey& from, const storage::RowKey& to,
    const std::function<bool(std::string_view, const model::RecordPtr&)>& visit) {
    const auto rows = store_.scan(from, to);
    for (rows->seek(from); rows->valid(); rows->next()) {
        const auto record = scanned(key_of(from.family, rows->key()), rows->value());
        if (record.has_error()) return record.error();
        if (!visit(rows->key(), *record)) return {};
    }
    return rows->status();
}

storage::Result<void> StoreReader::scan_back(
    const storage::RowKey& from, const storage::RowKey& to,
    const std::function<bool(std::string_view, const model::RecordPtr&)>& visit) {
    const auto rows = store_.scan(from, to);
    for (rows->seek_for_prev(to); rows->valid(); rows->prev()) {
        const auto record = scanned(key_of(from.family, rows->key()), rows->value());
        if (record.has_error()) return record.error();
        if (!visit(rows->key(), *record)) return {};
    }
    return rows->status();
}

storage::Result<void> StoreReader::get_many(const std::vector<storage::RowKey>& keys,
                                            std::vector<model::RecordPtr>& records,
                                            std::vector<UnreadableRow>& unreadable) {
    std::vector<std::optional<std::string>> values;
    std::vector<std::size_t> damaged;
    storage::Sequence read_at = 0;
    if (auto read = store_.get_many(keys, values, read_at, &damaged); read.has_error()) return read;
    records.assign(keys.size(), nullptr);
    for (const std::size_t i : damaged) unreadable.push_back({keys[i], storage::Errc::corrupt});
    for (const bool contacts : {true, false}) {
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const bool is_contact =
                keys[i].family == storage::Family::hot && keys[i].prefix() == 'c';
            if (!values[i] || is_contact != contacts) continue;
            auto record = decode(keys[i], *values[i]);
            if (record.has_error()) {
                if (!is_of_one_row(record.error())) return record.error();
                unreadable.push_back({keys[i], record.error()});
                continue;
            }
            records[i] = std::move(*record);
            const auto* row =
                records[i] ? model::get_if<model::ContactRow>(records[i].get()) : nullptr;
            if (!row) continue;
            if (part_keys_.size() >= part_keys_max) part_keys_.clear();
            part_keys_[storage::keys::trailing_u64(keys[i].view())] = row->key;
        }
    }
    return {};
}

}  // namespace postern::runtime
