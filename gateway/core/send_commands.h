// Commands of sending: what apps ask for, what providers answered, what the core's own due queue
// asks, and what people order. Plain values, moved across threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sending_adapter.h"
#include "gateway/model/records.h"
#include "gateway/policy/choice.h"
#include "gateway/policy/facts.h"

namespace postern::core {

struct SendingSettings;  // core/sending_settings.h

/// A message to send, validated and described by an I/O thread.
struct SubmitMessage {
    /// Head, conversation, part and verdict are the core's to fill.
    model::OutboundRow row;
    model::PartKey fresh_key{};  // becomes the part's key if this makes a contact
    std::string name;            // display name for a contact that it makes
    /// The caller named the contact: the address becomes another one of it, unless it is somebody
    /// else's. 0, or erased meanwhile: whoever has the address.
    model::Part contact = 0;
    /// Only judge, as if it were `at` (the epoch: now); writes nothing.
    bool check = false;
    model::Instant at{};
    struct Idempotency {
        storage::Blind key;
        std::array<std::uint8_t, 16> hash{};
        bool operator==(const Idempotency&) const = default;
    };
    std::optional<Idempotency> idempotency;
    model::Sequence upload = 0;  // that its content names: needed until the message ends
    /// The caller named no account: which of the routes are candidates. `row.choice_json` is the
    /// core's to fill then.
    std::optional<policy::Choice> choice = std::nullopt;
    bool operator==(const SubmitMessage&) const = default;
};

/// Judges a stored message as of now, for people who ask why it waits. Writes nothing.
struct ExplainMessage {
    model::Sequence message = 0;
    bool operator==(const ExplainMessage&) const = default;
};

struct CancelMessage {
    model::Sequence message = 0;
    bool operator==(const CancelMessage&) const = default;
};

/// A dead letter goes once more: failed, expired or unknown becomes queued again.
struct RedriveMessage {
    model::Sequence message = 0;
    model::Instant expires{};
    bool operator==(const RedriveMessage&) const = default;
};

/// Retention: messages that have ended and whose bodies are gone leave the store and the counts.
/// Those that have not ended stay.
struct RemoveMessages {
    std::vector<model::Sequence> messages;  // at most removed_messages_max
    bool operator==(const RemoveMessages&) const = default;
};
inline constexpr std::size_t removed_messages_max = 60;

/// The due queue's turn: made by the core itself, in order with everything else.
struct AttemptMessage {
    model::AccountNumber account = 0;
    std::uint64_t lane = 0;
    model::Instant not_before{};
    model::Sequence message = 0;
    model::Part part = 0;
    bool operator==(const AttemptMessage&) const = default;
};

/// What became of a dispatch.
struct AnswerAttempt {
    model::Sequence message = 0;
    std::uint16_t attempt = 0;
    std::uint32_t slot = 0;
    model::AccountNumber account = 0;
    model::Part part = 0;
    adapters::SendOutcome outcome;
    storage::Blind external;              // of the external id, if it was accepted
    std::vector<storage::Blind> earlier;  // of SendOutcome::earlier_ids
    std::uint64_t random = 0;             // for the backoff: the core has no chance of its own
    // For the story of the message; see OutboundEventRow.
    model::Instant dispatched{};
    std::uint16_t provider_status = 0;
    std::string provider_request;
    bool operator==(const AnswerAttempt&) const = default;
};

/// At start: an intent whose answer died with the process.
struct RecoverIntent {
    model::Sequence message = 0;
    std::uint16_t attempt = 0;
    bool operator==(const RecoverIntent&) const = default;
};

/// Rows of a lane that a query thread read for the due queue.
struct LaneRows {
    model::AccountNumber account = 0;
    std::uint64_t lane = 0;
    std::uint64_t generation = 0;
    struct Row {
        model::Instant not_before{};
        model::Sequence message = 0;
        model::Part part = 0;
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rows;  // in order
    bool end = true;        // nothing stands behind them
    bool operator==(const LaneRows&) const = default;
};

/// The timer that the core asked for.
struct Tick {
    bool operator==(const Tick&) const = default;
};

/// What rules and limits are configured: at start and after a reload.
struct Configure {
    std::shared_ptr<const SendingSettings> settings;
    bool operator==(const Configure&) const = default;
};

/// What fits waits, or goes on; what names nothing is sending as a whole, which a restore leaves
/// paused, too. Answered with the workspace's row.
struct PauseSending {
    model::SendingPause what;  // `since` is the core's
    bool paused = true;
    bool operator==(const PauseSending&) const = default;
};

/// Adds to or takes away from what is known of an address.
struct NoteAddress {
    std::uint32_t scope = 0;
    storage::Blind blind;
    model::AddressNote note;
    bool remove = false;  // of that kind, account and categories
    /// Of the event suppression.added or .removed, and of the audit. Empty: nobody is told of this
    /// one by itself (an import is told of as a whole).
    std::string notice_json{};
    std::string audit_json{};
    bool operator==(const NoteAddress&) const = default;
};

}  // namespace postern::core
