// What WeChat's answers mean: by `errcode`, and only where there is none by HTTP status.
#include <algorithm>
#include <array>

#include "adapters/shared/json.h"
#include "adapters/wechat/send.h"

namespace postern::adapters::wechat {
namespace {

using json::Object;
using shared::outcome;

constexpr std::int64_t daily_limit = 45009;
constexpr std::int64_t media_gone = 40007;
constexpr std::int64_t typing_already = 45081;
constexpr std::chrono::hours china{8};  // no daylight saving time
constexpr std::array<std::int64_t, 4> stale = {40001, 40014, 41001, 42001};

std::optional<Object> root_of(const ProviderAnswer& answer) {
    const auto parsed = json::parse(answer.body);
    return parsed ? json::as_object(*parsed) : std::nullopt;
}

std::optional<std::int64_t> code_of(const ProviderAnswer& answer) {
    const auto root = root_of(answer);
    return root ? json::loose_integer(*root, "errcode") : std::nullopt;
}

/// Quotas count anew at midnight, Beijing time.
Instant next_quota_day(Instant now) {
    const auto today = std::chrono::floor<std::chrono::days>(now + china);
    return Instant(today + std::chrono::days(1)) - china;
}

SendOutcome by_code(std::int64_t code, Instant now) {
    const shared::CodeRule* const rule = shared::find_rule(code_rules(), code);
    if (rule == nullptr) return outcome(SendResult::permanent, "rejected");
    SendOutcome out = shared::outcome_of(*rule, now);
    if (code == daily_limit) out.retry_at = next_quota_day(now);
    return out;
}

SendOutcome by_http(int status, SendResult unclear) {
    if (status == 429) return outcome(SendResult::rate_limited, "account_rate_limited");
    if (status == 503) return outcome(SendResult::transient, "provider_unavailable");
    if (status == 401 || status == 403) return outcome(SendResult::credential, "token_refused");
    if (status == 404) return outcome(SendResult::credential, "endpoint_unknown");
    if (status >= 400 && status < 500) return outcome(SendResult::permanent, "rejected");
    return outcome(unclear, "answer_not_understood");
}

/// `unclear`: what an answer means that WeChat did not write.
SendOutcome refusal(const ProviderAnswer& answer, SendResult unclear, Instant now,
                    std::span<const Secret> credentials) {
    const auto root = root_of(answer);
    const auto code = root ? json::loose_integer(*root, "errcode") : std::nullopt;
    SendOutcome out = code && *code != 0 ? by_code(*code, now) : by_http(answer.status, unclear);
    out.provider_code = std::to_string(code ? *code : answer.status);
    out.detail = shared::detail_of(code ? json::text(*root, "errmsg") : answer.body, credentials);
    shared::wait_as_told(out, answer, now);
    return out;
}

}  // namespace

std::string token_of(const ProviderAnswer& answer) {
    const auto root = root_of(answer);
    return root ? std::string(json::text(*root, "access_token")) : std::string{};
}

std::string media_id_of(const ProviderAnswer& answer) {
    const auto root = root_of(answer);
    return root ? std::string(json::text(*root, "media_id")) : std::string{};
}

bool is_media_gone(const ProviderAnswer& answer) {
    return code_of(answer) == media_gone;
}

bool is_stale(const ProviderAnswer& answer) {
    const auto code = code_of(answer);
    return code && std::ranges::find(stale, *code) != stale.end();
}

bool is_done(const ProviderAnswer& answer) {
    return code_of(answer) == 0 && answer.status < 300;
}

bool is_typing(const ProviderAnswer& answer) {
    return code_of(answer) == typing_already;
}

SendOutcome classify_before(const ProviderAnswer& answer, Instant now,
                            std::span<const Secret> credentials) {
    return refusal(answer, SendResult::transient, now, credentials);
}

/// Customer service messages have no id: our name of the attempt stands in.
SendOutcome classify(const SendRequest& request, const ProviderAnswer& answer,
                     std::span<const Secret> credentials) {
    if (is_done(answer)) {
        const auto root = root_of(answer);
        SendOutcome out = outcome(SendResult::accepted, "accepted");
        out.external_id = json::id(*root, "msgid");
        if (out.external_id.empty()) out.external_id = "custom:" + std::string(request.echo);
        return out;
    }
    return refusal(answer, SendResult::unknown, request.now, credentials);
}

}  // namespace postern::adapters::wechat
