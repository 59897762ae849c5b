// Every record goes to its stored form and back, in each way of sealing; what was damaged, moved,
// erased or written by a later version is told apart.
#include "gateway/codec/codec.h"

#include <algorithm>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "gateway/codec/stored.h"
#include "tests/codec/sample_rows.h"

namespace postern::codec {
namespace {

using storage::Errc;
using storage::SealKind;

storage::KeyBytes master() {
    storage::KeyBytes key;
    key.fill(0x42);
    return key;
}

class OneKey final : public PartKeySource {
  public:
    explicit OneKey(bool erased = false) : erased_(erased) {}
    const model::PartKey* part_key(model::Part part) override {
        asked_ = part;
        return erased_ || part != sample_part ? nullptr : &key_;
    }
    model::Part asked_ = 0;

  private:
    bool erased_;
    model::PartKey key_ = sample_part_key();
};

class Codec : public testing::Test {
  protected:
    std::string encode(const storage::RowKey& key, const model::Record& record, SealKind seal) {
        std::string value = "what was there before";
        encoder_.encode(key, record, seal, sample_part, sample_part_key(), value);
        return value;
    }

    Encoder encoder_{master(), 7};
    Decoder decoder_{master()};
    OneKey keys_;
};

TEST_F(Codec, BringsBackEveryFieldOfEveryRecord) {
    std::set<std::size_t> kinds;
    for (const Sample& sample : samples()) {
        for (const SealKind seal : {SealKind::plain, SealKind::workspace, SealKind::part}) {
            for (const model::Record* record : {&sample.full, &sample.empty, &sample.full}) {
                const auto decoded =
                    decoder_.decode(sample.key, encode(sample.key, *record, seal), keys_);

                ASSERT_TRUE(decoded.has_value()) << record->index() << decoded.error().message();
                ASSERT_NE(*decoded, nullptr);
                EXPECT_TRUE(**decoded == *record) << "record " << record->index();
            }
        }
        kinds.insert(sample.full.index());
    }
    EXPECT_EQ(kinds.size(), model::Record::kinds) << "a record has no sample";
}

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) {
        for (const int shift : {4, 0})
            out += "0123456789abcdef"[(static_cast<unsigned char>(byte) >> shift) & 0xF];
    }
    return out;
}

std::string bytes_of(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    return out;
}

/// A line a kind of record: family, key and value, as the first version stored it. What comes later
/// may add fields, and must neither move nor reuse a number: the same bytes are read and written.
TEST_F(Codec, ReadsAndWritesRowsAsTheFirstVersionDid) {
    std::ifstream file(POSTERN_SOURCE_DIR "/tests/codec/golden/first.txt");
    std::set<std::size_t> kinds;
    int family = 0;
    for (std::string key_text, value_text; file >> family >> key_text >> value_text;) {
        storage::RowKey key;
        key.family = static_cast<storage::Family>(family);
        const std::string key_bytes = bytes_of(key_text);
        key.size = static_cast<std::uint8_t>(key_bytes.size());
        std::copy(key_bytes.begin(), key_bytes.end(), key.bytes.begin());
        const std::string value = bytes_of(value_text);

        const auto decoded = decoder_.decode(key, value, keys_);

        ASSERT_TRUE(decoded.has_value()) << key_text << ": " << decoded.error().message();
        ASSERT_NE(*decoded, nullptr) << key_text;
        EXPECT_EQ(hex(encode(key, **decoded, SealKind::plain)), value_text) << key_text;
        kinds.insert((*decoded)->index());
    }
    EXPECT_GE(kinds.size(), 20u);
}

TEST_F(Codec, RefusesADamagedByteWhereverItIs) {
    for (const Sample& sample : samples()) {
        const std::string good = encode(sample.key, sample.empty, SealKind::workspace);
        for (std::size_t i = 0; i < good.size(); ++i) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ 0x10);

            const auto decoded = decoder_.decode(sample.key, bad, keys_);

            const bool erased = decoded.has_value() && *decoded == nullptr;
            EXPECT_TRUE(decoded.has_error() || erased) << "byte " << i;
        }
        for (std::size_t size = 0; size < good.size(); ++size) {
            EXPECT_TRUE(decoder_.decode(sample.key, good.substr(0, size), keys_).has_error());
        }
    }
}

TEST_F(Codec, RefusesAValueThatWasMovedToAnotherRow) {
    const auto rows = samples();
    const std::string sealed = encode(rows[0].key, rows[0].full, SealKind::part);
    const std::string plain = encode(rows[0].key, rows[0].full, SealKind::plain);
    const std::string contact = encode(rows[5].key, rows[5].full, SealKind::part);

    EXPECT_EQ(decoder_.decode(storage::keys::seq_row(999), sealed, keys_).error(), Errc::corrupt);
    EXPECT_EQ(decoder_.decode(storage::keys::hot(5), plain, keys_).error(), Errc::corrupt);
    EXPECT_TRUE(decoder_.decode(storage::keys::contact(42), contact, keys_).has_error());
}

TEST_F(Codec, GivesNothingOfAnErasedPart) {
    const auto rows = samples();
    const std::string sealed = encode(rows[0].key, rows[0].full, SealKind::part);
    OneKey none(true);

    const auto decoded = decoder_.decode(rows[0].key, sealed, none);

    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, nullptr);
    EXPECT_EQ(none.asked_, sample_part);
}

TEST_F(Codec, KeepsNoKeyBesideAnErasedContact) {
    model::ContactRow row;
    row.state = model::ContactState::erased;
    row.key = sample_part_key();  // even if the core forgot to clear it
    const storage::RowKey key = storage::keys::contact(sample_part);

    const std::string value = encode(key, row, SealKind::part);
    const auto decoded = decoder_.decode(key, value, keys_);

    EXPECT_EQ(value[0], '\0');
    ASSERT_TRUE(decoded.has_value());
    const auto& contact = model::get<model::ContactRow>(**decoded);
    EXPECT_EQ(contact.state, model::ContactState::erased);
    EXPECT_EQ(contact.key, model::PartKey{});
}

TEST_F(Codec, TellsALaterSchemaFromDamage) {
    std::string value;
    const std::string later = {static_cast<char>(schema_current + 1), records::KIND_WORKSPACE};
    storage::Sealer::plain(later, value);
    const storage::RowKey key = storage::keys::meta("workspace");

    EXPECT_EQ(decoder_.decode(key, value, keys_).error(), Errc::schema_newer);
    storage::Sealer::plain(std::string("\x01\x7F", 2), value);
    EXPECT_EQ(decoder_.decode(key, value, keys_).error(), Errc::corrupt);
    storage::Sealer::plain(std::string("\0\x0E", 2), value);
    EXPECT_EQ(decoder_.decode(key, value, keys_).error(), Errc::corrupt);
}

TEST_F(Codec, RefusesAnEnumeratorThatNobodyWrites) {
    records::ParkedReceipt wire;
    wire.set_highest(200);
    std::string value;
    storage::Sealer::plain(
        std::string{'\x01', records::KIND_PARKED_RECEIPT} + wire.SerializeAsString(), value);

    const auto decoded = decoder_.decode(storage::keys::parked_receipt(1, {}), value, keys_);

    EXPECT_EQ(decoded.error(), Errc::corrupt);
}

TEST_F(Codec, RefusesMoreSeenIdsThanARingHolds) {
    for (const std::size_t count : {model::seen_ids_max, model::seen_ids_max + 1}) {
        records::Hot wire;
        for (std::size_t i = 0; i < count; ++i) wire.add_seen()->set_hash(i);
        std::string value;
        storage::Sealer::plain(std::string{'\x01', records::KIND_HOT} + wire.SerializeAsString(),
                               value);

        const auto decoded = decoder_.decode(storage::keys::hot(sample_part), value, keys_);

        EXPECT_EQ(decoded.has_value(), count == model::seen_ids_max) << count;
    }
}

TEST_F(Codec, HoldsNoReadableTextWhenSealed) {
    const auto rows = samples();
    for (const std::size_t i : {0u, 5u}) {
        const std::string value = encode(rows[i].key, rows[i].full, SealKind::part);
        EXPECT_EQ(value.find("Ana"), std::string::npos);
        EXPECT_EQ(value.find("3001234567"), std::string::npos);
    }
}

TEST_F(Codec, NeverSealsTwiceTheSameWay) {
    const auto rows = samples();
    std::set<std::string> values;
    for (int i = 0; i < 100; ++i) values.insert(encode(rows[4].key, rows[4].full, SealKind::part));
    EXPECT_EQ(values.size(), 100u);
}

}  // namespace
}  // namespace postern::codec
