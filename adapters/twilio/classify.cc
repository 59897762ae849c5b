// What Twilio's answer to POST /Messages.json means: by its code, else by the HTTP status. A 429 is
// guaranteed not to have been processed; a 500, 502 or 504 may hide a message that was taken.
#include "adapters/shared/json.h"
#include "adapters/twilio/send.h"

namespace postern::adapters::twilio {
namespace {

using json::Object;
using shared::outcome;

SendOutcome by_status(int status) {
    if (status == 429) return outcome(SendResult::rate_limited, "account_rate_limited");
    if (status == 401 || status == 403) return outcome(SendResult::credential, "token_refused");
    if (status == 402) return outcome(SendResult::credential, "out_of_credit");
    if (status == 404) return outcome(SendResult::credential, "account_unknown");
    if (status == 503) return outcome(SendResult::transient, "provider_unavailable");
    if (status >= 400 && status < 500) return outcome(SendResult::permanent, "rejected");
    return outcome(SendResult::unknown, "answer_not_understood");
}

/// A message may be taken and have failed in the same answer.
SendOutcome of_message(Object message, Instant now) {
    const std::string_view sid = json::text(message, "sid");
    if (sid.empty()) return outcome(SendResult::unknown, "answer_not_understood");
    const std::string_view status = json::text(message, "status");
    const auto code = json::loose_integer(message, "error_code");
    if (code && (status == "failed" || status == "undelivered")) {
        const shared::CodeRule* const rule = shared::find_rule(code_rules(), *code);
        SendOutcome out = rule != nullptr ? shared::outcome_of(*rule, now)
                                          : outcome(SendResult::permanent, "rejected");
        out.provider_code = std::to_string(*code);
        out.detail = json::text(message, "error_message");
        return out;
    }
    SendOutcome out = outcome(SendResult::accepted, "accepted");
    out.external_id = sid;
    return out;
}

SendOutcome of_error(Object error, int status, Instant now) {
    const auto code = json::loose_integer(error, "code");
    const shared::CodeRule* const rule = code ? shared::find_rule(code_rules(), *code) : nullptr;
    SendOutcome out = rule != nullptr ? shared::outcome_of(*rule, now) : by_status(status);
    if (code) out.provider_code = std::to_string(*code);
    out.detail = json::text(error, "message");
    return out;
}

}  // namespace

SendOutcome classify(const ProviderAnswer& answer, Instant now,
                     std::span<const Secret> credentials) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    SendOutcome out;
    if (!root) {
        out = by_status(answer.status);
        out.detail = answer.body;
    } else if (answer.status >= 200 && answer.status < 300) {
        out = of_message(*root, now);
    } else {
        out = of_error(*root, answer.status, now);
    }
    if (out.result == SendResult::accepted) return out;
    if (out.provider_code.empty()) out.provider_code = std::to_string(answer.status);
    out.detail = shared::detail_of(out.detail, credentials);
    // What Twilio names for this answer comes before what it documents for the code.
    if (out.result == SendResult::rate_limited) {
        if (const auto told = shared::retry_after(answer, now)) out.retry_at = told;
    }
    return out;
}

}  // namespace postern::adapters::twilio
