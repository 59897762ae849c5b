// Configuration first, then an answer.
#include "adapters/webchat/form.h"

#include <algorithm>
#include <array>

#include "adapters/shared/json.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::webchat {
namespace {

constexpr std::size_t fields_max = 20;
constexpr std::size_t options_max = 100;
constexpr std::size_t name_max = 64;
constexpr std::size_t text_max = 200;
constexpr std::size_t textarea_max = 2000;

constexpr std::array<std::string_view, 8> type_words = {"text",   "textarea", "email",    "tel",
                                                        "number", "select",   "checkbox", "hidden"};

bool is_field_name(std::string_view name) {
    return !name.empty() && name.size() <= name_max && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

/// What is wrong with one field of the configuration; empty: nothing.
std::string read_options(json::Object table, FormField& field) {
    if (const auto options = json::array(table, "options")) {
        for (const json::Value value : *options) {
            std::string_view option;
            if (value.get(option) != simdjson::SUCCESS || option.empty())
                return "options are texts, none of them empty";
            field.options.emplace_back(option);
        }
    }
    const bool select = field.type == FieldType::select;
    if (select && (field.options.empty() || field.options.size() > options_max))
        return "a select needs options, at most 100";
    if (!select && !field.options.empty()) return "only a select has options";
    return {};
}

std::string read_field(json::Object table, FormField& field) {
    field.name = json::text(table, "name");
    if (!is_field_name(field.name)) return "name: letters, digits, - and _, at most 64";
    const std::string_view type = json::text(table, "type");
    const auto word = std::ranges::find(type_words, type.empty() ? "text" : type);
    if (word == type_words.end())
        return "type: one of text textarea email tel number select checkbox hidden";
    field.type = static_cast<FieldType>(word - type_words.begin());
    field.required = json::flag(table, "required");
    if (field.required && field.type == FieldType::hidden)
        return "a hidden field is never required";
    field.label = json::text(table, "label");
    field.country = json::text(table, "country");
    field.text_id = json::text(table, "text_id");
    const bool long_text = field.type == FieldType::textarea;
    const auto max = json::integer(table, "max");
    if (max && (*max < 1 || *max > static_cast<std::int64_t>(textarea_max)))
        return "max: 1 to 2000 characters";
    field.max = max ? static_cast<std::size_t>(*max) : (long_text ? textarea_max : text_max);
    return read_options(table, field);
}

}  // namespace

std::string_view FilledForm::value(std::string_view name) const {
    const auto found = std::ranges::find(values, name, &std::pair<std::string, std::string>::first);
    return found == values.end() ? std::string_view{} : std::string_view(found->second);
}

Form Form::parse(std::string_view list_json, std::string& problem) {
    Form form;
    if (list_json.empty()) return form;
    std::string padded(list_json);
    padded.append(64, ' ');
    const auto parsed = json::parse(std::string_view(padded).substr(0, list_json.size()));
    json::Array list;
    if (!parsed || parsed->get(list) != simdjson::SUCCESS || list.size() > fields_max) {
        problem = R"(form: write a list: [{ name = "email", type = "email", required = true }])";
        return form;
    }
    for (const json::Value value : list) {
        FormField field;
        const auto table = json::as_object(value);
        std::string wrong = table ? read_field(*table, field) : "a field is a table";
        const auto same = [&](const FormField& other) { return other.name == field.name; };
        if (wrong.empty() && std::ranges::any_of(form.fields_, same))
            wrong = "this name came before";
        if (!wrong.empty()) {
            problem = "form: \"" + field.name + "\": " + wrong;
            return form;
        }
        form.fields_.push_back(std::move(field));
    }
    return form;
}

std::string Form::describe() const {
    json::Builder out;
    out.open().open_list("fields");
    for (const FormField& field : fields_) {
        out.open().text("name", field.name);
        out.text("type", type_words[static_cast<std::size_t>(field.type)]);
        out.flag("required", field.required).text_if("label", field.label);
        out.integer("max", static_cast<std::int64_t>(field.max));
        out.text_if("text_id", field.text_id);
        if (!field.options.empty()) {
            out.open_list("options");
            for (const std::string& option : field.options) out.text({}, option);
            out.close_list();
        }
        out.close();
    }
    out.close_list().close();
    return out.finish();
}

std::vector<std::pair<std::string, std::string>> Form::keys(const FilledForm& filled) const {
    std::vector<std::pair<std::string, std::string>> keys;
    for (const auto& [type, name] :
         {std::pair{FieldType::tel, "phone"}, std::pair{FieldType::email, "email"}}) {
        const auto field =
            std::ranges::find_if(fields_, [&, wanted = type](const FormField& candidate) {
                return candidate.type == wanted && !filled.value(candidate.name).empty();
            });
        if (field != fields_.end()) keys.emplace_back(name, filled.value(field->name));
    }
    return keys;
}

std::string Form::in_words(const FilledForm& filled) const {
    std::string words;
    for (const FormField& field : fields_) {
        const std::string_view value = filled.value(field.name);
        if (value.empty()) continue;
        if (!words.empty()) words += '\n';
        words.append(field.label.empty() ? field.name : field.label).append(": ").append(value);
    }
    return words;
}

}  // namespace postern::adapters::webchat
