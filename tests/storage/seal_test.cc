#include "storage/seal.h"

#include <gtest/gtest.h>

#include <set>

#include "storage/seal_keys.h"

namespace postern::storage {
namespace {

KeyBytes key_of(std::uint8_t first) {
    KeyBytes key;
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(first + i);
    return key;
}

class Seal : public ::testing::Test {
  protected:
    Sealer sealer_{key_of(1)};
    const KeyBytes part_key_ = key_of(100);
    const RowKey row_ = keys::contact(42);
    std::string sealed_;
    std::string clear_;
};

TEST_F(Seal, RoundTripsEveryKind) {
    for (const std::size_t size : {0u, 1u, 5'000u}) {
        const std::string text(size, 'y');
        Sealer::plain(text, sealed_);
        ASSERT_TRUE(sealer_.open(row_, sealed_, nullptr, clear_));
        EXPECT_EQ(clear_, text);
        sealer_.seal_workspace(row_, 3, 4, text, sealed_);
        ASSERT_TRUE(sealer_.open(row_, sealed_, nullptr, clear_));
        EXPECT_EQ(clear_, text);
        sealer_.seal_part(row_, 42, part_key_, 3, 4, text, sealed_);
        ASSERT_TRUE(sealer_.open(row_, sealed_, &part_key_, clear_));
        EXPECT_EQ(clear_, text);
    }
}

TEST_F(Seal, EnvelopeIsLaidOutAsDrawn) {
    sealer_.seal_part(row_, 0x0102030405060708, part_key_, 0xA1A2A3A4, 0xB1B2B3B4B5B6B7B8, "abc",
                      sealed_);
    EXPECT_EQ(sealed_.substr(0, 10), std::string("\1\2\1\2\3\4\5\6\7\x08", 10));
    EXPECT_EQ(sealed_.substr(10, 12), "\xA1\xA2\xA3\xA4\xB1\xB2\xB3\xB4\xB5\xB6\xB7\xB8");
    EXPECT_EQ(sealed_.size(), 10u + 12 + 3 + 16);
    const auto head = read_head(sealed_);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->kind, SealKind::part);
    EXPECT_EQ(head->key_id, 0x0102030405060708u);
    EXPECT_EQ(sealed_.find("abc"), std::string::npos);
}

TEST_F(Seal, NoFlippedBitGoesUnseen) {
    const std::string text(40, 'z');
    for (const bool part : {false, true}) {
        if (part)
            sealer_.seal_part(row_, 42, part_key_, 1, 2, text, sealed_);
        else
            sealer_.seal_workspace(row_, 1, 2, text, sealed_);
        for (std::size_t bit = 0; bit < sealed_.size() * 8; ++bit) {
            std::string damaged = sealed_;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
            // One flip turns kind workspace into kind plain, which is not sealed at all: whoever
            // reads a row that must be sealed checks the kind.
            const bool now_plain = damaged[1] == static_cast<char>(SealKind::plain);
            const auto opened = sealer_.open(row_, damaged, &part_key_, clear_);
            EXPECT_EQ(static_cast<bool>(opened), now_plain) << "bit " << bit;
            EXPECT_NE(clear_, text);
        }
    }
}

TEST_F(Seal, NoShorterEnvelopeOpens) {
    sealer_.seal_workspace(row_, 1, 2, "text", sealed_);
    for (std::size_t size = 0; size < sealed_.size(); ++size) {
        EXPECT_FALSE(sealer_.open(row_, sealed_.substr(0, size), nullptr, clear_)) << size;
        EXPECT_TRUE(clear_.empty());
    }
}

TEST_F(Seal, AValueMovedToAnotherRowDoesNotOpen) {
    sealer_.seal_workspace(row_, 1, 2, "text", sealed_);
    EXPECT_FALSE(sealer_.open(keys::contact(43), sealed_, nullptr, clear_));
    RowKey other_family = row_;
    other_family.family = Family::cold;
    EXPECT_FALSE(sealer_.open(other_family, sealed_, nullptr, clear_));
}

TEST_F(Seal, AWrongKeyDoesNotOpen) {
    Sealer other(key_of(2));
    sealer_.seal_workspace(row_, 1, 2, "text", sealed_);
    EXPECT_EQ(other.open(row_, sealed_, nullptr, clear_).error(), make_error_code(Errc::corrupt));
    sealer_.seal_part(row_, 42, part_key_, 1, 2, "text", sealed_);
    const KeyBytes wrong = key_of(101);
    EXPECT_EQ(sealer_.open(row_, sealed_, &wrong, clear_).error(), make_error_code(Errc::corrupt));
    EXPECT_EQ(sealer_.open(row_, sealed_, nullptr, clear_).error(),
              make_error_code(Errc::bad_argument));
    EXPECT_TRUE(sealer_.open(row_, sealed_, &part_key_, clear_)) << "after failures too";
}

TEST_F(Seal, WrappedPartKeysComeBackForTheirPartAlone) {
    const std::string wrapped = sealer_.wrap(part_key_, 42, 7, 8);
    EXPECT_EQ(wrapped.size(), 60u);
    EXPECT_EQ(sealer_.unwrap(wrapped, 42).value(), part_key_);
    EXPECT_FALSE(sealer_.unwrap(wrapped, 43));
    EXPECT_FALSE(Sealer(key_of(2)).unwrap(wrapped, 42));
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
        std::string damaged = wrapped;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x80);
        EXPECT_FALSE(sealer_.unwrap(damaged, 42)) << i;
    }
}

TEST_F(Seal, BlindHashesDependOnKeyDomainAndValue) {
    std::set<Blind> seen;
    const Sealer other(key_of(2));
    seen.insert(sealer_.blind("phone", "+573001234567"));
    seen.insert(sealer_.blind("phone", "+573001234568"));
    seen.insert(sealer_.blind("phone+", "573001234567"));
    seen.insert(sealer_.blind("", "phone+573001234567"));
    seen.insert(other.blind("phone", "+573001234567"));
    EXPECT_EQ(seen.size(), 5u);
    EXPECT_EQ(sealer_.blind("phone", "+1"), Sealer(key_of(1)).blind("phone", "+1"));
}

TEST(SealKeys, AreHkdfSha256AndDifferByLabel) {
    // HKDF-SHA256 with no salt, worked out step by step with HMAC (python3: hmac, hashlib).
    const KeyBytes derived = derive_key(key_of(1), "postern v1 workspace");
    std::string hex;
    for (std::uint8_t byte : derived) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    EXPECT_EQ(hex, "494ef7bde2f577bf4471de661b1a0baee4b1ef289a37ce9c9ca29224dfa54773");
    EXPECT_NE(derived, derive_key(key_of(1), wrap_key_label));
    EXPECT_NE(derived, derive_key(key_of(2), workspace_key_label));
}

}  // namespace
}  // namespace postern::storage
