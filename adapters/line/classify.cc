// What LINE's answer to a push means: the HTTP status, and where one status means several things
// the first phrase that the message contains ("Messaging API reference: Status codes, Error
// responses" and "Retry failed API requests", 2026).
#include <algorithm>
#include <array>

#include "adapters/line/build.h"
#include "adapters/line/send.h"
#include "adapters/shared/json.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::line {
namespace {

using json::Object;
using enum SendResult;
using enum AddressVerdict;

struct Rule {
    int status;
    std::string_view phrase;  // lower case; empty: any message
    SendResult result;
    std::string_view code;         // our word
    std::chrono::seconds wait{0};  // where LINE names none
    AddressVerdict address = none;
};

/// The first that fits, in order of status. A block by the person is no error: LINE answers 200.
constexpr std::array rules = {
    // A user id that does not exist or belongs to another provider; a group that we are not in.
    Rule{400, "failed to send messages", permanent, "invalid_recipient", {}, dead},
    Rule{400, "the property, 'to'", permanent, "invalid_recipient", {}, dead},
    Rule{400, "quotetoken", permanent, "reply_not_found"},
    Rule{400, "quote token", permanent, "reply_not_found"},
    Rule{400, "retry key", permanent, "invalid_retry_key"},
    Rule{400, "retry-key", permanent, "invalid_retry_key"},
    Rule{400, "request body", permanent, "invalid_content"},
    Rule{400, "", permanent, "rejected"},
    Rule{401, "", credential, "token_refused"},
    Rule{403, "", credential, "permission_missing"},
    // Not a word of LINE about pushes: another address than LINE's stands in base_url.
    Rule{404, "", credential, "endpoint_unknown"},
    Rule{410, "", permanent, "rejected"},
    Rule{413, "", permanent, "too_large"},
    Rule{415, "", permanent, "invalid_content"},
    // Counts anew at the month's start; while a broadcast runs, LINE holds back what it may need.
    Rule{429, "monthly limit", rate_limited, "monthly_limit", std::chrono::hours(1)},
    Rule{429, "", rate_limited, "account_rate_limited"},
};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

/// The message, and what `details` adds: property by property.
std::string words_of(Object root) {
    std::string words(json::text(root, "message"));
    const auto details = json::array(root, "details");
    if (!details) return words;
    for (const json::Value element : *details) {
        const auto detail = json::as_object(element);
        if (!detail) continue;
        words.append("; ").append(json::text(*detail, "property"));
        words.append(": ").append(json::text(*detail, "message"));
    }
    return words;
}

/// In the order of the messages of the push.
std::vector<std::string> message_ids(std::optional<Object> root) {
    std::vector<std::string> ids;
    const auto messages = root ? json::array(*root, "sentMessages") : std::nullopt;
    if (!messages) return ids;
    for (const json::Value element : *messages) {
        const auto message = json::as_object(element);
        std::string id = message ? json::id(*message, "id") : std::string();
        if (!id.empty() && ids.size() < messages_max) ids.push_back(std::move(id));
    }
    return ids;
}

/// Taken, now or by an earlier request with the same key. A person may quote any message of the
/// push. An answer without ids names the request, or at least ours.
SendOutcome taken(const SendRequest& request, std::optional<Object> root,
                  std::string_view request_id) {
    SendOutcome out = shared::outcome(accepted, "accepted");
    std::vector<std::string> ids = message_ids(root);
    if (!ids.empty()) {
        out.external_id = std::move(ids.back());
        ids.pop_back();
        out.earlier_ids = std::move(ids);
        return out;
    }
    if (!request_id.empty()) {
        out.external_id.append("request:").append(request_id);
    } else {
        out.external_id.append("retry_key:").append(retry_key(request.echo));
    }
    return out;
}

SendOutcome refused(int status, std::string_view words, Instant now) {
    const std::string spoken = lower(words);
    for (const Rule& rule : rules) {
        if (rule.status != status || spoken.find(rule.phrase) == std::string::npos) continue;
        SendOutcome out = shared::outcome(rule.result, rule.code);
        out.address = rule.address;
        if (rule.wait.count() > 0) out.retry_at = now + rule.wait;
        return out;
    }
    // LINE asks to repeat a 5xx with the same key: the first request may have been taken.
    if (status >= 500) return shared::outcome(unknown, "provider_error");
    return status >= 400 ? shared::outcome(permanent, "rejected")
                         : shared::outcome(unknown, "answer_not_understood");
}

}  // namespace

SendOutcome classify(const SendRequest& request, const ProviderAnswer& answer,
                     std::span<const Secret> credentials) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    const std::string words = root ? words_of(*root) : std::string(answer.body);
    SendOutcome out;
    if (answer.status == 409) {  // documented for a key that was accepted before, and nothing else
        out = taken(request, root, answer.header("X-Line-Accepted-Request-Id"));
    } else if (answer.status >= 200 && answer.status < 300) {
        out = root ? taken(request, root, answer.header("X-Line-Request-Id"))
                   : shared::outcome(unknown, "answer_not_understood");
    } else {
        out = refused(answer.status, words, request.now);
    }
    if (out.result == accepted) return out;
    out.provider_code = std::to_string(answer.status);
    out.detail = shared::detail_of(words, credentials);
    if (out.result == rate_limited) {
        if (const auto told = shared::retry_after(answer, request.now)) out.retry_at = told;
    }
    return out;
}

}  // namespace postern::adapters::line
