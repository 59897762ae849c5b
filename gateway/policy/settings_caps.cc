// caps, consent and duplicates: by category. They add to what a preset of quiet_hours brings; the
// strictest holds.
#include <fmt/format.h>

#include "gateway/policy/settings_json.h"

namespace postern::policy {
namespace {

constexpr std::string_view wanted_cap = "must be so many in whole hours, like \"3/7d\"";

bool parse_cap(std::string_view text, FrequencyCap& out) {
    Pace pace;
    if (!parse_pace(text, pace) || pace.period % std::chrono::hours{1} != pace.period.zero())
        return false;
    out.count = pace.count;
    out.period = std::chrono::duration_cast<std::chrono::hours>(pace.period);
    return true;
}

/// A text, or a list of texts.
std::vector<Json> one_or_many(Json value) {
    simdjson::dom::array items;
    if (value.get(items) != simdjson::SUCCESS) return {value};
    return {items.begin(), items.end()};
}

}  // namespace

void read_caps(Json value, std::string& problem, AccountPolicy& out) {
    Members members("caps", value, problem);
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return;
    for (const auto& [name, given] : object) {
        Category category{};
        if (!parse_category(name, category)) {
            members.fault(name, "is not a category");
            continue;
        }
        for (const Json item : one_or_many(given)) {
            std::string_view text;
            FrequencyCap cap;
            cap.categories = only(category);
            if (item.get(text) == simdjson::SUCCESS && parse_cap(text, cap)) {
                out.caps.push_back(std::move(cap));
            } else {
                members.fault(name, wanted_cap);
            }
        }
    }
}

void read_consent(Json value, std::string& problem, AccountPolicy& out) {
    Members members("consent", value, problem);
    out.consent_required |= read_categories(members, "required");
}

void read_duplicates(Json value, std::string& problem, AccountPolicy& out) {
    Members members("duplicates", value, problem);
    for (std::size_t i = 0; i < category_count; ++i) {
        const std::string_view category = to_string(static_cast<Category>(i));
        if (!members.has(category)) continue;
        std::chrono::milliseconds within{0};
        if (members.text(category) != "off") members.duration(category, within);
        out.duplicate_within[i] = std::chrono::duration_cast<std::chrono::minutes>(within);
    }
}

}  // namespace postern::policy
