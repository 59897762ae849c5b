// What a template must be to be sent: a name, words, well-formed placeholders. What WhatsApp will
// not approve (Meta, "Template components", v25.0, 2026) is only warned of: the list is Meta's.
#include <algorithm>

#include "gateway/api/templates_json.h"
#include "gateway/templates/placeholders.h"

namespace postern::api {
namespace {

using model::TemplateRow;
using Errors = std::vector<FieldError>;

constexpr std::size_t whatsapp_body_max = 1024;
constexpr std::size_t whatsapp_line_max = 60;
constexpr std::size_t whatsapp_label_max = 25;
constexpr std::size_t whatsapp_buttons_max = 10;

void fault(Errors& errors, std::string field, std::string code, std::string detail) {
    errors.push_back({std::move(field), std::move(code), std::move(detail)});
}

void check_placeholders(std::string field, std::string_view text, Errors& errors) {
    if (auto wrong = templates::placeholder_fault(text))
        return fault(errors, std::move(field), "invalid_placeholder", std::move(*wrong));
    const auto names = templates::placeholders(text);
    if (templates::mixes_placeholders(names)) {
        return fault(errors, std::move(field), "mixed_placeholders",
                     "Placeholders are all names or all numbers.");
    }
}

/// Unicode characters, as providers count them.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void at_most(Errors& errors, std::string field, std::string_view text, std::size_t most) {
    if (characters(text) <= most) return;
    fault(errors, std::move(field), "too_long",
          "WhatsApp takes at most " + std::to_string(most) + " characters.");
}

bool is_whatsapp_name(std::string_view name) {
    return std::ranges::all_of(
        name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

void check_numbers(std::string_view text, Errors& errors) {
    const auto names = templates::placeholders(text);
    if (names.empty() || names.front().find_first_not_of("0123456789") != std::string::npos) return;
    for (std::size_t n = 1; n <= names.size(); ++n) {
        if (std::ranges::find(names, std::to_string(n)) != names.end()) continue;
        return fault(
            errors, "body", "invalid_placeholder",
            "WhatsApp counts from 1 without a gap: {{" + std::to_string(n) + "}} is missing.");
    }
}

void check_whatsapp(const TemplateRow& row, Errors& errors) {
    if (!is_whatsapp_name(row.name))
        fault(errors, "name", "invalid", "WhatsApp takes lower-case letters, digits and _.");
    at_most(errors, "body", row.body, whatsapp_body_max);
    at_most(errors, "footer", row.footer, whatsapp_line_max);
    if (!templates::placeholders(row.footer).empty())
        fault(errors, "footer", "invalid_placeholder", "WhatsApp takes none in a footer.");
    if (row.body.starts_with("{{") || row.body.ends_with("}}")) {
        fault(errors, "body", "invalid_placeholder",
              "WhatsApp takes no placeholder at the beginning or the end.");
    }
    check_numbers(row.body, errors);
    if (row.header && !row.header->media) {
        at_most(errors, "header.text", row.header->text, whatsapp_line_max);
        if (templates::placeholders(row.header->text).size() > 1)
            fault(errors, "header.text", "too_many", "WhatsApp takes one placeholder here.");
    }
    if (row.buttons.size() > whatsapp_buttons_max)
        fault(errors, "buttons", "too_many", "WhatsApp takes at most 10 buttons.");
    for (std::size_t i = 0; i < row.buttons.size(); ++i) {
        const std::string place = "buttons[" + std::to_string(i) + "]";
        at_most(errors, place + ".title", row.buttons[i].title, whatsapp_label_max);
        const auto names = templates::placeholders(row.buttons[i].url);
        if (names.size() > 1 || (names.size() == 1 && !row.buttons[i].url.ends_with("}}"))) {
            fault(errors, place + ".url", "invalid_placeholder",
                  "WhatsApp takes one placeholder, at the end of the URL.");
        }
    }
}

bool is_language(std::string_view language) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto part = [&letter](char c) {
        return letter(c) || c == '-' || c == '_' || (c >= '0' && c <= '9');
    };
    return language.size() >= 2 && letter(language[0]) && letter(language[1]) &&
           std::ranges::all_of(language, part) && part(language.back()) && language.back() != '-' &&
           language.back() != '_';
}

}  // namespace

void check_template(const TemplateRow& row, Errors& errors) {
    const std::string required = "This field is required.";
    const bool visible =
        std::ranges::none_of(row.name, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
    if (row.name.empty()) fault(errors, "name", "required", required);
    if (!visible) fault(errors, "name", "invalid", "A name is one line of visible characters.");
    if (row.language.empty())
        fault(errors, "language", "required", required);
    else if (!is_language(row.language))
        fault(errors, "language", "invalid", "This must be a language, like es or es_CO.");
    if (row.body.empty()) fault(errors, "body", "required", required);
    check_placeholders("body", row.body, errors);
    check_placeholders("footer", row.footer, errors);
    if (row.header) check_placeholders("header.text", row.header->text, errors);
    for (std::size_t i = 0; i < row.buttons.size(); ++i) {
        const std::string place = "buttons[" + std::to_string(i) + "]";
        check_placeholders(place + ".url", row.buttons[i].url, errors);
        if (!templates::placeholders(row.buttons[i].title).empty())
            fault(errors, place + ".title", "invalid_placeholder", "A label has no placeholder.");
    }
}

Errors template_warnings(const TemplateRow& row, std::string_view channel) {
    Errors warnings;
    if (row.body.empty()) return warnings;
    if (templates::placeholders(row.body).empty()) {
        fault(warnings, "body", "no_placeholders",
              "Everybody gets the same text: it has no placeholder.");
    }
    if (channel == "whatsapp") check_whatsapp(row, warnings);
    return warnings;
}

}  // namespace postern::api
