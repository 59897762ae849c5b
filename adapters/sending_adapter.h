// The way out of a channel: pure functions from a message to the provider's requests, and from its
// answers to one of six outcomes. Like HttpAdapter it reads no clock, no disk, no socket. Thread:
// any (const).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/adapter.h"
#include "adapters/model/listed_template.h"
#include "adapters/model/outbound.h"
#include "adapters/model/send_result.h"

namespace postern::adapters {

/// Whether a channel takes the bytes of an upload.
enum class Uploads : unsigned char {
    by_url,       // no: it fetches our signed URL
    without_url,  // where no URL of ours can be reached from outside
    always,       // it fetches nothing
};

/// How an attempt whose answer never came can be cleared up without asking a person.
struct SendTraits {
    bool echo = false;        // receipts bring `SendRequest::echo` back
    bool idempotent = false;  // the same `echo` again is accepted once: resend is safe
    bool receipts = false;    // tells what became of a message
    bool typing = false;
    bool mark_read = false;
    /// What it takes for one person it counts anew when the person writes.
    bool reply_ends_limit = false;
    bool templates = false;  // of its own, which it approves and knows by name
    Uploads uploads = Uploads::by_url;
    /// Where bytes are taken: a larger upload goes by URL after all. 0: the size is no matter.
    std::uint64_t carried_bytes_max = 0;
    bool holds_uploads = false;  // an upload has a name there that serves further messages
    /// Whose limits of media hold (adapters/media), where one channel carries others' messages:
    /// "twilio/whatsapp". Empty: the channel's own.
    std::string_view media_rules{};
};

/// Why a content cannot be sent on this channel: a 422 for the caller.
struct FieldProblem {
    std::string field;   // dotted, under content: "buttons[3].title"
    std::string code;    // snake_case: "too_long", "not_supported", "required", "too_many"
    std::string detail;  // names the channel's limit
};

/// The upload that a content names, where its bytes are sent and no URL.
struct SendFile {
    std::string_view sha256;    // 64 hexadecimal digits, of all bytes
    std::uint64_t size = 0;     // bytes
    std::string_view mime;      // "image/jpeg"
    std::string_view filename;  // letters that need no escaping, with an extension
    std::string_view held_id;   // the provider's name for it since an earlier upload, or empty
};

/// One message of one attempt. Views belong to the caller and outlive the call only.
struct SendRequest {
    std::string_view to;  // canonical address, or the address of a group chat
    const OutboundContent& content;
    std::string_view reply_to;    // external id of the message replied to, or empty
    std::string_view echo;        // our name of the attempt: letters, digits, '_', '.', <= 64 bytes
    std::string_view status_url;  // where this account's webhooks arrive, or empty if not public
    Instant now;
    bool human_agent = false;     // a person answers: some channels keep the window open longer
    bool proactive = false;       // of any category but `reply`
    Instant expires{};            // after it the message is worth nothing; the epoch: not told
    std::string_view category{};  // the contract's word; empty: not told
    std::string_view thread{};  // of a mail: ids before reply_to, the oldest first, spaces between
    const SendFile* file = nullptr;  // instead of content.url; null: there are no bytes to send
    std::string_view carried{};      // SendStep::carry of the step that was answered
};

/// A message of theirs, for who marks it as read. Views belong to the caller.
struct LastMessage {
    std::string_view external_id;     // or empty
    std::string_view details_json{};  // Content::details_json, or empty
};

struct ProviderCall {
    std::string method = "POST";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;  // with credentials: never logged
    std::string body;
    /// Set: the message's file belongs within `body`, before this byte of it. It is read from the
    /// disk while it is sent and is never in memory as a whole.
    std::optional<std::size_t> file_at{};
    /// The query parameter that the account's access token belongs in (token_grant.h). Empty: the
    /// call bears none, or has it already.
    std::string token_in{};
    bool for_token = false;  // asks for that token: who keeps it makes the call
};

/// What a provider calls a file that it was given.
struct HeldFile {
    std::string id;
    Instant until{};  // used no longer than that
};

/// `irrevocable`: once a byte of this call has left, the person may get the message.
/// `nothing_sent_yet`: the steps before were refused beyond doubt, so that a failure of this one
/// may be tried again although an irrevocable call was answered.
struct SendStep {
    ProviderCall call;
    bool irrevocable = true;
    std::string carry{};  // read again with this step's answer; with credentials: never logged
    std::optional<HeldFile> held{};  // what the step before has brought
    bool nothing_sent_yet = false;
};

struct ProviderAnswer {
    int status = 0;
    std::span<const HeaderView> headers;
    std::string_view body;  // followed by at least 64 readable bytes

    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// What a provider's limit is about (compliance: obey the scope that the provider names).
enum class LimitScope : unsigned char { recipient, account, group };

struct SendOutcome {
    SendResult result = SendResult::unknown;
    std::string external_id;    // accepted
    std::string code;           // ours, stable, snake_case: "window_closed", "invalid_recipient"
    std::string provider_code;  // the provider's own
    std::string detail;         // the provider's words, cut at 500 bytes, never a credential
    std::optional<Instant> retry_at;  // the provider's own time
    LimitScope scope = LimitScope::account;
    AddressVerdict address = AddressVerdict::none;
    /// Of a text that went as several messages: those before the one that `external_id` names.
    std::vector<std::string> earlier_ids{};
    /// Refused with some of it taken: neither sent again nor elsewhere, whatever `result` is, which
    /// says what the refusal means for others.
    bool partly = false;
    /// Rate limited, scope recipient: told of several at the same time, it is the account's.
    bool spreads = false;
    bool operator==(const SendOutcome&) const = default;
};

/// What a person will see of a message, where that is not its content as it stands.
struct Rendering {
    std::string subject;  // of a mail
    /// All words as one text, where the channel has no place for header, footer or file of their
    /// own; else empty.
    std::string text;
    /// What is handed over where no HTTP request carries it: a letter, submissions, a frame.
    /// `method` is the protocol's word, `url` whom it goes to.
    std::vector<ProviderCall> handed;
};

class SendingAdapter {
  public:
    virtual ~SendingAdapter() = default;

    [[nodiscard]] virtual const SendTraits& send_traits() const = 0;

    /// Nothing: this content can be sent. Pure limits of the channel, no policy.
    [[nodiscard]] virtual std::optional<FieldProblem> check(
        const OutboundContent& content) const = 0;

    /// What this content goes as, one message behind the other, where it is longer than one takes
    /// and the account wishes so (long_text.h). Each passes `check` and first_step() by itself.
    /// Empty: one message.
    [[nodiscard]] virtual std::vector<OutboundContent> parts(
        [[maybe_unused]] const OutboundContent& content) const {
        return {};
    }

    /// The first request. Content passed `check`. An error is a defect of the stored message:
    /// the attempt ends as permanent.
    [[nodiscard]] virtual Result<SendStep> first_step(const SendRequest& request) const = 0;

    /// After `step` (0-based) was answered: the next request, or the end.
    [[nodiscard]] virtual std::variant<SendStep, SendOutcome> answered(
        const SendRequest& request, std::size_t step, const ProviderAnswer& answer) const = 0;

    /// Whether what was asked was refused for the sake of its access token, and not done at all:
    /// another token may cure it. Of calls with `token_in`.
    [[nodiscard]] virtual bool token_refused([[maybe_unused]] const ProviderAnswer& answer) const {
        return false;
    }

    /// For who looks at a message before it goes: made by the same functions as the message itself.
    /// Content passed `check`. Errors as first_step()'s.
    [[nodiscard]] virtual Result<Rendering> rendered(
        [[maybe_unused]] const SendRequest& request) const {
        return Rendering{};
    }

    /// Shows «typing …» / marks what came as read; nullopt where the channel has no such thing, or
    /// `last` is nothing that it could be about.
    [[nodiscard]] virtual std::optional<ProviderCall> typing(
        std::string_view to, std::string_view last_external_id) const = 0;
    [[nodiscard]] virtual std::optional<ProviderCall> mark_read(std::string_view to,
                                                                const LastMessage& last) const = 0;
    /// Why one of these was not done; nothing: it was.
    [[nodiscard]] virtual std::optional<SendOutcome> sign_refused(
        const ProviderAnswer& answer, [[maybe_unused]] Instant now) const {
        return answer.status / 100 == 2 ? std::nullopt : std::optional<SendOutcome>(SendOutcome{});
    }

    /// Asks for a page of the account's templates; `page` is empty, or what the page before named.
    /// Nullopt where the provider has no such list, or the account does not say which.
    [[nodiscard]] virtual std::optional<ProviderCall> list_templates(
        [[maybe_unused]] std::string_view page) const {
        return std::nullopt;
    }
    /// The page, or why there is none (its `result` as for a message, never `accepted`).
    [[nodiscard]] virtual std::variant<TemplatePage, SendOutcome> listed(
        [[maybe_unused]] const ProviderAnswer& answer, [[maybe_unused]] Instant now) const {
        return SendOutcome{};
    }
};

}  // namespace postern::adapters
