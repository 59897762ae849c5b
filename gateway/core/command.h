// What enters the core: the only way in for facts, wishes and chance (fresh keys come with the
// command; the core has no randomness of its own). Plain values, moved across threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/core/answer_commands.h"
#include "gateway/core/media_commands.h"
#include "gateway/core/send_commands.h"
#include "gateway/core/subscription_commands.h"
#include "gateway/core/template_commands.h"
#include "gateway/model/records.h"
#include "gateway/model/time.h"
#include "gateway/policy/keywords.h"

namespace postern::core {

/// Who waits for the outcome: an I/O thread and a number it gave. thread == nobody: no one.
struct Ticket {
    static constexpr std::uint32_t nobody = 0xFFFF'FFFF;
    std::uint32_t thread = nobody;
    std::uint64_t id = 0;
    std::uint32_t place = 0;  // of the command in what was posted together
    bool operator==(const Ticket&) const = default;
};

/// A sender's name in the blind index; same order as Sender::aliases.
struct IdentityKey {
    std::uint32_t scope = 0;
    storage::Blind blind;
    bool operator==(const IdentityKey&) const = default;
};

/// What every webhook item brings along beside what the adapter decoded.
struct Inbound {
    model::AccountNumber account = 0;
    std::vector<IdentityKey> identities;
    storage::Blind group;                   // used if the message has a group
    std::uint64_t dedupe_hash = 0;          // keyed hash of the dedupe id
    std::uint32_t horizon_s = 0;            // how long a redelivery may come
    bool timestamps = true;                 // the provider tells its own time
    model::PartKey fresh_key{};             // becomes the part's key if this item makes a contact
    std::vector<storage::Blind> told = {};  // same order as Sender::told
    bool operator==(const Inbound&) const = default;
};

/// What the person wished with a word («stop»), as the ingress read it.
struct Wish {
    policy::Wish wish = policy::Wish::none;
    bool only_back = false;  // counts only for who had opted out
    bool probable = false;   // no keyword, but what a reasonable person would understand
    /// The one confirmation of a stop or a start, as content of a message; empty: the provider
    /// confirms by itself, or cannot.
    std::string confirmation_json;
    bool operator==(const Wish&) const = default;
};

struct ReceiveMessage {
    Inbound inbound;
    adapters::InboundMessage message;
    Wish wish;
    std::string raw;  // kept with unsupported content only
    /// Attachments that came along, at most files_max: their bytes are in the media store already.
    /// `event` is the core's.
    std::vector<model::MediaRow> files = {};
    static constexpr std::size_t files_max = 32;  // each is a row (rows_per_apply_max)
    bool operator==(const ReceiveMessage&) const = default;
};

struct ReceiveStatus {
    model::AccountNumber account = 0;
    storage::Blind external;  // of the message's external id
    adapters::InboundStatus status;
    /// Of a status with a watermark, and of a mail that failed.
    std::optional<IdentityKey> recipient = std::nullopt;
    bool operator==(const ReceiveStatus&) const = default;
};

struct ReceiveSignal {
    Inbound inbound;
    adapters::InboundSignal signal;
    std::string raw;
    std::optional<TemplateNews> news;  // of a signal about a template
    storage::Blind target = {};        // of the external id that an echo names
    /// Of a deletion, the core's own (core/unsend.h): where it goes on looking, and how far it is.
    model::Sequence go_on_at = 0;
    std::uint32_t rows_seen = 0;
    bool operator==(const ReceiveSignal&) const = default;
};

struct Quarantine {
    model::QuarantineRow row;  // created, epoch are the core's
    bool operator==(const Quarantine&) const = default;
};

/// After a replay: counts the attempt; `resolved` when all of it was understood.
struct ResolveQuarantine {
    model::Sequence id = 0;
    bool resolved = false;
    std::string reason;                // why not
    std::vector<std::uint64_t> taken;  // items that this replay brought in
    bool operator==(const ResolveQuarantine&) const = default;
};

struct CreateApiKey {
    model::ApiKeyRow row;  // id, created, epoch are the core's
    bool operator==(const CreateApiKey&) const = default;
};

struct RotateApiKey {
    model::Sequence id = 0;
    std::array<std::uint8_t, 32> hash{};
    model::Instant previous_until{};
    bool operator==(const RotateApiKey&) const = default;
};

struct RevokeApiKey {
    model::Sequence id = 0;
    bool operator==(const RevokeApiKey&) const = default;
};

/// Use since the last note, gathered by the API at most once a minute a key.
struct NoteApiKeyUse {
    model::Sequence id = 0;
    std::uint64_t uses = 0;
    model::Instant last_used{};
    std::string source;
    bool operator==(const NoteApiKeyUse&) const = default;
};

/// The accounts of the configuration, at start and after a reload: new ones get a number. A name
/// that stood for another channel is a conflict, and none is registered.
struct RegisterAccounts {
    struct Named {
        std::string name;
        std::string channel;
        bool operator==(const Named&) const = default;
    };
    std::vector<Named> accounts;  // at most 60 a command (bounded apply)
    bool operator==(const RegisterAccounts&) const = default;
};

struct PauseAccount {
    model::AccountNumber account = 0;
    bool paused = true;
    std::string reason;
    bool operator==(const PauseAccount&) const = default;
};

struct SetMode {
    std::string mode;
    bool operator==(const SetMode&) const = default;
};

/// Retention: rows of [from, to) go. Decided outside by time, carried out in order with the rest.
struct EraseRange {
    storage::RowKey from;
    storage::RowKey to;
    bool operator==(const EraseRange&) const = default;
};

/// An event of Postern's own (start, restore, clock jump …), written down like any other.
struct Announce {
    model::AccountNumber account = 0;
    std::string type;
    std::string data_json;
    bool operator==(const Announce&) const = default;
};

/// For the audit: what an operator had done that is no change of a row here (a backup, a reload).
struct NoteAudit {
    std::string action;
    std::string object;
    std::string before_json;  // one JSON object, or nothing
    std::string after_json;
    bool operator==(const NoteAudit&) const = default;
};

/// Somebody looked, and the two contacts are not the same person.
struct DismissSuggestion {
    model::Sequence id = 0;
    bool operator==(const DismissSuggestion&) const = default;
};

/// Proves to the watchdog that a write becomes durable. Writes no event.
struct Canary {
    bool operator==(const Canary&) const = default;
};

using Payload =
    std::variant<ReceiveMessage, ReceiveStatus, ReceiveSignal, Quarantine, ResolveQuarantine,
                 CreateApiKey, RotateApiKey, RevokeApiKey, NoteApiKeyUse, RegisterAccounts,
                 PauseAccount, SetMode, EraseRange, Announce, Canary, SubmitMessage, ExplainMessage,
                 CancelMessage, RedriveMessage, AttemptMessage, AnswerAttempt, RecoverIntent,
                 LaneRows, Tick, Configure, PauseSending, NoteAddress, CreateSubscription,
                 DeleteSubscription, RotateSubscription, EnableSubscription, ReplaySubscription,
                 NoteSubscription, UpdateSubscription, KeepMedia, DropMedia, CreateTemplate,
                 ChangeTemplate, DeleteTemplate, SyncTemplates, WakeMessage, RemoveMessages,
                 KeepAnswer, NoteAudit, DismissSuggestion>;

struct Command {
    Payload payload;
    Ticket ticket;
    model::Author author{};  // who orders it; the audit tells of what an operator changes
    bool operator==(const Command&) const = default;
};

/// Commands about the same person or thing have the same lane and are applied in order of arrival,
/// also when one of them has to wait for rows. 0: no lane.
[[nodiscard]] std::uint64_t lane_of(const Command& command);

/// About how much memory and log a command's payload takes, in bytes.
[[nodiscard]] std::size_t bytes_of(const Command& command);

/// A stable fingerprint, for the poison slot; 0 for commands that cannot be redelivered.
[[nodiscard]] std::uint64_t fingerprint_of(const Command& command);

}  // namespace postern::core
