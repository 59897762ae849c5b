// A form: `postern` names the attempt, `as` the kind, and every other field is a choice.
#include "adapters/viber/tracking.h"

#include <vector>

#include "adapters/shared/form.h"

namespace postern::adapters::viber {
namespace {

using shared::FormField;

constexpr std::string_view name_field = "postern";
constexpr std::string_view kind_field = "as";
constexpr std::size_t tracking_max = 4000;  // REST Bot API, 2026
constexpr std::size_t first_choice = 2;

std::vector<FormField> fields_of(std::string_view echo, const OutboundContent& content) {
    const bool list = content.type == ContentType::list;
    std::vector<FormField> fields = {
        {std::string(name_field), std::string(echo)},
        {std::string(kind_field),
         std::string(to_string(list ? ChoiceKind::list : ChoiceKind::button))}};
    for (const OutboundButton& button : content.buttons) {
        if (button.kind == ButtonKind::reply) fields.push_back({button.id, button.title});
    }
    for (const ListSection& section : content.sections) {
        for (const ListRow& row : section.rows) fields.push_back({row.id, row.title});
    }
    return fields;
}

std::optional<shared::Form> read(std::string_view tracking) {
    if (!tracking.starts_with("postern=")) return std::nullopt;
    auto form = shared::parse_form(tracking);
    if (!form || form->fields().size() < first_choice) return std::nullopt;
    if (form->fields()[1].name != kind_field) return std::nullopt;
    return std::move(*form);
}

}  // namespace

std::string tracking_of(std::string_view echo, const OutboundContent& content) {
    if (content.type != ContentType::buttons && content.type != ContentType::list) {
        return std::string(echo);
    }
    std::vector<FormField> fields = fields_of(echo, content);
    std::string tracking = shared::encode_form(fields);
    while (tracking.size() > tracking_max && fields.size() > first_choice) {
        fields.pop_back();
        tracking = shared::encode_form(fields);
    }
    return tracking;
}

std::optional<Tap> find_tap(std::string_view tracking, std::string_view text) {
    const auto form = read(tracking);
    if (!form || text.empty()) return std::nullopt;
    for (const FormField& field : form->fields().subspan(first_choice)) {
        if (field.name != text) continue;
        const bool list = form->fields()[1].value == to_string(ChoiceKind::list);
        return Tap{list ? ChoiceKind::list : ChoiceKind::button, field.value};
    }
    return std::nullopt;
}

std::string tracked_name(std::string_view tracking) {
    const auto form = read(tracking);
    return form ? form->fields()[0].value : std::string(tracking);
}

}  // namespace postern::adapters::viber
