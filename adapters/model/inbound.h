// What a webhook says once an adapter has decoded it: messages, receipts, and everything else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/model/content.h"
#include "adapters/model/listed_template.h"
#include "adapters/model/send_result.h"
#include "adapters/model/time.h"

namespace postern::adapters {

/// How far an address is known to mean one person.
enum class IdentityScope : unsigned char {
    channel,  // the same person on every account of the channel (a phone number, a Telegram id)
    account,  // only within this account (a page-scoped id, a generic HTTP id)
};

/// One name under which a provider knows the sender. The first of a message is the primary.
struct Alias {
    std::string
        address;  // canonical: E.164, lower-cased mail address, or the provider's id as it came
    IdentityScope scope = IdentityScope::channel;
    bool operator==(const Alias&) const = default;
};

/// What a person may be known by on more than one channel.
enum class PersonKey : unsigned char { phone, email };

/// A number or a mail address of the sender's own, told beside the one that they write from.
struct ToldKey {
    PersonKey kind = PersonKey::phone;
    std::string value;      // E.164, or a lower-case mail address
    bool verified = false;  // the provider vouches for it; else the person alone says so
    bool operator==(const ToldKey&) const = default;
};

struct Sender {
    std::vector<Alias> aliases;  // never empty in a decoded message
    std::string name;            // display name, as the provider gives it
    std::string username;
    std::string language;            // BCP 47, empty if not told
    std::vector<ToldKey> told = {};  // mostly none
    bool operator==(const Sender&) const = default;
};

/// Which of the accounts that share a secret an item is for: the provider's own id of the receiving
/// number, page or bot. Empty: the account of the URL.
using RoutingId = std::string;

struct InboundMessage {
    std::string
        external_id;  // the provider's message id, unique in the account (adapters make it so)
    std::string dedupe_id;  // what a redelivery repeats; empty: external_id
    Sender sender;
    std::string group;  // address of the group chat; empty in a one-to-one conversation
    Content content;
    std::vector<Attachment> attachments;
    std::string reply_to;  // external id of the message replied to
    bool forwarded = false;
    /// A machine wrote it (RFC 3834): nothing of ours answers it, and it says no «stop». Not
    /// stored, `content.details_json` says so, too.
    bool automatic = false;
    std::string referral_json;  // ad, link or story that led here: one JSON object, or empty
    Instant provider_time{};
    bool operator==(const InboundMessage&) const = default;
};

/// Ranks as in DESIGN: a receipt only moves a message up.
enum class ReceiptState : unsigned char { accepted, sent, delivered, read, failed };

[[nodiscard]] std::string_view to_string(ReceiptState state);

struct ProviderError {
    std::string code;    // the provider's
    std::string title;   // the provider's words
    std::string detail;  // the provider's words
    /// What the channel's table of codes knows of this one: of which class it is, and our word for
    /// it as in SendOutcome::code. Without a word nothing is known but that the message failed.
    SendResult result = SendResult::permanent;
    std::string word = {};
    bool operator==(const ProviderError&) const = default;
};

/// What a provider says about the person's address, beyond one message.
enum class AddressVerdict : unsigned char { none, dead, opted_out, blocked };

struct InboundStatus {
    std::string external_id;  // of our message
    ReceiptState state = ReceiptState::sent;
    std::string recipient;  // address, as the provider gives it
    std::string echo;       // our own data that came back (biz_opaque_callback_data …)
    std::optional<ProviderError> error;
    Instant provider_time{};
    std::string details_json;  // pricing and the like
    /// The same holds of everything that went to `recipient` up to this moment. A receipt that
    /// names no message at all has an `external_id` of the adapter's making, for duplicates' sake.
    std::optional<Instant> watermark;
    /// Whatever the state: a late bounce tells that the address is dead. Not stored.
    AddressVerdict address = AddressVerdict::none;
    /// Of a failure that may pass (a mailbox that is full, a grey list): our message may go once
    /// more, not before then. Empty: it failed for good. Not stored.
    std::optional<Instant> retry_at = {};
    bool operator==(const InboundStatus&) const = default;
};

/// Everything that is neither a message nor a receipt. Each becomes an event of its own.
enum class SignalKind : unsigned char {
    message_edited,
    message_deleted,
    message_echoed,  // sent by the business outside Postern; never a message.received
    opted_out,
    opted_in,
    blocked,  // the person blocked the account
    unblocked,
    identity_changed,  // number change, new device, chat migration
    account_health,    // quality, restriction, throughput
    template_status,
    other,  // known to the provider, of no consequence to us; kept as an event
};

[[nodiscard]] std::string_view to_string(SignalKind kind);

/// What a provider tells of one template. Each account whose `setting` names `owner` has it.
struct TemplateTold {
    ListedTemplate what;  // `status` empty: of something else than its status
    std::string owner;    // the provider's id of what owns it: a WhatsApp business account
    std::string setting;  // of the account: "waba_id"
    bool operator==(const TemplateTold&) const = default;
};

struct InboundSignal {
    SignalKind kind = SignalKind::other;
    std::string dedupe_id;         // what a redelivery repeats; never empty
    std::optional<Sender> sender;  // absent for account-level signals
    std::string group;
    std::string target;              // external id of the message edited, deleted, echoed
    std::string category;            // opted_out, opted_in: message category; empty means all
    std::optional<Content> content;  // edited, echoed
    std::vector<Attachment> attachments;
    std::optional<TemplateTold> told;  // template_status; not stored, `details_json` is
    std::string provider_type;         // the provider's own word
    std::string details_json;          // the provider's facts as one JSON object, or empty
    Instant provider_time{};
    bool operator==(const InboundSignal&) const = default;
};

/// The bytes of an attachment that came with the webhook itself.
struct InboundFile {
    std::size_t place = 0;  // which of the message's attachments, from 0
    std::string bytes;
};

struct InboundItem {
    std::variant<InboundMessage, InboundStatus, InboundSignal> what;
    RoutingId routing;
    /// The item's own bytes within the body (the whole body where it has none of its own): kept
    /// with `unsupported` content and with what goes to quarantine.
    std::string_view raw;
    /// Of a message only, in the order of their places. Who takes the item keeps them before it.
    std::vector<InboundFile> files = {};
};

/// An item that an adapter could not turn into anything: quarantined with its reason.
struct Undecoded {
    std::string_view raw;
    std::string reason;  // for an operator: what was expected where
    RoutingId routing;
};

/// Points into the request's body: use it before the request goes.
struct InboundBatch {
    std::vector<InboundItem> items;
    std::vector<Undecoded> undecoded;
    /// Asked for with GET before the provider gets its 200: it then knows that the URL is ours
    /// (SNS).
    std::string confirm_url = {};
};

}  // namespace postern::adapters
