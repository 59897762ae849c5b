// Meta's limits of a message ("Send API", "Send a utility message", read 2026), so that a mistake
// is the caller's 422.
#include "adapters/messenger/send.h"
#include "adapters/meta/send_api.h"
#include "adapters/shared/json.h"

namespace postern::adapters::messenger {
namespace {

using shared::ContentCheck;
using shared::element;

constexpr std::size_t template_name_max = 512;
constexpr std::size_t parameter_max = 1024;
constexpr std::size_t payload_max = 1000;
constexpr std::size_t template_buttons_max = 3;

void check_variables(const OutboundContent& content, ContentCheck& check) {
    std::size_t numbers = 0;
    for (const auto& [name, value] : content.variables) {
        const auto position = json::to_integer(name);
        if (position) ++numbers;
        check.text("variables." + name, value, parameter_max);
        const auto most = static_cast<std::int64_t>(content.variables.size());
        if (position && (*position < 1 || *position > most)) {
            check.wrong("variables." + name, "invalid", "positions count from 1 without a gap");
        }
    }
    if (numbers != 0 && numbers != content.variables.size()) {
        check.wrong("variables", "invalid", "Messenger takes positions or names, not both");
    }
}

/// Of a header only the words are filled in: a picture belongs to the template.
void check_template(const OutboundContent& content, ContentCheck& check) {
    check.text("name", content.name, template_name_max);
    check.text("language", content.language, 15);
    if (content.header) {
        if (content.header->media) {
            check.not_supported("header.kind", "medium to fill into a template's header");
        }
        check.text("header.text", content.header->text, parameter_max);
    }
    check_variables(content, check);
    for (std::size_t i = 0; i < content.template_buttons.size(); ++i) {
        const TemplateButton& button = content.template_buttons[i];
        if (button.index >= template_buttons_max) {
            check.wrong(element("buttons", i, "index"), "too_many",
                        "Messenger's templates have at most 3 buttons, counted from 0");
        }
        check.text(element("buttons", i, "payload"), button.payload, payload_max);
    }
}

}  // namespace

std::optional<FieldProblem> check(const OutboundContent& content) {
    return meta::check_message(content, {.channel = "Messenger",
                                         .words = {.characters_max = 2000},
                                         .phone_buttons = true,
                                         .check_template = &check_template});
}

}  // namespace postern::adapters::messenger
