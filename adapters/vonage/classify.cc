// What Vonage's answers mean. The SMS API says 200 to everything and a status for each part; the
// Messages API says 202 with an id, or a problem document whose type ends in a number.
#include <algorithm>

#include "adapters/shared/json.h"
#include "adapters/vonage/send.h"

namespace postern::adapters::vonage {
namespace {

using json::Object;
using shared::outcome;

constexpr std::int64_t already_sent = 1320;

SendOutcome by_status(int status) {
    if (status == 429) return outcome(SendResult::rate_limited, "account_rate_limited");
    if (status == 401 || status == 403) return outcome(SendResult::credential, "token_refused");
    if (status == 402) return outcome(SendResult::credential, "out_of_credit");
    if (status == 404) return outcome(SendResult::credential, "account_unknown");
    if (status == 503) return outcome(SendResult::transient, "provider_unavailable");
    if (status >= 400 && status < 500) return outcome(SendResult::permanent, "rejected");
    return outcome(SendResult::unknown, "answer_not_understood");
}

/// Of one part that was not taken.
SendOutcome of_part(Object part, Instant now) {
    const auto code = json::loose_integer(part, "status");
    if (!code) return outcome(SendResult::unknown, "answer_not_understood");
    const shared::CodeRule* const rule = shared::find_rule(sms_rules(), *code);
    SendOutcome out = rule != nullptr ? shared::outcome_of(*rule, now)
                                      : outcome(SendResult::permanent, "rejected");
    out.provider_code = std::to_string(*code);
    out.detail = json::text(part, "error-text");
    return out;
}

/// A message of several parts is taken if each is. Some of them on their way are no message to the
/// person, and a second attempt would bring them again: that is an end, and is told as one.
SendOutcome of_parts(json::Array parts, Instant now) {
    std::size_t taken = 0;
    std::size_t all = 0;
    std::string first_id;
    std::optional<SendOutcome> refusal;
    for (const json::Value element : parts) {
        ++all;
        const auto part = json::as_object(element);
        const std::string id = part ? json::id(*part, "message-id") : std::string{};
        const bool is_taken =
            part && json::loose_integer(*part, "status") == std::int64_t{0} && !id.empty();
        if (is_taken && taken++ == 0) first_id = id;
        if (is_taken || refusal) continue;
        refusal =
            part ? of_part(*part, now) : outcome(SendResult::unknown, "answer_not_understood");
        // An accepted part without an id is one that no receipt will find.
        if (refusal->provider_code == "0") {
            refusal = outcome(SendResult::unknown, "answer_not_understood");
        }
    }
    if (all == 0) return outcome(SendResult::unknown, "answer_not_understood");
    if (!refusal) {
        SendOutcome out = outcome(SendResult::accepted, "accepted");
        out.external_id = std::move(first_id);
        return out;
    }
    if (taken == 0) return std::move(*refusal);
    SendOutcome out = outcome(SendResult::permanent, "partly_sent");
    out.partly = true;
    out.provider_code = refusal->provider_code;
    out.detail = std::to_string(taken) + " of " + std::to_string(all) +
                 " parts were taken, then: " + refusal->detail;
    return out;
}

/// The number at the end of `type`, or in `title` or `code`, where it stands in webhooks.
std::optional<std::int64_t> code_of(Object problem) {
    const std::string_view type = json::text(problem, "type");
    const std::size_t mark = type.find_last_of("#/");
    if (mark != std::string_view::npos) {
        const auto code = json::to_integer(type.substr(mark + 1));
        if (code) return code;
    }
    const auto title = json::loose_integer(problem, "title");
    return title ? title : json::loose_integer(problem, "code");
}

SendOutcome taken(Object answer) {
    SendOutcome out = outcome(SendResult::accepted, "accepted");
    out.external_id = json::text(answer, "message_uuid");
    return out.external_id.empty() ? outcome(SendResult::unknown, "answer_not_understood") : out;
}

SendOutcome of_problem(Object problem, int status, Instant now) {
    const auto code = code_of(problem);
    if (code == already_sent) {
        SendOutcome out = taken(problem);
        if (out.result != SendResult::accepted) out.code = "already_sent";
        out.provider_code = std::to_string(already_sent);
        return out;
    }
    const shared::CodeRule* const rule = code ? shared::find_rule(message_rules(), *code) : nullptr;
    SendOutcome out = rule != nullptr ? shared::outcome_of(*rule, now) : by_status(status);
    // Too many requests are no judgement of this one, whatever number stands beside.
    if (status == 429 && out.result == SendResult::permanent) out = by_status(status);
    if (code) out.provider_code = std::to_string(*code);
    const std::string_view detail = json::text(problem, "detail");
    out.detail = detail.empty() ? json::text(problem, "title") : detail;
    return out;
}

SendOutcome finished(SendOutcome out, const ProviderAnswer& answer, Instant now,
                     std::span<const Secret> credentials) {
    if (out.result == SendResult::accepted) return out;
    if (out.provider_code.empty()) out.provider_code = std::to_string(answer.status);
    out.detail = shared::detail_of(out.detail, credentials);
    // What Vonage names for this answer comes before what it documents for the code.
    if (out.result == SendResult::rate_limited) {
        if (const auto told = shared::retry_after(answer, now)) out.retry_at = told;
    }
    return out;
}

bool is_success(int status) {
    return status >= 200 && status < 300;
}

}  // namespace

SendOutcome classify_sms(const ProviderAnswer& answer, Instant now,
                         std::span<const Secret> credentials) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    const auto parts = root ? json::array(*root, "messages") : std::nullopt;
    SendOutcome out;
    if (parts && is_success(answer.status)) {
        out = of_parts(*parts, now);
    } else {
        out = by_status(answer.status);
        out.detail = answer.body;
    }
    return finished(std::move(out), answer, now, credentials);
}

SendOutcome classify_message(const ProviderAnswer& answer, Instant now,
                             std::span<const Secret> credentials) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    SendOutcome out;
    if (!root) {
        out = by_status(answer.status);
        out.detail = answer.body;
    } else if (is_success(answer.status)) {
        out = taken(*root);
    } else {
        out = of_problem(*root, answer.status, now);
    }
    return finished(std::move(out), answer, now, credentials);
}

}  // namespace postern::adapters::vonage
