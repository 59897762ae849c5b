// Private to the codec: which protobuf message stores which row, under which number, and the pair
// of functions between the two. A missing pair does not link. Any thread; no state.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <tuple>

#include "gateway/model/records.h"
#include "storage/keys.h"

#include "storage/records.pb.h"

namespace postern::codec {

template <class Row>
struct Stored;

template <class W, records::Kind K>
struct StoredAs {
    using Wire = W;
    static constexpr records::Kind kind = K;
};

// clang-format off
template <> struct Stored<model::MessageRow> : StoredAs<records::Message, records::KIND_MESSAGE> {};
template <> struct Stored<model::StatusRow> : StoredAs<records::Status, records::KIND_STATUS> {};
template <> struct Stored<model::SignalRow> : StoredAs<records::Signal, records::KIND_SIGNAL> {};
template <> struct Stored<model::NoticeRow> : StoredAs<records::Notice, records::KIND_NOTICE> {};
template <> struct Stored<model::HotRow> : StoredAs<records::Hot, records::KIND_HOT> {};
template <> struct Stored<model::ContactRow> : StoredAs<records::Contact, records::KIND_CONTACT> {};
template <> struct Stored<model::IdentityRow>
    : StoredAs<records::Identity, records::KIND_IDENTITY> {};
template <> struct Stored<model::GroupRow> : StoredAs<records::Group, records::KIND_GROUP> {};
template <> struct Stored<model::DedupeRow> : StoredAs<records::Dedupe, records::KIND_DEDUPE> {};
template <> struct Stored<model::ParkedReceiptRow>
    : StoredAs<records::ParkedReceipt, records::KIND_PARKED_RECEIPT> {};
template <> struct Stored<model::QuarantineRow>
    : StoredAs<records::Quarantine, records::KIND_QUARANTINE> {};
template <> struct Stored<model::ApiKeyRow> : StoredAs<records::ApiKey, records::KIND_API_KEY> {};
template <> struct Stored<model::AccountRow> : StoredAs<records::Account, records::KIND_ACCOUNT> {};
template <> struct Stored<model::WorkspaceRow>
    : StoredAs<records::Workspace, records::KIND_WORKSPACE> {};
template <> struct Stored<model::OutboundRow>
    : StoredAs<records::Outbound, records::KIND_OUTBOUND> {};
template <> struct Stored<model::StateRow> : StoredAs<records::State, records::KIND_STATE> {};
template <> struct Stored<model::OutboundEventRow>
    : StoredAs<records::OutboundEvent, records::KIND_OUTBOUND_EVENT> {};
template <> struct Stored<model::ExternalIdRow>
    : StoredAs<records::ExternalId, records::KIND_EXTERNAL_ID> {};
template <> struct Stored<model::DueRow> : StoredAs<records::Due, records::KIND_DUE> {};
template <> struct Stored<model::SlotRow> : StoredAs<records::Slot, records::KIND_SLOT> {};
template <> struct Stored<model::AddressNotesRow>
    : StoredAs<records::AddressNotes, records::KIND_ADDRESS_NOTES> {};
template <> struct Stored<model::IdempotencyRow>
    : StoredAs<records::Idempotency, records::KIND_IDEMPOTENCY> {};
template <> struct Stored<model::LimitsRow> : StoredAs<records::Limits, records::KIND_LIMITS> {};
template <> struct Stored<model::ZoneGroupsRow>
    : StoredAs<records::ZoneGroups, records::KIND_ZONE_GROUPS> {};
template <> struct Stored<model::SubscriptionRow>
    : StoredAs<records::Subscription, records::KIND_SUBSCRIPTION> {};
template <> struct Stored<model::TemplateRow>
    : StoredAs<records::Template, records::KIND_TEMPLATE> {};
template <> struct Stored<model::LedgerRow> : StoredAs<records::Ledger, records::KIND_LEDGER> {};
template <> struct Stored<model::MediaRow> : StoredAs<records::Media, records::KIND_MEDIA> {};
template <> struct Stored<model::MediaUseRow>
    : StoredAs<records::MediaUse, records::KIND_MEDIA_USE> {};
template <> struct Stored<model::AuditRow> : StoredAs<records::Audit, records::KIND_AUDIT> {};
template <> struct Stored<model::SuggestionRow>
    : StoredAs<records::Suggestion, records::KIND_SUGGESTION> {};
template <> struct Stored<model::SuggestionPairRow>
    : StoredAs<records::SuggestionPair, records::KIND_SUGGESTION_PAIR> {};
// clang-format on

/// One message object a kind, used again and again: Clear() keeps what is allocated.
using WireMessages =
    std::tuple<records::Message, records::Status, records::Signal, records::Notice, records::Hot,
               records::Contact, records::Identity, records::Group, records::Dedupe,
               records::ParkedReceipt, records::Quarantine, records::ApiKey, records::Account,
               records::Workspace, records::Outbound, records::State, records::OutboundEvent,
               records::ExternalId, records::Due, records::Slot, records::AddressNotes,
               records::Idempotency, records::Limits, records::ZoneGroups, records::Subscription,
               records::Template, records::Ledger, records::Media, records::MediaUse,
               records::Audit, records::Suggestion, records::SuggestionPair>;

/// A row beyond this (a request kept whole) takes its buffers along when it goes, so that one big
/// webhook does not hold megabytes for ever.
inline constexpr std::size_t kept_bytes_max = 256 * 1024;

/// Whether rows of this kind live under this key: a plain value that was moved is told by it.
[[nodiscard]] bool kind_fits(records::Kind kind, const storage::RowKey& key);

/// A contact's own row carries its key in front of the envelope.
[[nodiscard]] inline bool is_contact(const storage::RowKey& key) {
    return key.family == storage::Family::hot && key.prefix() == 'c';
}

[[nodiscard]] inline std::int64_t to_us(model::Instant t) {
    return t.time_since_epoch().count();
}
[[nodiscard]] inline model::Instant from_us(std::int64_t us) {
    return model::Instant{std::chrono::microseconds{us}};
}

/// Enums are stored as their numbers; a number beyond the last enumerator is damage.
template <class E>
[[nodiscard]] bool read_enum(std::uint32_t stored, E last, E& out) {
    if (stored > static_cast<std::uint32_t>(last)) return false;
    out = static_cast<E>(stored);
    return true;
}

// The pairs. write() expects a cleared message; read() a fresh row, and is false for what no writer
// of this schema could have made.
void write(const model::MessageRow& row, records::Message& wire);
void write(const model::StatusRow& row, records::Status& wire);
void write(const model::SignalRow& row, records::Signal& wire);
void write(const model::NoticeRow& row, records::Notice& wire);
void write(const model::HotRow& row, records::Hot& wire);
void write(const model::ContactRow& row, records::Contact& wire);
void write(const model::IdentityRow& row, records::Identity& wire);
void write(const model::GroupRow& row, records::Group& wire);
void write(const model::DedupeRow& row, records::Dedupe& wire);
void write(const model::ParkedReceiptRow& row, records::ParkedReceipt& wire);
void write(const model::QuarantineRow& row, records::Quarantine& wire);
void write(const model::ApiKeyRow& row, records::ApiKey& wire);
void write(const model::AccountRow& row, records::Account& wire);
void write(const model::WorkspaceRow& row, records::Workspace& wire);
void write(const model::OutboundRow& row, records::Outbound& wire);
void write(const model::StateRow& row, records::State& wire);
void write(const model::OutboundEventRow& row, records::OutboundEvent& wire);
void write(const model::ExternalIdRow& row, records::ExternalId& wire);
void write(const model::DueRow& row, records::Due& wire);
void write(const model::SlotRow& row, records::Slot& wire);
void write(const model::AddressNotesRow& row, records::AddressNotes& wire);
void write(const model::IdempotencyRow& row, records::Idempotency& wire);
void write(const model::LimitsRow& row, records::Limits& wire);
void write(const model::ZoneGroupsRow& row, records::ZoneGroups& wire);
void write(const model::SubscriptionRow& row, records::Subscription& wire);
void write(const model::TemplateRow& row, records::Template& wire);
void write(const model::LedgerRow& row, records::Ledger& wire);
void write(const model::MediaRow& row, records::Media& wire);
void write(const model::MediaUseRow& row, records::MediaUse& wire);
void write(const model::AuditRow& row, records::Audit& wire);
void write(const model::SuggestionRow& row, records::Suggestion& wire);
void write(const model::SuggestionPairRow& row, records::SuggestionPair& wire);

[[nodiscard]] bool read(const records::Message& wire, model::MessageRow& row);
[[nodiscard]] bool read(const records::Status& wire, model::StatusRow& row);
[[nodiscard]] bool read(const records::Signal& wire, model::SignalRow& row);
[[nodiscard]] bool read(const records::Notice& wire, model::NoticeRow& row);
[[nodiscard]] bool read(const records::Hot& wire, model::HotRow& row);
[[nodiscard]] bool read(const records::Contact& wire, model::ContactRow& row);
[[nodiscard]] bool read(const records::Identity& wire, model::IdentityRow& row);
[[nodiscard]] bool read(const records::Group& wire, model::GroupRow& row);
[[nodiscard]] bool read(const records::Dedupe& wire, model::DedupeRow& row);
[[nodiscard]] bool read(const records::ParkedReceipt& wire, model::ParkedReceiptRow& row);
[[nodiscard]] bool read(const records::Quarantine& wire, model::QuarantineRow& row);
[[nodiscard]] bool read(const records::ApiKey& wire, model::ApiKeyRow& row);
[[nodiscard]] bool read(const records::Account& wire, model::AccountRow& row);
[[nodiscard]] bool read(const records::Workspace& wire, model::WorkspaceRow& row);
[[nodiscard]] bool read(const records::Outbound& wire, model::OutboundRow& row);
[[nodiscard]] bool read(const records::State& wire, model::StateRow& row);
[[nodiscard]] bool read(const records::OutboundEvent& wire, model::OutboundEventRow& row);
[[nodiscard]] bool read(const records::ExternalId& wire, model::ExternalIdRow& row);
[[nodiscard]] bool read(const records::Due& wire, model::DueRow& row);
[[nodiscard]] bool read(const records::Slot& wire, model::SlotRow& row);
[[nodiscard]] bool read(const records::AddressNotes& wire, model::AddressNotesRow& row);
[[nodiscard]] bool read(const records::Idempotency& wire, model::IdempotencyRow& row);
[[nodiscard]] bool read(const records::Limits& wire, model::LimitsRow& row);
[[nodiscard]] bool read(const records::ZoneGroups& wire, model::ZoneGroupsRow& row);
[[nodiscard]] bool read(const records::Subscription& wire, model::SubscriptionRow& row);
[[nodiscard]] bool read(const records::Template& wire, model::TemplateRow& row);
[[nodiscard]] bool read(const records::Ledger& wire, model::LedgerRow& row);
[[nodiscard]] bool read(const records::Media& wire, model::MediaRow& row);
[[nodiscard]] bool read(const records::MediaUse& wire, model::MediaUseRow& row);
[[nodiscard]] bool read(const records::Audit& wire, model::AuditRow& row);
[[nodiscard]] bool read(const records::Suggestion& wire, model::SuggestionRow& row);
[[nodiscard]] bool read(const records::SuggestionPair& wire, model::SuggestionPairRow& row);

// Parts that several rows share (content_codec.cc).
void write(const model::SeqHead& head, records::SeqHead& wire);
void read(const records::SeqHead& wire, model::SeqHead& head);
void write(const adapters::Sender& sender, records::Sender& wire);
[[nodiscard]] bool read(const records::Sender& wire, adapters::Sender& sender);
void write(const adapters::Content& content, records::Content& wire);
[[nodiscard]] bool read(const records::Content& wire, adapters::Content& content);
void write(const adapters::Attachment& attachment, records::Attachment& wire);
[[nodiscard]] bool read(const records::Attachment& wire, adapters::Attachment& attachment);

/// An empty origin is not stored at all.
template <class Owner>
void write_origin(std::uint64_t sequence, model::Instant created, std::uint32_t epoch,
                  Owner mutable_origin) {
    if (sequence == 0 && created == model::Instant{} && epoch == 0) return;
    records::Origin& origin = *mutable_origin();
    origin.set_sequence(sequence);
    origin.set_created_us(to_us(created));
    origin.set_epoch(epoch);
}

}  // namespace postern::codec
