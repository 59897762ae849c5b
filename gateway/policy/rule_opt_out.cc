// Suppression lists and people's own «stop».
// A suppression stops everything, codes too, and only its removal lifts it. An opt-out stops
// notices, marketing and collections; what the person says later (START, a new consent) lifts it.
#include <fmt/format.h>

#include "gateway/model/json.h"
#include "gateway/policy/rules.h"

namespace postern::policy::rules {
namespace {

using Kind = AddressNote::Kind;

constexpr Categories stoppable =
    only(Category::transactional) | only(Category::marketing) | only(Category::collections);
// 47 CFR 64.1200(a)(12): one confirmation of a «stop», within five minutes of it.
constexpr std::chrono::minutes confirmation_within{5};

bool concerns(const AddressNote& note, const Facts& facts) {
    return note.account == 0 || note.account == facts.account;
}

std::string note_facts(const AddressNote& note) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("since", note.at).member_if("source", note.source);
    json.key("categories").begin_array();
    for (std::size_t i = 0; i < category_count; ++i) {
        const auto category = static_cast<Category>(i);
        if ((note.categories & only(category)) != 0) json.value(to_string(category));
    }
    json.end_array().end_object();
    return out;
}

/// What a «stop» covers. All of it means all that one can be bothered with: codes that the person
/// asks for and answers to what they write are stopped only where they were named themselves.
bool covers(const AddressNote& note, Category category) {
    if (note.categories == all_categories) {
        return (stoppable & only(category)) != 0 || category == Category::reply;
    }
    return (note.categories & only(category)) != 0;
}

bool lifted(const AddressNote& stop, const Facts& facts) {
    for (const AddressNote& note : *facts.notes) {
        const bool wish = note.kind == Kind::opted_in || note.kind == Kind::consent;
        if (wish && concerns(note, facts) && note.at > stop.at &&
            (note.categories & only(facts.category)) != 0) {
            return true;
        }
    }
    return false;
}

/// Whether a reply answers something that the person wrote after they said stop, or is the one
/// confirmation of the stop itself.
bool answers(const AddressNote& stop, const Case& c) {
    const Facts& facts = c.facts;
    if (facts.category != Category::reply) return false;
    if (facts.last_inbound > stop.at) return true;
    if (c.counted() < stop.at || c.counted() > stop.at + confirmation_within) return false;
    if (facts.past == nullptr) return true;
    for (const PastSend& sent : *facts.past) {
        if (sent.at >= stop.at && sent.message != facts.message) return false;
    }
    return true;
}

}  // namespace

Answer suppressed(const Case& c) {
    if (c.facts.blocked) {
        return refuse(Rule::suppressed, "The person blocked this account.",
                      "reach the person on another channel");
    }
    if (c.facts.notes == nullptr) return std::nullopt;
    for (const AddressNote& note : *c.facts.notes) {
        if (note.kind != Kind::suppressed || !concerns(note, c.facts) ||
            (note.categories & only(c.facts.category)) == 0) {
            continue;
        }
        std::string detail = "The address is suppressed";
        if (!note.reason.empty()) detail += ": " + note.reason;
        RuleResult result = refuse(Rule::suppressed, detail + ".", "remove the suppression");
        result.facts_json = note_facts(note);
        return result;
    }
    return std::nullopt;
}

Answer opt_out(const Case& c) {
    if (c.facts.notes == nullptr) return std::nullopt;
    for (const AddressNote& note : *c.facts.notes) {
        if (note.kind != Kind::opted_out || !concerns(note, c.facts) ||
            !covers(note, c.facts.category) || lifted(note, c.facts) || answers(note, c)) {
            continue;
        }
        RuleResult result =
            refuse(Rule::opt_out,
                   fmt::format("The person opted out of {} messages.", to_string(c.facts.category)),
                   "the person writes START, or gives a new consent");
        result.facts_json = note_facts(note);
        return result;
    }
    return std::nullopt;
}

}  // namespace postern::policy::rules
