// Consent: needed where the account or its preset says so (written consent for marketing in the US,
// opt-in in the EU and the UK), and never used after it was withdrawn.
#include <fmt/format.h>

#include "gateway/model/json.h"
#include "gateway/policy/rules.h"

namespace postern::policy::rules {
namespace {

using Kind = AddressNote::Kind;

/// The last that was said about this category: a consent, its withdrawal, or nothing. What was said
/// at the same moment counts against sending.
const AddressNote* last_word(const Facts& facts) {
    const AddressNote* last = nullptr;
    if (facts.notes == nullptr) return last;
    for (const AddressNote& note : *facts.notes) {
        if (note.kind == Kind::suppressed || note.kind == Kind::opted_out) continue;
        if (note.account != 0 && note.account != facts.account) continue;
        if ((note.categories & only(facts.category)) == 0) continue;
        const bool newer = last == nullptr || note.at > last->at ||
                           (note.at == last->at && note.kind == Kind::consent_revoked);
        if (newer) last = &note;
    }
    return last;
}

}  // namespace

Answer consent(const Case& c) {
    const AddressNote* last = last_word(c.facts);
    const std::string_view category = to_string(c.facts.category);
    if (last != nullptr && last->kind == Kind::consent_revoked) {
        RuleResult result = refuse(
            Rule::consent, fmt::format("The person withdrew the consent to {} messages.", category),
            "record a new consent");
        model::JsonWriter json(result.facts_json);
        json.begin_object().member("since", last->at).member_if("source", last->source);
        json.end_object();
        return result;
    }
    if (last != nullptr || (c.policy.consent_required & only(c.facts.category)) == 0) {
        return std::nullopt;
    }
    RuleResult result = refuse(
        Rule::consent,
        fmt::format("A recorded consent is needed for {} messages, and there is none.", category),
        "record the person's consent");
    model::JsonWriter json(result.facts_json);
    json.begin_object();
    if (!c.policy.quiet.preset.empty())
        json.member("preset", c.policy.quiet.preset).member("note", preset_note);
    json.end_object();
    return result;
}

}  // namespace postern::policy::rules
