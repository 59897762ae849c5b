// Row -> clear bytes -> sealed value. The log thread owns the only Encoder of an epoch.
#include "gateway/codec/codec.h"

#include "gateway/codec/stored.h"

namespace postern::codec {

struct Encoder::Impl {
    Impl(const storage::KeyBytes& master, std::uint32_t e) : sealer(master), epoch(e) {}

    storage::Sealer sealer;
    const std::uint32_t epoch;
    std::uint64_t counter = 0;  // never repeats in an epoch: it is half of the nonce
    WireMessages messages;
    std::string clear;
    std::string envelope;

    void make_clear(const model::Record& record);
    void seal(const storage::RowKey& key, storage::SealKind kind, model::Part part,
              const model::PartKey& part_key, std::string& out);
    void encode_contact(const storage::RowKey& key, const model::ContactRow& row, model::Part part,
                        std::string& value);
};

void Encoder::Impl::make_clear(const model::Record& record) {
    model::visit(
        [this]<class Row>(const Row& row) {
            auto& wire = std::get<typename Stored<Row>::Wire>(messages);
            wire.Clear();
            write(row, wire);
            static_assert(schema_current < 0x80, "one byte of varint");
            const std::size_t size = wire.ByteSizeLong();
            clear.resize(2 + size);
            clear[0] = static_cast<char>(schema_current);
            clear[1] = static_cast<char>(Stored<Row>::kind);
            wire.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(clear.data() + 2));
            if (size > kept_bytes_max) wire = {};
        },
        record);
}

void Encoder::Impl::seal(const storage::RowKey& key, storage::SealKind kind, model::Part part,
                         const model::PartKey& part_key, std::string& out) {
    switch (kind) {
        case storage::SealKind::plain:
            storage::Sealer::plain(clear, out);
            return;
        case storage::SealKind::workspace:
            sealer.seal_workspace(key, epoch, ++counter, clear, out);
            return;
        case storage::SealKind::part:
            sealer.seal_part(key, part, part_key, epoch, ++counter, clear, out);
            return;
    }
}

void Encoder::Impl::encode_contact(const storage::RowKey& key, const model::ContactRow& row,
                                   model::Part part, std::string& value) {
    // An erased contact leaves no key behind, whatever the row still carries.
    if (row.state == model::ContactState::erased || row.key == model::PartKey{}) {
        seal(key, storage::SealKind::workspace, part, row.key, envelope);
        value.assign(1, '\0');
    } else {
        seal(key, storage::SealKind::part, part, row.key, envelope);
        const std::string wrapped = sealer.wrap(row.key, part, epoch, ++counter);
        value.assign(1, static_cast<char>(wrapped.size()));
        value += wrapped;
    }
    value += envelope;
}

Encoder::Encoder(const storage::KeyBytes& master, std::uint32_t epoch)
    : impl_(std::make_unique<Impl>(master, epoch)) {}
Encoder::~Encoder() = default;

void Encoder::encode(const storage::RowKey& key, const model::Record& record,
                     storage::SealKind seal, model::Part part, const model::PartKey& part_key,
                     std::string& value) {
    impl_->make_clear(record);
    if (is_contact(key)) {
        // Another record under a contact's key would be our bug: std::get ends the process.
        impl_->encode_contact(key, model::get<model::ContactRow>(record),
                              storage::keys::trailing_u64(key.view()), value);
    } else {
        impl_->seal(key, seal, part, part_key, value);
    }
    if (impl_->clear.capacity() > kept_bytes_max) {
        impl_->clear = {};
        impl_->envelope = {};
    }
}

}  // namespace postern::codec
