// What the answer to a send means: the code decides (Meta, "Error codes"). How Graph answers is
// meta/graph_answer.
#include "adapters/meta/graph_answer.h"
#include "adapters/whatsapp/send.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Object;

/// Code 100 with this subcode: the phone number id is not the token's to use.
constexpr std::int64_t code_bad_parameter = 100;
constexpr std::int64_t subcode_no_such_object = 33;

std::string accepted_id(Object root, const SendRequest&) {
    const auto messages = json::array(root, "messages");
    if (!messages || messages->size() == 0) return {};
    json::Value first;
    if (messages->at(0).get(first) != simdjson::SUCCESS) return {};
    const auto message = json::as_object(first);
    return message ? std::string(json::text(*message, "id")) : std::string{};
}

std::optional<SendOutcome> judge(const meta::GraphError& error, Instant now) {
    if (error.code == code_bad_parameter && error.subcode == subcode_no_such_object) {
        return shared::outcome(SendResult::credential, "sender_unknown");
    }
    const shared::CodeRule* const rule = shared::find_rule(code_rules(), *error.code);
    if (rule == nullptr) return std::nullopt;
    return shared::outcome_of(*rule, now);
}

constexpr meta::GraphRules graph_rules{&accepted_id, &judge};

}  // namespace

SendOutcome classify(const ProviderAnswer& answer, const SendRequest& request,
                     std::span<const Secret> credentials) {
    return meta::classify_graph(answer, request, graph_rules, credentials);
}

std::string media_id_of(const ProviderAnswer& answer) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    return root && answer.status < 300 ? json::id(*root, "id") : std::string{};
}

bool may_be_media(const SendOutcome& outcome) {
    const std::string code = outcome.provider_code.substr(0, outcome.provider_code.find('/'));
    return outcome.result == SendResult::permanent &&
           (code == "100" || code == "131009" || code == "131053");
}

}  // namespace postern::adapters::whatsapp
