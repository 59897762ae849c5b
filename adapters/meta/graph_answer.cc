// Meta, "Error handling" and "Rate limits" of the Graph API, v25.0.
#include "adapters/meta/graph_answer.h"

#include <algorithm>

namespace postern::adapters::meta {
namespace {

using json::Object;

constexpr std::int64_t minutes_max = 24 * 60;

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

/// "(#131047) Re-engagement message: closed since …": the longest words that Graph gives.
std::string words_of(Object error) {
    std::string words(json::text(error, "message"));
    const auto add = [&words](std::string_view more) {
        if (more.empty() || words.find(more) != std::string::npos) return;
        if (!words.empty()) words += ": ";
        words += more;
    };
    const auto data = json::object(error, "error_data");
    const std::string_view details = data ? json::text(*data, "details") : std::string_view{};
    if (!details.empty()) {
        add(details);
    } else {
        add(json::text(error, "error_user_title"));
        add(json::text(error, "error_user_msg"));
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

SendOutcome judge(Object object, int status, const GraphRules& rules, Instant now) {
    GraphError error;
    error.code = json::loose_integer(object, "code");
    error.subcode = json::loose_integer(object, "error_subcode");
    error.is_transient = json::flag(object, "is_transient");
    error.status = status;
    error.words = json::text(object, "message");
    std::optional<SendOutcome> known = error.code ? rules.judge(error, now) : std::nullopt;
    SendOutcome out = known ? std::move(*known) : by_status(status, true, error.is_transient);
    if (error.code) out.provider_code = std::to_string(*error.code);
    if (error.code && error.subcode) out.provider_code += "/" + std::to_string(*error.subcode);
    out.detail = words_of(object);
    return out;
}

SendOutcome accepted_or_unknown(std::optional<Object> root, const SendRequest& request,
                                const GraphRules& rules) {
    std::string id = root ? rules.accepted_id(*root, request) : std::string{};
    if (id.empty()) return shared::outcome(SendResult::unknown, "answer_not_understood");
    SendOutcome out = shared::outcome(SendResult::accepted, "accepted");
    out.external_id = std::move(id);
    return out;
}

}  // namespace

SendOutcome classify_graph(const ProviderAnswer& answer, const SendRequest& request,
                           const GraphRules& rules, std::span<const Secret> credentials) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    const auto error = root ? json::object(*root, "error") : std::nullopt;
    SendOutcome out;
    if (error) {
        out = judge(*error, answer.status, rules, request.now);
    } else if (answer.status >= 200 && answer.status < 300) {
        out = accepted_or_unknown(root, request, rules);
    } else {
        out = by_status(answer.status, false, false);
    }
    if (out.result == SendResult::accepted) return out;
    if (out.provider_code.empty()) out.provider_code = std::to_string(answer.status);
    out.detail = shared::detail_of(error ? std::string_view(out.detail) : answer.body, credentials);
    if (out.result == SendResult::rate_limited && !out.retry_at) {
        out.retry_at = usage_retry(answer, request.now);
    }
    shared::wait_as_told(out, answer, request.now);
    return out;
}

}  // namespace postern::adapters::meta
