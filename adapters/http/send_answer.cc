// What an answer means by the account's own document; where it says nothing, by HTTP's rules.
#include <algorithm>

#include "adapters/http/pick.h"
#include "adapters/http/send_document.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::http {
namespace {

using shared::outcome;

/// What stands at `pointer`, as text; nothing if nothing does.
std::optional<std::string> at(const std::optional<json::Value>& root, const std::string& pointer) {
    json::Value found;
    if (!root || root->at_pointer(pointer).get(found) != simdjson::SUCCESS || found.is_null()) {
        return std::nullopt;
    }
    return scalar_text(found);
}

bool holds(const Condition& condition, int status, const std::optional<json::Value>& root) {
    const auto& statuses = condition.statuses;
    if (!statuses.empty() && std::ranges::find(statuses, status) == statuses.end()) return false;
    if (condition.pointer.empty()) return true;
    const auto word = at(root, condition.pointer);
    if (!word) return false;
    const auto& words = condition.words;
    return words.empty() || std::ranges::find(words, *word) != words.end();
}

/// HTTP alone cannot tell whether a 5xx came before or after the message was taken, except for 503,
/// which says that it was not.
SendOutcome by_status(int status, bool understood) {
    if (status == 429) return outcome(SendResult::rate_limited, "rate_limited");
    if (status == 401 || status == 403) return outcome(SendResult::credential, "token_refused");
    if (status == 503) return outcome(SendResult::transient, "provider_unavailable");
    if (status >= 400 && status < 500) return outcome(SendResult::permanent, "rejected");
    // A success whose body says otherwise, in the provider's own JSON.
    if (status >= 200 && status < 300 && understood) {
        return outcome(SendResult::permanent, "rejected");
    }
    return outcome(SendResult::unknown, "answer_not_understood");
}

SendOutcome taken(const SendDocument& document, const SendRequest& request,
                  const ProviderAnswer& answer, const std::optional<json::Value>& root) {
    SendOutcome out = outcome(SendResult::accepted, "accepted");
    if (!document.id_header.empty()) {
        out.external_id = answer.header(document.id_header);
    } else if (!document.id.empty()) {
        out.external_id = at(root, document.id).value_or("");
    }
    // Where the provider gives no id, receipts can only name ours.
    if (out.external_id.empty()) out.external_id = request.echo;
    return out;
}

}  // namespace

SendOutcome classify(const SendDocument& document, const SendRequest& request,
                     const ProviderAnswer& answer, std::span<const Secret> credentials) {
    const auto parsed = json::parse(answer.body);
    const std::optional<json::Value> root =
        parsed ? std::optional<json::Value>(*parsed) : std::nullopt;
    if (holds(document.ok, answer.status, root)) return taken(document, request, answer, root);
    SendOutcome out = by_status(answer.status, root.has_value());
    for (const Meaning& meaning : document.meanings) {
        if (!holds(meaning.when, answer.status, root)) continue;
        out = outcome(meaning.result, meaning.code);
        out.address = meaning.address;
        if (!meaning.when.pointer.empty()) {
            out.provider_code = at(root, meaning.when.pointer).value_or("");
        }
        break;
    }
    if (out.provider_code.empty()) out.provider_code = std::to_string(answer.status);
    const auto words = document.detail.empty() ? std::nullopt : at(root, document.detail);
    out.detail = shared::detail_of(words ? std::string_view(*words) : answer.body, credentials);
    if (out.result == SendResult::rate_limited || out.result == SendResult::transient) {
        out.retry_at = shared::retry_after(answer, request.now);
    }
    return out;
}

}  // namespace postern::adapters::http
