// Stored rows. Raw bytes under any key are refused or read; and fields behind a good checksum, as a
// bug or another version could have written them, make a row that is stored and read again
// unchanged.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/codec/codec.h"
#include "gateway/codec/stored.h"
#include "tests/fuzz/check.h"

using namespace postern;

namespace {

constexpr model::Part part = 41;

/// One key of each shape: every kind fits one of them.
const std::array<storage::RowKey, 18>& all_keys() {
    namespace keys = storage::keys;
    static const storage::Blind blind{};
    static const std::array<storage::RowKey, 18> all = {
        keys::seq_row(part),
        keys::hot(part),
        keys::contact(part),
        keys::identity(1, blind),
        keys::group(1, blind),
        keys::dedupe(1, 2, 3),
        keys::quarantine(part),
        keys::parked_receipt(1, blind),
        keys::api_key(part),
        keys::account(1),
        keys::meta("workspace"),
        keys::state(part),
        keys::due(1, 2, 3, part),
        keys::external_id(1, blind),
        keys::slot(1),
        keys::address_notes(1, blind),
        keys::idempotency(blind),
        keys::subscription(part),
    };
    return all;
}

storage::KeyBytes master() {
    storage::KeyBytes key;
    key.fill(0x42);
    return key;
}

class OneKey final : public codec::PartKeySource {
  public:
    const model::PartKey* part_key(model::Part asked) override {
        return asked == part ? &key_ : nullptr;
    }
    model::PartKey key_{1, 2, 3};
};

struct Bench {
    codec::Encoder encoder{master(), 7};
    codec::Decoder decoder{master()};
    OneKey keys;
};

Bench& bench() {
    static Bench one;
    return one;
}

void read_raw(std::uint8_t which, std::string_view value) {
    const storage::RowKey& key = all_keys()[which % all_keys().size()];
    const auto decoded = bench().decoder.decode(key, value, bench().keys);
    const auto again = bench().decoder.decode(key, value, bench().keys);
    POSTERN_FUZZ_CHECK(decoded.has_value() == again.has_value());
}

void read_fields(std::uint8_t kind, std::string_view fields) {
    const storage::RowKey* key = nullptr;
    for (const storage::RowKey& candidate : all_keys()) {
        if (codec::kind_fits(static_cast<records::Kind>(kind), candidate)) key = &candidate;
    }
    if (!key) return;
    const std::string clear = std::string{'\x01', static_cast<char>(kind)} + std::string(fields);
    std::string value;
    storage::Sealer::plain(clear, value);
    // In front of a contact's envelope: no key.
    if (codec::is_contact(*key)) value.insert(value.begin(), '\0');

    const auto decoded = bench().decoder.decode(*key, value, bench().keys);
    if (!decoded) return;
    POSTERN_FUZZ_CHECK(*decoded != nullptr);
    for (const auto seal : {storage::SealKind::plain, storage::SealKind::part}) {
        std::string stored;
        bench().encoder.encode(*key, **decoded, seal, part, bench().keys.key_, stored);
        const auto again = bench().decoder.decode(*key, stored, bench().keys);
        POSTERN_FUZZ_CHECK(again.has_value() && *again != nullptr);
        // A coordinate may be no number, and is then equal to nothing: its bytes are compared.
        std::string once, twice;
        bench().encoder.encode(*key, **decoded, storage::SealKind::plain, part, {}, once);
        bench().encoder.encode(*key, **again, storage::SealKind::plain, part, {}, twice);
        if (!codec::is_contact(*key)) POSTERN_FUZZ_CHECK(once == twice);
        if (codec::is_contact(*key)) POSTERN_FUZZ_CHECK(**again == **decoded);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    if (data[0] % 4 == 0) {
        read_raw(data[1], bytes);
    } else {
        read_fields(data[1] % (records::Kind_MAX + 1), bytes);
    }
    return 0;
}
