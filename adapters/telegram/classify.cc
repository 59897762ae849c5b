// What the Bot API's answer means. It has few codes and many descriptions: the code first, then the
// first of the phrases that it contains (core.telegram.org/bots/api; descriptions as of 10.1).
#include <algorithm>
#include <array>

#include "adapters/shared/json.h"
#include "adapters/shared/outcome.h"
#include "adapters/telegram/decode.h"
#include "adapters/telegram/send.h"

namespace postern::adapters::telegram {
namespace {

using json::Object;
using enum SendResult;
using enum AddressVerdict;

constexpr std::int64_t retry_after_seconds_max = 86400;
constexpr std::int64_t flood_wait = 420;  // as older servers spell 429
/// What a person's chat alone is made to wait; longer waits are the bot's.
constexpr std::chrono::seconds chat_wait_max{30};

struct Phrase {
    int code;
    std::string_view phrase;  // lower case
    std::string_view word;    // ours
    AddressVerdict address = AddressVerdict::none;
};

/// All of these are permanent. Order matters: the first that fits.
constexpr std::array phrases = {
    Phrase{400, "chat not found", "invalid_recipient", dead},
    Phrase{400, "user not found", "invalid_recipient", dead},
    Phrase{400, "peer_id_invalid", "invalid_recipient", dead},
    Phrase{400, "invalid user_id", "invalid_recipient", dead},
    Phrase{400, "chat_id is empty", "invalid_recipient", dead},
    Phrase{400, "group is deactivated", "invalid_recipient", dead},
    Phrase{400, "chat is deactivated", "invalid_recipient", dead},
    Phrase{400, "input_user_deactivated", "invalid_recipient", dead},
    Phrase{400, "user_is_bot", "invalid_recipient", dead},
    Phrase{400, "user_is_blocked", "blocked", blocked},
    Phrase{400, "blocked by the user", "blocked", blocked},
    Phrase{400, "channel_private", "not_a_member", blocked},
    Phrase{400, "chat_send_", "no_rights"},
    Phrase{400, "not enough rights", "no_rights"},
    Phrase{400, "need administrator rights", "no_rights"},
    Phrase{400, "chat_admin_required", "no_rights"},
    Phrase{400, "chat_restricted", "no_rights"},
    Phrase{400, "topic_closed", "no_rights"},
    Phrase{400, "chat_write_forbidden", "no_rights"},
    Phrase{400, "have no rights", "no_rights"},
    Phrase{400, "message is too long", "invalid_content"},
    Phrase{400, "message to be replied not found", "reply_not_found"},
    Phrase{400, "message to reply not found", "reply_not_found"},
    Phrase{400, "message to react not found", "reply_not_found"},
    Phrase{400, "reaction_invalid", "invalid_content"},
    Phrase{400, "wrong file identifier", "media_unreachable"},
    Phrase{400, "wrong file_id", "media_unreachable"},
    Phrase{400, "can't upload file by url", "media_unreachable"},
    Phrase{400, "wrong remote file identifier", "media_unreachable"},
    Phrase{400, "failed to get http url content", "media_unreachable"},
    Phrase{400, "wrong type of the web page content", "media_unreachable"},
    Phrase{400, "file is too big", "media_unreachable"},
    Phrase{403, "blocked by the user", "blocked", blocked},
    Phrase{403, "user is deactivated", "invalid_recipient", dead},
    Phrase{403, "initiate conversation", "not_started", blocked},
    Phrase{403, "can't send messages to bots", "invalid_recipient", dead},
    Phrase{403, "can't send messages to the bot", "invalid_recipient", dead},
    Phrase{403, "group chat was deleted", "invalid_recipient", dead},
    Phrase{403, "bot was kicked", "not_a_member", blocked},
    Phrase{403, "not a member", "not_a_member", blocked},
    Phrase{403, "not enough rights", "no_rights"},
    Phrase{403, "have no rights", "no_rights"},
};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

std::optional<Object> root_of(const ProviderAnswer& answer) {
    const auto parsed = json::parse(answer.body);
    return parsed ? json::as_object(*parsed) : std::nullopt;
}

std::string integer_text(Object from, std::string_view name) {
    const auto value = json::integer(from, name);
    return value ? std::to_string(*value) : std::string{};
}

SendOutcome accepted_or_unknown(const SendRequest& request, Object root) {
    SendOutcome out = shared::outcome(accepted, "accepted");
    // As inbound ids are spelled, so that a reply or a reaction finds its message.
    if (const auto message = json::object(root, "result")) out.external_id = message_id(*message);
    // A reaction is no message: the answer is `true`, and the name of our attempt its id.
    if (request.content.type == ContentType::reaction && json::flag(root, "result")) {
        out.external_id = "reaction:" + std::string(request.echo);
    }
    if (out.external_id.empty()) return shared::outcome(unknown, "answer_not_understood");
    return out;
}

/// Seconds of «retry after 14», from servers that give no parameters.
std::optional<std::int64_t> seconds_in(std::string_view description) {
    static constexpr std::string_view sign = "retry after ";
    const std::string words = lower(description);
    const std::size_t at = words.find(sign);
    if (at == std::string::npos) return std::nullopt;
    const std::string_view rest = std::string_view(words).substr(at + sign.size());
    return json::to_integer(rest.substr(0, rest.find_first_not_of("0123456789")));
}

/// Telegram does not say whose limit it is. Every chat has one of its own (one a second; a group 20
/// a minute), so the chat waits first. The waits that it names grow where a bot goes on beyond the
/// bot's own limit: a long one of a person's chat, where none is due, makes the whole bot wait.
SendOutcome limited(const SendRequest& request, const ProviderAnswer& answer, Object root) {
    SendOutcome out = shared::outcome(rate_limited, "rate_limited");
    const bool group = request.to.starts_with('-') || request.to.starts_with('@');
    out.retry_at = shared::retry_after(answer, request.now);
    const auto parameters = json::object(root, "parameters");
    auto seconds = parameters ? json::loose_integer(*parameters, "retry_after") : std::nullopt;
    if (!seconds && !out.retry_at) seconds = seconds_in(json::text(root, "description"));
    if (seconds && *seconds >= 0) {
        out.retry_at =
            request.now + std::chrono::seconds(std::min(*seconds, retry_after_seconds_max));
    }
    const bool long_one = out.retry_at && *out.retry_at > request.now + chat_wait_max;
    out.scope = group || !long_one ? LimitScope::recipient : LimitScope::account;
    out.spreads = !group && !long_one;  // it tells a flood of the whole bot chat by chat
    return out;
}

SendOutcome refused(int code, std::string_view description) {
    using shared::outcome;
    if (code == 401) return outcome(credential, "token_refused");
    if (code == 404) return outcome(credential, "token_refused");  // a malformed token reads so
    if (code == 409) return outcome(credential, "conflict");
    if (code >= 500) return outcome(transient, "provider_unavailable");
    const std::string words = lower(description);
    for (const Phrase& known : phrases) {
        if (known.code != code || words.find(known.phrase) == std::string::npos) continue;
        SendOutcome out = outcome(permanent, known.word);
        out.address = known.address;
        return out;
    }
    return outcome(permanent, code == 403 ? "forbidden" : "rejected");
}

}  // namespace

std::string migrated_to(const ProviderAnswer& answer) {
    const auto root = root_of(answer);
    const auto parameters = root ? json::object(*root, "parameters") : std::nullopt;
    return parameters ? integer_text(*parameters, "migrate_to_chat_id") : std::string{};
}

SendOutcome classify(const SendRequest& request, const ProviderAnswer& answer,
                     std::span<const Secret> credentials) {
    const auto root = root_of(answer);
    if (root && json::flag(*root, "ok")) return accepted_or_unknown(request, *root);
    const auto code = root ? json::loose_integer(*root, "error_code") : std::nullopt;
    SendOutcome out;
    if (!code || *code < 400 || *code > 599) {
        // Not the Bot API's own answer: something between us and it.
        const bool door = answer.status == 503 || (answer.status >= 400 && answer.status < 500);
        out = door ? refused(answer.status, {}) : shared::outcome(unknown, "answer_not_understood");
        if (answer.status == 429) {
            out = shared::outcome(rate_limited, "rate_limited");
        }
        shared::wait_as_told(out, answer, request.now);
        out.provider_code = std::to_string(answer.status);
        out.detail = shared::detail_of(answer.body, credentials);
        return out;
    }
    const std::string_view description = json::text(*root, "description");
    out = *code == 429 || *code == flood_wait ? limited(request, answer, *root)
                                              : refused(static_cast<int>(*code), description);
    out.provider_code = std::to_string(*code);
    out.detail = shared::detail_of(description, credentials);
    if (out.result == transient) shared::wait_as_told(out, answer, request.now);
    return out;
}

}  // namespace postern::adapters::telegram
