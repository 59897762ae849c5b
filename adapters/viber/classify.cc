// What Viber's answer to send_message means: its `status`, whatever HTTP says; and only where there
// is none, the HTTP status.
#include <algorithm>
#include <array>

#include "adapters/shared/json.h"
#include "adapters/viber/send.h"

namespace postern::adapters::viber {
namespace {

using json::Object;
using shared::outcome;

constexpr std::int64_t status_ok = 0;
constexpr std::int64_t status_too_many = 12;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

/// 100 messages an hour go to one person who does not answer; the same status stands for the limit
/// of the bot. Only the words tell which.
bool names_the_person(std::string_view words) {
    static constexpr std::array<std::string_view, 4> signs = {"user", "receiver", "subscriber",
                                                              "hour"};
    const std::string spoken = lower(words);
    return std::ranges::any_of(
        signs, [&](std::string_view sign) { return spoken.find(sign) != std::string::npos; });
}

SendOutcome too_many(std::string_view words, Instant now) {
    if (!names_the_person(words)) return outcome(SendResult::rate_limited, "account_rate_limited");
    SendOutcome out = outcome(SendResult::rate_limited, "recipient_rate_limited");
    out.scope = LimitScope::recipient;
    out.retry_at = std::chrono::ceil<std::chrono::hours>(now + std::chrono::microseconds(1));
    return out;
}

SendOutcome accepted_or_unknown(Object root) {
    SendOutcome out = outcome(SendResult::accepted, "accepted");
    out.external_id = json::id(root, "message_token");
    return out.external_id.empty() ? outcome(SendResult::unknown, "answer_not_understood") : out;
}

SendOutcome by_status(std::int64_t status, std::string_view words, Instant now) {
    if (status == status_too_many) return too_many(words, now);
    const shared::CodeRule* const rule = shared::find_rule(code_rules(), status);
    // «General error»: refused, for a reason that Viber does not name.
    return rule != nullptr ? shared::outcome_of(*rule, now)
                           : outcome(SendResult::transient, "provider_error");
}

/// Between us and Viber's API: it may have taken the message before a 5xx.
SendOutcome by_http(int status) {
    if (status == 429) return outcome(SendResult::rate_limited, "account_rate_limited");
    if (status == 503) return outcome(SendResult::transient, "provider_unavailable");
    if (status == 401 || status == 403) return outcome(SendResult::credential, "token_refused");
    if (status == 404) return outcome(SendResult::credential, "endpoint_unknown");
    if (status >= 400 && status < 500) return outcome(SendResult::permanent, "rejected");
    return outcome(SendResult::unknown, "answer_not_understood");
}

}  // namespace

SendOutcome classify(const ProviderAnswer& answer, Instant now,
                     std::span<const Secret> credentials) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    const auto status = root ? json::loose_integer(*root, "status") : std::nullopt;
    SendOutcome out;
    if (!status || answer.status >= 500) {
        out = by_http(answer.status);
        out.provider_code = std::to_string(answer.status);
        out.detail = shared::detail_of(answer.body, credentials);
    } else if (*status == status_ok) {
        out = accepted_or_unknown(*root);
        if (out.result == SendResult::accepted) return out;
        out.provider_code = "0";
    } else {
        const std::string_view words = json::text(*root, "status_message");
        out = by_status(*status, words, now);
        out.provider_code = std::to_string(*status);
        out.detail = shared::detail_of(words, credentials);
    }
    shared::wait_as_told(out, answer, now);
    return out;
}

}  // namespace postern::adapters::viber
