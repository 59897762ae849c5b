// The whole key space, drawn once. Standard library only: the core names rows with it too.
//
//   family  key                                        value (storage/records.proto)
//   seq     'm' sequence(u64)                          what happened: messages, statuses, signals,
//                                                      notices, changes of a message that goes out
//   hot     'h' part(u64)                              Hot: windows, conversations, chain, ring
//           'c' part(u64)                              Contact (with the part's wrapped key)
//           'i' scope(u32) blind(16)                   Identity -> part
//           'g' account(u32) blind(16)                 Group conversation
//           'o' message(u64)                           State of a message that goes out
//           'x' account(u32) blind(16)                 ExternalId -> message
//           'p' account(u32) blind(16)                 ParkedReceipt (of an unknown message)
//           'v' conversation(u64)                      reserved: Conversation, once closed
//           's' scope(u32) blind(16)                   AddressNotes
//   exp     'd' time_s(u32) account(u32) hash(u64)     Dedupe (an id that left the ring too early)
//           'k' blind(16)                              Idempotency (72 h)
//   due     'q' account(u32) lane(u64)                 Due
//               not_before_us(u64) message(u64)
//           'f' slot(u32)                              Slot: an intent in flight
//   cold    'M' name                                   Workspace, ZoneGroups, Limits, canary
//           'A' account number(u32)                    Account
//           'K' key id(u64)                            ApiKey
//           'L' account number(u32)                    Ledger: its messages by state
//           'Q' sequence(u64)                          Quarantined request
//           'S' subscription(u64)                      Subscription
//           'T' template(u64)                          Template
//           'W' 'p' part(u64) other part(u64)          Suggestion, under each of its two contacts
//           'W' 's' suggestion(u64)                    SuggestionPair: of which two
//           'X' scope(u32) blind(16) part(u64)         Identity: who told a key that they do not
//                                                      write from
//           'Z' sequence(u64)                          Audit: an administrative change
//           'N' 'u' upload(u64)                        Media: an upload
//           'N' 'a' event(u64) place(u32)              Media: an attachment that was fetched
//           'N' 'r' upload(u64) message(u64)           MediaUse: the message needs the upload
//           reserved: 'U' user, 'G' tag, 'F' field, 'C' campaign, 'I' import,
//               'Y' consent
//
// All integers big-endian, so that the order of bytes is the order of numbers. A letter is never
// reused, a family's number never changes: both are checked when the storage is opened.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace postern::storage {

/// Position of a row in the order of everything that ever happened; 0 is "none". 56 bits.
using Sequence = std::uint64_t;

enum class Family : std::uint8_t { seq = 1, hot = 2, exp = 3, due = 4, cold = 5 };
inline constexpr std::array<std::string_view, 5> family_names = {"seq", "hot", "exp", "due",
                                                                 "cold"};

/// A keyed 128-bit hash of an address or id (blind index): personal data never stands in a key.
struct Blind {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Blind&) const = default;
    [[nodiscard]] std::uint64_t low() const {
        std::uint64_t v;
        std::memcpy(&v, bytes.data(), 8);
        return v;
    }
};

/// A key with its family, by value, at most 46 bytes. Equality and order are those of the bytes.
struct RowKey {
    static constexpr std::size_t bytes_max = 46;
    Family family = Family::cold;
    std::uint8_t size = 0;
    std::array<char, bytes_max> bytes{};

    [[nodiscard]] std::string_view view() const { return {bytes.data(), size}; }
    [[nodiscard]] char prefix() const { return bytes[0]; }
    bool operator==(const RowKey& other) const {
        return family == other.family && view() == other.view();
    }
    bool operator<(const RowKey& other) const {
        return family != other.family ? family < other.family : view() < other.view();
    }
};

struct RowKeyHash {
    std::size_t operator()(const RowKey& key) const {
        return std::hash<std::string_view>{}(key.view()) ^ static_cast<std::size_t>(key.family);
    }
};

/// Appends fixed-width fields to a key.
class KeyWriter final {
  public:
    KeyWriter(Family family, char prefix) {
        key_.family = family;
        key_.bytes[0] = prefix;
        key_.size = 1;
    }
    KeyWriter& u32(std::uint32_t v) {
        for (int shift = 24; shift >= 0; shift -= 8) push(static_cast<char>(v >> shift));
        return *this;
    }
    KeyWriter& u64(std::uint64_t v) {
        for (int shift = 56; shift >= 0; shift -= 8) push(static_cast<char>(v >> shift));
        return *this;
    }
    KeyWriter& blind(const Blind& b) {
        for (std::uint8_t c : b.bytes) push(static_cast<char>(c));
        return *this;
    }
    /// Cut at what fits: callers check names before (account names are at most 64 characters and
    /// are hashed to a Blind instead).
    KeyWriter& text(std::string_view s) {
        for (char c : s) push(c);
        return *this;
    }
    operator RowKey() const { return key_; }  // NOLINT(google-explicit-constructor)

  private:
    void push(char c) {
        if (key_.size < RowKey::bytes_max) key_.bytes[key_.size++] = c;
    }
    RowKey key_;
};

namespace keys {

inline RowKey seq_row(Sequence s) {
    return KeyWriter(Family::seq, 'm').u64(s);
}
inline RowKey hot(Sequence part) {
    return KeyWriter(Family::hot, 'h').u64(part);
}
inline RowKey contact(Sequence part) {
    return KeyWriter(Family::hot, 'c').u64(part);
}
inline RowKey identity(std::uint32_t scope, const Blind& b) {
    return KeyWriter(Family::hot, 'i').u32(scope).blind(b);
}
inline RowKey group(std::uint32_t account, const Blind& b) {
    return KeyWriter(Family::hot, 'g').u32(account).blind(b);
}
inline RowKey external_id(std::uint32_t account, const Blind& b) {
    return KeyWriter(Family::hot, 'x').u32(account).blind(b);
}
inline RowKey parked_receipt(std::uint32_t account, const Blind& b) {
    return KeyWriter(Family::hot, 'p').u32(account).blind(b);
}
inline RowKey state(Sequence message) {
    return KeyWriter(Family::hot, 'o').u64(message);
}
inline RowKey address_notes(std::uint32_t scope, const Blind& b) {
    return KeyWriter(Family::hot, 's').u32(scope).blind(b);
}
inline RowKey due(std::uint32_t account, std::uint64_t lane, std::uint64_t not_before_us,
                  Sequence message) {
    return KeyWriter(Family::due, 'q').u32(account).u64(lane).u64(not_before_us).u64(message);
}
inline RowKey slot(std::uint32_t number) {
    return KeyWriter(Family::due, 'f').u32(number);
}
inline RowKey dedupe(std::uint32_t time_s, std::uint32_t account, std::uint64_t hash) {
    return KeyWriter(Family::exp, 'd').u32(time_s).u32(account).u64(hash);
}
inline RowKey idempotency(const Blind& b) {
    return KeyWriter(Family::exp, 'k').blind(b);
}
inline RowKey meta(std::string_view name) {
    return KeyWriter(Family::cold, 'M').text(name);
}
/// What limits of an account remember.
inline RowKey limits(std::uint32_t account) {
    return KeyWriter(Family::cold, 'M').text("limits.").u32(account);
}
inline RowKey account(std::uint32_t number) {
    return KeyWriter(Family::cold, 'A').u32(number);
}
inline RowKey ledger(std::uint32_t account) {
    return KeyWriter(Family::cold, 'L').u32(account);
}
inline RowKey api_key(std::uint64_t id) {
    return KeyWriter(Family::cold, 'K').u64(id);
}
inline RowKey quarantine(Sequence s) {
    return KeyWriter(Family::cold, 'Q').u64(s);
}
inline RowKey audit(Sequence s) {
    return KeyWriter(Family::cold, 'Z').u64(s);
}
inline RowKey subscription(std::uint64_t id) {
    return KeyWriter(Family::cold, 'S').u64(id);
}
inline RowKey message_template(std::uint64_t id) {
    return KeyWriter(Family::cold, 'T').u64(id);
}

inline RowKey suggestion(Sequence part, Sequence other) {
    return KeyWriter(Family::cold, 'W').text("p").u64(part).u64(other);
}
inline RowKey suggestion_pair(Sequence id) {
    return KeyWriter(Family::cold, 'W').text("s").u64(id);
}
inline RowKey told_key(std::uint32_t scope, const Blind& b, Sequence part) {
    return KeyWriter(Family::cold, 'X').u32(scope).blind(b).u64(part);
}
inline RowKey media_upload(std::uint64_t upload) {
    return KeyWriter(Family::cold, 'N').text("u").u64(upload);
}
inline RowKey media_attachment(Sequence event, std::uint32_t place) {
    return KeyWriter(Family::cold, 'N').text("a").u64(event).u32(place);
}
inline RowKey media_use(std::uint64_t upload, Sequence message) {
    return KeyWriter(Family::cold, 'N').text("r").u64(upload).u64(message);
}

/// The sequence in a key that ends in one (seq_row, hot, contact, quarantine, api_key, audit).
inline std::uint64_t trailing_u64(std::string_view key) {
    std::uint64_t v = 0;
    for (std::size_t i = key.size() - 8; i < key.size(); ++i)
        v = v << 8 | static_cast<std::uint8_t>(key[i]);
    return v;
}

}  // namespace keys
}  // namespace postern::storage
