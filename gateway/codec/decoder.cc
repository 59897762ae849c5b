// Sealed value -> clear bytes -> row. One Decoder a reading thread.
#include "gateway/codec/codec.h"

#include "gateway/codec/stored.h"

namespace postern::codec {
namespace {

using storage::Errc;
using storage::Result;

/// Reads the varint `schema` and moves past it.
[[nodiscard]] bool take_varint(std::string_view& bytes, std::uint32_t& out) {
    out = 0;
    for (unsigned shift = 0; shift < 32 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<std::uint8_t>(bytes.front());
        bytes.remove_prefix(1);
        out |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0) return true;
    }
    return false;
}

/// Not shared yet: a contact's key is still to come.
using FreshRecord = std::shared_ptr<model::Record>;

template <class Row>
[[nodiscard]] Result<FreshRecord> read_row(std::string_view bytes, WireMessages& messages) {
    auto& wire = std::get<typename Stored<Row>::Wire>(messages);
    if (!wire.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Errc::corrupt;
    auto record = std::make_shared<model::Record>(std::in_place_type<Row>);
    if (!read(wire, *model::get_if<Row>(record.get()))) return Errc::corrupt;
    if (bytes.size() > kept_bytes_max) wire = {};
    return record;
}

using ReadRow = Result<FreshRecord> (*)(std::string_view, WireMessages&);

template <class... Rows>
[[nodiscard]] ReadRow reader_of(records::Kind kind, const model::AnyRow<Rows...>* /*which*/) {
    ReadRow found = nullptr;
    ((Stored<Rows>::kind == kind ? void(found = &read_row<Rows>) : void()), ...);
    return found;
}

}  // namespace

struct Decoder::Impl {
    explicit Impl(const storage::KeyBytes& master) : sealer(master) {}

    storage::Sealer sealer;
    WireMessages messages;
    std::string clear;

    [[nodiscard]] Result<FreshRecord> read_clear(const storage::RowKey& key);
    [[nodiscard]] Result<model::RecordPtr> decode_contact(const storage::RowKey& key,
                                                          std::string_view value);
};

Result<FreshRecord> Decoder::Impl::read_clear(const storage::RowKey& key) {
    std::string_view bytes = clear;
    std::uint32_t schema = 0;
    if (!take_varint(bytes, schema) || schema == 0 || bytes.empty()) return Errc::corrupt;
    if (schema > schema_current) return Errc::schema_newer;
    const auto kind = static_cast<records::Kind>(static_cast<std::uint8_t>(bytes.front()));
    const ReadRow read_kind = reader_of(kind, static_cast<const model::Record*>(nullptr));
    if (read_kind == nullptr || !kind_fits(kind, key)) return Errc::corrupt;
    return read_kind(bytes.substr(1), messages);
}

Result<model::RecordPtr> Decoder::Impl::decode_contact(const storage::RowKey& key,
                                                       std::string_view value) {
    const std::size_t wrapped_bytes = value.empty() ? 0 : static_cast<std::uint8_t>(value.front());
    if (value.size() < 1 + wrapped_bytes) return Errc::corrupt;
    storage::KeyBytes part_key{};
    if (wrapped_bytes != 0) {
        const auto unwrapped =
            sealer.unwrap(value.substr(1, wrapped_bytes), storage::keys::trailing_u64(key.view()));
        if (!unwrapped) return unwrapped.error();
        part_key = *unwrapped;
    }
    const auto opened = sealer.open(key, value.substr(1 + wrapped_bytes),
                                    wrapped_bytes != 0 ? &part_key : nullptr, clear);
    if (!opened) return opened.error();
    const auto record = read_clear(key);
    if (!record) return record.error();
    if (auto* row = model::get_if<model::ContactRow>(record->get())) row->key = part_key;
    return model::RecordPtr(*record);
}

Decoder::Decoder(const storage::KeyBytes& master) : impl_(std::make_unique<Impl>(master)) {}
Decoder::~Decoder() = default;

Result<model::RecordPtr> Decoder::decode(const storage::RowKey& key, std::string_view value,
                                         PartKeySource& keys) {
    if (key.size == 0) return Errc::bad_argument;
    if (is_contact(key)) return impl_->decode_contact(key, value);
    const auto head = storage::read_head(value);
    if (!head) return head.error();
    const model::PartKey* part_key = nullptr;
    if (head->kind == storage::SealKind::part) {
        part_key = keys.part_key(head->key_id);
        if (part_key == nullptr) return model::RecordPtr{};
    }
    const auto opened = impl_->sealer.open(key, value, part_key, impl_->clear);
    if (!opened) return opened.error();
    const auto record = impl_->read_clear(key);
    if (!record) return record.error();
    return model::RecordPtr(*record);
}

}  // namespace postern::codec
