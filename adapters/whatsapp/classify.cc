// What Graph's answer to a send means: by code, and only where it names none by HTTP status
// (Meta, "Error codes"). Meta does not say whether an answer without a Graph error was sent before
// or after the message was taken: that is `unknown`.
#include <algorithm>

#include "adapters/shared/json.h"
#include "adapters/whatsapp/send.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Object;

/// Code 100 with this subcode: the phone number id is not the token's to use.
constexpr std::int64_t code_bad_parameter = 100;
constexpr std::int64_t subcode_no_such_object = 33;
constexpr std::int64_t minutes_max = 24 * 60;

SendOutcome accepted_or_unknown(std::optional<Object> root) {
    if (root) {
        if (const auto messages = json::array(*root, "messages")) {
            for (const json::Value element : *messages) {
                const auto message = json::as_object(element);
                if (!message || json::text(*message, "id").empty()) break;
                SendOutcome out = shared::outcome(SendResult::accepted, "accepted");
                out.external_id = json::text(*message, "id");
                return out;
            }
        }
    }
    return shared::outcome(SendResult::unknown, "answer_not_understood");
}

SendOutcome by_status(int status, bool graph_error, bool is_transient) {
    using shared::outcome;
    if (status == 429) return outcome(SendResult::rate_limited, "account_rate_limited");
    if (status == 401 || status == 403) return outcome(SendResult::credential, "token_refused");
    if (status == 503 || is_transient) {
        return outcome(SendResult::transient, "provider_unavailable");
    }
    if (status >= 500 && graph_error) return outcome(SendResult::transient, "provider_error");
    if (status >= 400 && status < 500) return outcome(SendResult::permanent, "rejected");
    return outcome(SendResult::unknown, "answer_not_understood");
}

/// "#131047: Re-engagement message: closed since …": the longest words that Graph gives.
std::string words_of(Object error) {
    std::string words(json::text(error, "message"));
    if (const auto data = json::object(error, "error_data")) {
        const std::string_view details = json::text(*data, "details");
        if (!details.empty()) words.append(": ").append(details);
    }
    return words;
}

/// Minutes until calls work again, from Graph's usage header: the longest of all that it lists.
std::optional<Instant> usage_retry(const ProviderAnswer& answer, Instant now) {
    const std::string_view header = answer.header("X-Business-Use-Case-Usage");
    if (header.empty()) return std::nullopt;
    std::string padded;
    padded.reserve(header.size() + simdjson::SIMDJSON_PADDING);
    padded.assign(header);
    const auto parsed = json::parse(padded);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!root) return std::nullopt;
    std::int64_t longest = 0;
    for (const auto [id, list] : *root) {
        json::Array usages;
        if (list.get(usages) != simdjson::SUCCESS) continue;
        for (const json::Value element : usages) {
            const auto usage = json::as_object(element);
            if (!usage) continue;
            const auto minutes = json::integer(*usage, "estimated_time_to_regain_access");
            longest = std::max(longest, minutes.value_or(0));
        }
    }
    if (longest <= 0) return std::nullopt;
    return now + std::chrono::minutes(std::min(longest, minutes_max));
}

SendOutcome classify_error(Object error, int status, Instant now) {
    const auto code = json::integer(error, "code");
    const auto subcode = json::integer(error, "error_subcode");
    const shared::CodeRule* const rule = code ? shared::find_rule(code_rules(), *code) : nullptr;
    SendOutcome out = rule != nullptr ? shared::outcome_of(*rule, now)
                                      : by_status(status, true, json::flag(error, "is_transient"));
    if (code == code_bad_parameter && subcode == subcode_no_such_object) {
        out = shared::outcome(SendResult::credential, "sender_unknown");
    }
    if (code) out.provider_code = std::to_string(*code);
    if (code && subcode) out.provider_code += "/" + std::to_string(*subcode);
    out.detail = words_of(error);
    return out;
}

}  // namespace

SendOutcome classify(const ProviderAnswer& answer, Instant now,
                     std::span<const Secret> credentials) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    const auto error = root ? json::object(*root, "error") : std::nullopt;
    SendOutcome out;
    if (error) {
        out = classify_error(*error, answer.status, now);
    } else if (answer.status >= 200 && answer.status < 300) {
        out = accepted_or_unknown(root);
    } else {
        out = by_status(answer.status, false, false);
    }
    if (out.result == SendResult::accepted) return out;
    if (out.provider_code.empty()) out.provider_code = std::to_string(answer.status);
    out.detail = shared::detail_of(error ? std::string_view(out.detail) : answer.body, credentials);
    if (out.result == SendResult::rate_limited && !out.retry_at) {
        out.retry_at = usage_retry(answer, now);
        if (!out.retry_at) out.retry_at = shared::retry_after(answer, now);
    }
    return out;
}

}  // namespace postern::adapters::whatsapp
