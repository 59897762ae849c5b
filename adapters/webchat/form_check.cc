// An answer to the form: each field by its type. The widget checks the same, for the visitor's
// comfort; this is what counts.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "adapters/shared/content_check.h"
#include "adapters/shared/json.h"
#include "adapters/shared/phone.h"
#include "adapters/webchat/form.h"

namespace postern::adapters::webchat {
namespace {

constexpr std::size_t local_part_max = 64;
constexpr std::size_t mail_max = 254;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// What the browser sent, as text; a flag is "true" or nothing.
std::string text_of(json::Value value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return std::string(trimmed(text));
    bool flag = false;
    if (value.get(flag) == simdjson::SUCCESS) return flag ? "true" : "";
    return value.is_number() ? json::compact(value) : std::string{};
}

bool is_number(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
}

/// The code of what is wrong with a value that is there; empty: it is fine, and canonical now.
std::string_view judge(const FormField& field, std::string& value) {
    if (shared::characters(value) > field.max) return "too_long";
    switch (field.type) {
        case FieldType::text:
        case FieldType::textarea:
        case FieldType::hidden:
            return {};
        case FieldType::email: {
            if (!is_mail_address(value)) return "invalid";
            const auto at = value.rfind('@');
            std::transform(value.begin() + static_cast<std::ptrdiff_t>(at), value.end(),
                           value.begin() + static_cast<std::ptrdiff_t>(at), [](char c) {
                               return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
                           });
            return {};
        }
        case FieldType::tel: {
            shared::PhoneResult phone = shared::canonical_phone(value, field.country);
            if (!phone.ok()) return "invalid";
            value = std::move(phone.e164);
            return {};
        }
        case FieldType::number:
            return is_number(value) ? std::string_view{} : "invalid";
        case FieldType::select:
            return std::ranges::find(field.options, value) == field.options.end()
                       ? "not_an_option"
                       : std::string_view{};
        case FieldType::checkbox:
            return value == "true" ? std::string_view{} : "invalid";
    }
    return {};
}

}  // namespace

bool is_mail_address(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > local_part_max || text.size() > mail_max)
        return false;
    const std::string_view domain = text.substr(at + 1);
    const auto dot = domain.find('.');
    const bool shaped = dot != std::string_view::npos && dot != 0 && !domain.ends_with('.') &&
                        domain.find("..") == std::string_view::npos;
    return shaped && text.find('@') == at && std::ranges::all_of(text, [](unsigned char c) {
               return c > ' ' && c != 0x7f && c != '"' && c != '<' && c != '>' && c != ',' &&
                      c != ';';
           });
}

FilledForm Form::check(std::string_view answers_json) const {
    FilledForm filled;
    // The parser reads beyond the end.
    std::string padded(answers_json);
    padded.append(64, ' ');
    const auto parsed = json::parse(std::string_view(padded).substr(0, answers_json.size()));
    const auto answers = parsed ? json::as_object(*parsed) : std::nullopt;
    for (const FormField& field : fields_) {
        const auto answer = answers ? json::member(*answers, field.name) : std::nullopt;
        std::string value = answer ? text_of(*answer) : std::string{};
        if (value.empty()) {
            if (field.required) filled.errors.emplace_back(field.name, "required");
            continue;
        }
        if (const std::string_view code = judge(field, value); !code.empty()) {
            filled.errors.emplace_back(field.name, code);
        } else {
            filled.values.emplace_back(field.name, std::move(value));
        }
    }
    return filled;
}

}  // namespace postern::adapters::webchat
