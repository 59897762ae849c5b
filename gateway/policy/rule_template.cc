// A template that the provider has not approved comes back as an error, and repeated ones hurt the
// account's standing. What we have heard nothing about (unknown) is left to the provider.
#include <fmt/format.h>

#include "gateway/model/json.h"
#include "gateway/policy/rules.h"

namespace postern::policy::rules {

Answer template_approved(const Case& c) {
    if (!c.facts.is_template) return std::nullopt;
    RuleResult result;
    std::string_view status;
    switch (c.facts.template_status) {
        case TemplateStatus::none:
        case TemplateStatus::approved:
            return std::nullopt;
        case TemplateStatus::unknown:
            status = "unknown";
            result.rule = Rule::template_approved;
            result.detail = "Whether the template is approved is not known: the provider decides.";
            break;
        case TemplateStatus::pending:
            status = "pending";
            result = wait(Rule::template_approved, {}, "The template waits for its approval.",
                          "wait for the provider, or use an approved template");
            break;
        case TemplateStatus::paused:
            status = "paused";
            result = wait(Rule::template_approved, {}, "The provider paused the template.",
                          "wait for the provider, or use another template");
            break;
        case TemplateStatus::rejected:
            status = "rejected";
            result = refuse(Rule::template_approved, "The provider rejected the template.",
                            "use an approved template");
            break;
        case TemplateStatus::disabled:
            status = "disabled";
            result = refuse(Rule::template_approved, "The provider disabled the template.",
                            "use an approved template");
            break;
    }
    model::JsonWriter json(result.facts_json);
    json.begin_object().member("template_status", status).end_object();
    return result;
}

}  // namespace postern::policy::rules
