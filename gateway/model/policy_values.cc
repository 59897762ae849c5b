// The words of the contract.
#include "gateway/model/policy_values.h"

#include <array>

#include "gateway/model/ids.h"

namespace postern::model {
namespace {

constexpr std::array<std::string_view, category_count> categories = {
    "reply", "transactional", "authentication", "marketing", "collections"};
constexpr std::array<std::string_view, rule_count> rules = {
    "mode",    "account_active", "account_connected", "address_valid",     "suppressed",
    "opt_out", "consent",        "window_24h",        "template_approved", "quiet_hours",
    "holiday", "frequency_cap",  "duplicate_content", "own_address",       "rate",
    "expiry"};
constexpr std::array<std::string_view, 3> outcomes = {"pass", "wait", "refuse"};
constexpr std::array<std::string_view, 3> decisions = {"send", "wait", "refuse"};

}  // namespace

std::string_view to_string(Category category) {
    return categories[static_cast<std::size_t>(category)];
}

bool parse_category(std::string_view text, Category& out) {
    for (std::size_t i = 0; i < categories.size(); ++i) {
        if (categories[i] != text) continue;
        out = static_cast<Category>(i);
        return true;
    }
    return false;
}

Categories categories_named(std::string_view text) {
    Category category{};
    return parse_category(text, category) ? only(category) : all_categories;
}

std::string_view to_string(Rule rule) {
    return rules[static_cast<std::size_t>(rule)];
}

std::string_view to_string(Outcome outcome) {
    return outcomes[static_cast<std::size_t>(outcome)];
}

std::string_view to_string(Decision decision) {
    return decisions[static_cast<std::size_t>(decision)];
}

std::string name_of(const PastSend& sent) {
    if (sent.epoch == 0) return {};
    const Instant made = sent.at - std::chrono::milliseconds{sent.made_before_ms};
    return to_string(MessageId{make_ulid(made, sent.epoch, sent.message)});
}

Rule Verdict::decisive() const {
    const Outcome wanted = decision == Decision::refuse ? Outcome::refuse : Outcome::wait;
    const RuleResult* found = nullptr;
    for (const RuleResult& r : results) {
        if (r.outcome != wanted) continue;
        const bool later =
            found && found->until != Instant{} && (r.until == Instant{} || r.until > found->until);
        if (!found || (wanted == Outcome::wait && later)) found = &r;
    }
    return found ? found->rule : Rule::mode;
}

}  // namespace postern::model
