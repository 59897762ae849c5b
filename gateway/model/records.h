// What the core remembers and the store keeps: plain values, one struct a kind of row. The codec
// turns each into storage/records.proto and back. `Sequence` 0 means none.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/container/static_vector.hpp>

#include "adapters/model/inbound.h"
#include "gateway/model/any_row.h"
#include "gateway/model/audit.h"
#include "gateway/model/ids.h"
#include "gateway/model/ledger.h"
#include "gateway/model/media.h"
#include "gateway/model/outbound.h"
#include "gateway/model/seq_head.h"
#include "gateway/model/subscription.h"
#include "gateway/model/suggestion.h"
#include "gateway/model/template.h"
#include "gateway/model/time.h"
#include "storage/keys.h"

namespace postern::model {

struct MessageRow {
    SeqHead head;
    adapters::InboundMessage message;
    Sequence conversation = 0;
    Instant conversation_created{};  // with its epoch: the conversation's id
    std::uint32_t conversation_epoch = 0;
    Instant part_created{};
    std::uint32_t part_epoch = 0;
    bool contact_created = false;      // this message made the contact: expands to an event
    bool contact_updated = false;      // … or taught us a name or an address
    bool conversation_opened = false;  // … and this one opened the conversation
    std::string raw;                   // kept for unsupported content
    Instant deleted{};  // the sender took it back, and nothing of it is here; the epoch: not
    bool operator==(const MessageRow&) const = default;
};

struct StatusRow {
    SeqHead head;
    adapters::InboundStatus status;
    Sequence message = 0;  // 0: not one of ours
    bool operator==(const StatusRow&) const = default;
};

struct SignalRow {
    SeqHead head;
    adapters::InboundSignal signal;
    Instant part_created{};
    std::uint32_t part_epoch = 0;
    bool contact_created = false;
    bool contact_updated = false;
    std::string raw;
    /// Of opted_out and opted_in: what the person wrote, in the message that is `head.previous`.
    /// Empty: the provider tells it.
    std::string keyword;
    bool probable = false;  // of a keyword: meant so by what a reasonable person would understand
    bool told_before = false;  // a wish or a block that changes nothing: kept, and no event
    Instant deleted{};         // as of a message, whose edit or echo it is
    bool operator==(const SignalRow&) const = default;
};

/// What Postern itself has to say: mode, accounts, quarantine, keys, storage.
struct NoticeRow {
    SeqHead head;
    std::string type;       // event type, e.g. "account.paused"
    std::string data_json;  // one JSON object; never personal data
    bool operator==(const NoticeRow&) const = default;
};

/// The last ids seen from a part: a redelivery is told without another row.
struct SeenId {
    std::uint64_t hash = 0;
    std::uint32_t time_s = 0;     // the provider's own time, or the day of arrival
    std::uint32_t arrived_s = 0;  // when we were first told
    AccountNumber account = 0;
    bool operator==(const SeenId&) const = default;
};
inline constexpr std::size_t seen_ids_max = 12;
inline constexpr std::size_t past_sends_max = 32;

/// A message that waits for its turn among those of its person on one account. It may have ended or
/// left meanwhile: its state says so.
struct Turn {
    Sequence message = 0;
    std::uint8_t rank = 0;  // of its lane
    Instant until{};        // it has ended then, whatever became of it
    bool operator==(const Turn&) const = default;
};
inline constexpr std::size_t turns_max = 32;

/// A part's standing on one account: the open conversation and the window.
struct ChannelStanding {
    AccountNumber account = 0;
    Sequence conversation = 0;
    Instant conversation_created{};
    std::uint32_t conversation_epoch = 0;
    Instant last_inbound{};     // starts the 24-hour window
    bool blocked = false;       // the person blocked the account
    Sequence holding = 0;       // our message that must end before the next may go
    std::vector<Turn> turns;    // in the order in which they began to wait, at most turns_max
    Instant pair_full{};        // the recipient's limit: all that was taken has come back then
    Instant back_off_until{};   // the provider's own word for this recipient
    Instant delivered_until{};  // … of what was sent up to then, all was delivered
    Instant read_until{};
    bool refused = false;  // the provider refused the person, which is noted with the address
    bool operator==(const ChannelStanding&) const = default;
};

struct HotRow {
    Instant created{};  // of the part: half of its id
    std::uint32_t epoch = 0;
    Sequence last = 0;  // head of the chain
    Instant last_activity{};
    std::vector<ChannelStanding> standings;
    boost::container::static_vector<SeenId, seen_ids_max> seen;  // newest last
    std::vector<PastSend> past;  // newest last, at most past_sends_max
    bool spilled = false;        // ids young enough to come again have left `seen` for dedupe rows
    bool operator==(const HotRow&) const = default;
};

struct ContactIdentity {
    AccountNumber account = 0;  // where it was first seen
    std::string address;
    std::string display;
    adapters::IdentityScope scope = adapters::IdentityScope::channel;
    std::string channel;
    bool operator==(const ContactIdentity&) const = default;
};

enum class ContactState : std::uint8_t { active, archived, trash, erased };
[[nodiscard]] std::string_view to_string(ContactState state);

struct ContactRow {
    Instant created{};
    std::uint32_t epoch = 0;
    Instant updated{};
    std::uint64_t version = 1;
    ContactState state = ContactState::active;
    std::string display_name;
    std::string username;
    std::string language;
    std::vector<std::string> phones;  // E.164
    std::vector<std::string> emails;
    std::vector<ContactIdentity> identities;
    /// Those of the phones and emails that nobody vouches for: the person alone said so.
    std::vector<std::string> unverified;
    PartKey key{};  // stored wrapped by the workspace key; destroyed by erase
    bool operator==(const ContactRow&) const = default;
};

struct IdentityRow {
    Part part = 0;
    bool operator==(const IdentityRow&) const = default;
};

struct GroupRow {
    Sequence conversation = 0;
    Instant conversation_created{};
    std::uint32_t conversation_epoch = 0;
    bool operator==(const GroupRow&) const = default;
};

struct DedupeRow {
    Sequence sequence = 0;
    bool operator==(const DedupeRow&) const = default;
};

/// Receipts of a message that Postern does not know (yet): the highest state so far.
struct ParkedReceiptRow {
    adapters::ReceiptState highest = adapters::ReceiptState::accepted;
    bool failed = false;
    Instant updated{};
    /// Of the failure, as in adapters::ProviderError; the provider's own code may name somebody.
    std::string word = {};
    adapters::SendResult result = adapters::SendResult::permanent;
    /// Of a mail, whom it failed for, by the names that their identity rows have: the low halves.
    std::vector<std::uint64_t> failed_for = {};
    bool operator==(const ParkedReceiptRow&) const = default;
};

/// A request that verified but could not be understood, or was nobody's: kept whole.
struct QuarantineRow {
    Instant created{};
    std::uint32_t epoch = 0;
    AccountNumber account = 0;
    std::string reason;
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;  // without signatures and credentials
    std::string body;
    std::uint32_t attempts = 0;  // replays so far
    bool resolved = false;
    std::vector<std::uint64_t> taken;  // its items that came in: a replay leaves them out
    bool operator==(const QuarantineRow&) const = default;
};

struct ApiKeyRow {
    Sequence id = 0;
    Instant created{};
    std::uint32_t epoch = 0;
    std::string name;
    std::vector<std::string> scopes;               // "*" or "messages:write", …
    std::array<std::uint8_t, 32> hash{};           // SHA-256 of the secret
    std::array<std::uint8_t, 32> previous_hash{};  // the one being rotated out
    Instant previous_until{};
    Instant expires{};  // epoch: never
    Instant revoked{};  // epoch: not revoked
    Instant last_used{};
    std::uint64_t uses = 0;
    std::string last_source;  // network address of the last caller, an operator's not a customer's
    std::uint32_t per_second = 0;  // 0: the default
    bool operator==(const ApiKeyRow&) const = default;
};

[[nodiscard]] inline std::string id_of(const ApiKeyRow& row) {
    return to_string(KeyId{make_ulid(row.created, row.epoch, row.id)});
}

struct AccountRow {
    AccountNumber number = 0;
    std::string name;
    std::string channel;
    bool paused = false;
    std::string paused_reason;
    bool broken = false;        // the provider refuses our credentials: sends wait
    std::string broken_reason;  // our code for it
    Instant first_seen{};
    bool operator==(const AccountRow&) const = default;
};

/// What an operator holds back: messages that fit everything that is named here. Nothing named:
/// all of them.
struct SendingPause {
    AccountNumber account = 0;         // 0: any
    std::optional<Category> category;  // none: any
    std::optional<Priority> priority;  // none: any
    Sequence caller = 0;               // API key that sent them; 0: any
    std::string reason;                // the operator's words
    Instant since{};
    bool operator==(const SendingPause&) const = default;
};

/// Workspace-wide settings that are changed through the API.
struct WorkspaceRow {
    std::string mode;                    // "active", "inactive"; empty: the configuration's
    std::vector<SendingPause> pauses{};  // no two name the same
    bool operator==(const WorkspaceRow&) const = default;
};

using Record =
    AnyRow<MessageRow, StatusRow, SignalRow, NoticeRow, HotRow, ContactRow, IdentityRow, GroupRow,
           DedupeRow, ParkedReceiptRow, QuarantineRow, ApiKeyRow, AccountRow, WorkspaceRow,
           OutboundRow, StateRow, OutboundEventRow, ExternalIdRow, DueRow, SlotRow, AddressNotesRow,
           IdempotencyRow, LimitsRow, ZoneGroupsRow, SubscriptionRow, TemplateRow, LedgerRow,
           MediaRow, MediaUseRow, AuditRow, SuggestionRow, SuggestionPairRow>;
/// Shared, immutable: core, log thread and overlay look at the same value.
using RecordPtr = std::shared_ptr<const Record>;

}  // namespace postern::model
