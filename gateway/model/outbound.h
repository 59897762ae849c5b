// What is kept of a message that goes out: the message itself (written once, it is the `queued`
// event), its state (small, overwritten), the events of its life, and where it waits.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/ids.h"
#include "gateway/model/policy_values.h"
#include "gateway/model/seq_head.h"
#include "gateway/model/time.h"
#include "storage/keys.h"

namespace postern::model {

/// In rank order (DESIGN, «The life of an outbound message»); cancelled and refused are absolute.
/// Spelled as on the wire; numbers are stored.
enum class MessageState : std::uint8_t {
    queued,
    waiting,
    sending,
    unknown,
    sent,
    failed,
    expired,
    delivered,
    read,
    cancelled,
    refused,
};
[[nodiscard]] std::string_view to_string(MessageState state);
/// False for a word that is no state.
[[nodiscard]] bool parse_state(std::string_view text, MessageState& out);

/// Higher ones leave first. Numbers are stored, in keys too.
enum class Priority : std::uint8_t { high, normal, low };
[[nodiscard]] std::string_view to_string(Priority priority);
[[nodiscard]] bool parse_priority(std::string_view text, Priority& out);

/// One way to the person: an account and the address there.
struct Route {
    AccountNumber account = 0;
    std::string address;  // canonical
    std::uint32_t scope = 0;
    storage::Blind blind;  // of the address, with `scope`: identity and notes are found by it
    Recipient recipient;
    bool own_address = false;     // one of the workspace's own
    bool test_recipient = false;  // one of test_recipients when it was accepted
    /// What goes there instead of a template, where the channel has none of its own; else empty.
    std::string words;
    /// Messages as the provider counts them: segments of an SMS, parts of a split text; at least 1.
    std::uint32_t units = 1;
    bool operator==(const Route&) const = default;
};

struct OutboundRow {
    SeqHead head;               // account of the first route
    std::vector<Route> routes;  // the account that was asked for, then the fallbacks; never empty
    Category category = Category::transactional;
    bool category_default = false;  // the caller named none
    Priority priority = Priority::normal;
    std::string content_json;   // the contract's `content`, validated
    std::string metadata_json;  // one object, or empty
    std::string reply_to;       // external id
    std::string thread;         // of a mail: what adapters::SendRequest says
    Instant send_at{};          // the epoch: at once
    Instant expires{};
    bool test = false;
    bool human_agent = false;
    bool is_template = false;
    std::string template_name;      // of a template: with its language and the route's account
    std::string template_language;  // it is found among the stored ones
    std::uint64_t content_hash = 0;
    Sequence caller = 0;  // API key
    Sequence conversation = 0;
    Instant conversation_created{};
    std::uint32_t conversation_epoch = 0;
    bool conversation_opened = false;
    Instant part_created{};
    std::uint32_t part_epoch = 0;
    bool contact_created = false;
    Verdict verdict;  // at the door
    /// How its account was chosen, as policy/choice.h tells it: one object. Empty: the caller named
    /// the account.
    std::string choice_json;
    bool operator==(const OutboundRow&) const = default;
};

/// Where the message stands now: 60 bytes, no personal data.
struct StateRow {
    MessageState state = MessageState::queued;
    Instant created{};  // with its epoch: the message's id
    std::uint32_t epoch = 0;
    Part part = 0;
    AccountNumber account = 0;  // of the route in use
    std::uint8_t route = 0;
    std::uint16_t attempts = 0;
    std::uint64_t lane = 0;
    Instant not_before{};     // of its due row, if `due`
    bool due = false;         // a due row exists under (account, lane, not_before, message)
    bool expiry_due = false;  // a row of the expiry lane exists, at `expires`
    bool possible_duplicate = false;
    bool retry = false;     // the next attempt repeats one that failed on this route
    bool in_parts = false;  // went, or began to, as several messages: repeated, some come twice
    Instant expires{};
    Instant updated{};
    Instant unknown_since{};
    Instant left{};           // the last attempt was let go; epoch: none was
    Sequence last_event = 0;  // head of the message's own chain; 0: the message itself
    bool operator==(const StateRow&) const = default;
};

/// What happened to a message, one row a change: an event, and a link of the message's own chain.
struct OutboundEventRow {
    SeqHead head;
    Sequence message = 0;
    Instant message_created{};
    std::uint32_t message_epoch = 0;
    Sequence previous_event = 0;
    MessageState state = MessageState::queued;
    std::uint16_t attempt = 0;
    /// "answer", "receipt", "rule", "expiry", "cancel", "redrive", "recovery", "on_unknown",
    /// "bounce" (it came back and goes once more), "retries_exhausted".
    std::string cause;
    std::string external_id;
    std::string error_class;  // as SendResult's words; empty: no error
    std::string error_code;
    std::string provider_code;
    std::string error_detail;
    Instant until{};  // waiting: when it is tried again
    Verdict verdict;  // where a rule decided
    bool possible_duplicate = false;
    Instant provider_time{};
    // Of an attempt, as far as it came: when its first byte could leave, what HTTP status answered
    // it, and how the provider names the call, for its support.
    Instant dispatched{};
    std::uint16_t provider_status = 0;
    std::string provider_request;
    bool operator==(const OutboundEventRow&) const = default;
};

/// A provider's id of a message of ours.
struct ExternalIdRow {
    Sequence message = 0;
    bool earlier = false;  // of a text in several parts: of one before the last
    bool operator==(const ExternalIdRow&) const = default;
};

/// A message waits under this key; the value says whose it is.
struct DueRow {
    Part part = 0;
    bool operator==(const DueRow&) const = default;
};

/// An intent: something of this message may be on its way. One slot a request in flight, used again
/// and again; it counts only while the message's state still says `sending` with this attempt.
struct SlotRow {
    Sequence message = 0;
    std::uint16_t attempt = 0;
    bool operator==(const SlotRow&) const = default;
};

/// A message came back from an address for a reason that may pass.
struct SoftBounce {
    Sequence message = 0;
    Instant at{};
    bool operator==(const SoftBounce&) const = default;
};

/// Everything said about an address on a channel.
struct AddressNotesRow {
    std::vector<AddressNote> notes;  // oldest first, at most 64
    /// Since it last worked: one a message and a day, oldest first, fewer than suppress it.
    std::vector<SoftBounce> bounces = {};
    bool operator==(const AddressNotesRow&) const = default;
};
inline constexpr std::size_t address_notes_max = 64;

/// A POST that was accepted under a caller's key. One that made a message names it, and its answer
/// is made of that again; of all others the answer itself is kept.
struct IdempotencyRow {
    std::array<std::uint8_t, 16> hash{};  // of method, path, body and place in the batch
    Ulid answer;               // the message; without a sequence: only when it was answered
    std::uint16_t status = 0;  // that was answered; 0: of a message, or not answered yet
    std::string body;          // at most kept_answer_bytes_max; it may hold secrets: sealed
    bool operator==(const IdempotencyRow&) const = default;
};

inline constexpr std::size_t kept_answer_bytes_max = 64 << 10;

/// What limits remember over a restart, by account.
struct LimitsRow {
    AccountNumber account = 0;
    std::uint32_t day = 0;           // days since 1970, UTC
    std::uint64_t day_count = 0;     // at most so many were sent that day
    Instant back_off_until{};        // the provider's own word for the account
    Instant group_back_off_until{};  // … and for the group that it is in
    bool operator==(const LimitsRow&) const = default;
};

/// Sets of time zones by number: the number stands in lanes. Never shrinks.
struct ZoneGroupsRow {
    std::vector<std::string> groups;
    bool operator==(const ZoneGroupsRow&) const = default;
};

}  // namespace postern::model
