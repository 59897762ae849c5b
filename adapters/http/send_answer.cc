// What an answer means by the account's own document; where it says nothing, by HTTP's rules.
#include <algorithm>

#include "adapters/http/pick.h"
#include "adapters/http/send_document.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::http {
namespace {

using shared::outcome;

constexpr std::size_t id_bytes_max = 255;

/// What stands at `pointer`, as text; nothing if nothing does.
std::optional<std::string> at(const std::optional<json::Value>& root, const std::string& pointer) {
    json::Value found;
    if (!root || root->at_pointer(pointer).get(found) != simdjson::SUCCESS || found.is_null()) {
        return std::nullopt;
    }
    return scalar_text(found);
}

bool holds(const Condition& condition, const ProviderAnswer& answer,
           const std::optional<json::Value>& root) {
    const auto is_in = [](const auto& list, const auto& what) {
        return std::ranges::find(list, what) != list.end();
    };
    if (!condition.statuses.empty() && !is_in(condition.statuses, answer.status)) return false;
    const auto stands = [&](const std::string& words) {
        return answer.body.find(words) != std::string_view::npos;
    };
    if (!condition.contains.empty() && std::ranges::none_of(condition.contains, stands)) {
        return false;
    }
    if (condition.pointer.empty()) return true;
    const auto word = at(root, condition.pointer);
    if (!word || is_in(condition.not_words, *word)) return false;
    return condition.words.empty() || is_in(condition.words, *word);
}

std::string_view trimmed(std::string_view text) {
    static constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string value_at(const AnswerPlace& place, const ProviderAnswer& answer,
                     const std::optional<json::Value>& root) {
    if (!place.header.empty()) return std::string(answer.header(place.header));
    if (!place.between) return place.pointer.empty() ? "" : at(root, place.pointer).value_or("");
    std::string_view rest = trimmed(answer.body);
    const std::size_t begin = rest.find(place.after);
    if (begin == std::string_view::npos) return {};
    rest.remove_prefix(begin + place.after.size());
    const std::size_t end =
        place.until.empty() ? rest.find_first_of("\r\n") : rest.find(place.until);
    // What is cut off may be cut within the value.
    if (end == std::string_view::npos && !place.until.empty()) return {};
    const std::string_view found = trimmed(rest.substr(0, end));
    return found.size() > id_bytes_max ? std::string{} : std::string(found);
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
                  const ProviderAnswer& answer, const std::optional<json::Value>& root,
                  std::span<const Secret> credentials) {
    SendOutcome out = outcome(SendResult::accepted, "accepted");
    out.external_id = value_at(document.id, answer, root);
    // A place that yields what we sent to prove ourselves yields no id: those are kept, and shown.
    if (shared::without_credentials(out.external_id, credentials) != out.external_id)
        out.external_id.clear();
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
    if (holds(document.ok, answer, root))
        return taken(document, request, answer, root, credentials);
    SendOutcome out = by_status(answer.status, root.has_value());
    for (const Meaning& meaning : document.meanings) {
        if (!holds(meaning.when, answer, root)) continue;
        out = outcome(meaning.result, meaning.code);
        out.address = meaning.address;
        if (!meaning.when.pointer.empty()) {
            out.provider_code = shared::without_credentials(
                at(root, meaning.when.pointer).value_or(""), credentials);
        }
        break;
    }
    if (out.provider_code.empty()) out.provider_code = std::to_string(answer.status);
    const std::string words = value_at(document.detail, answer, root);
    out.detail =
        shared::detail_of(words.empty() ? answer.body : std::string_view(words), credentials);
    if (out.result == SendResult::rate_limited || out.result == SendResult::transient) {
        out.retry_at = shared::retry_after(answer, request.now);
    }
    return out;
}

}  // namespace postern::adapters::http
