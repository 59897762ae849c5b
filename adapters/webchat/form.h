// The form that a visitor fills in before the first message: its fields as configured, what of an
// answer is wrong, and the answer made canonical. Pure. Thread: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::adapters::webchat {

enum class FieldType : unsigned char {
    text,
    textarea,
    email,
    tel,
    number,
    select,
    checkbox,
    hidden
};

struct FormField {
    std::string name;
    FieldType type = FieldType::text;
    bool required = false;
    std::string label;                 // empty: the widget has words for name, email, phone …
    std::vector<std::string> options;  // select
    std::size_t max = 0;               // characters
    std::string country;               // tel: of numbers without a country code, "CO"
    std::string text_id;               // checkbox: which wording was agreed to
};

/// Of a form that was filled in. Values in the order of the fields; those left empty are absent.
struct FilledForm {
    std::vector<std::pair<std::string, std::string>> values;
    std::vector<std::pair<std::string, std::string>> errors;  // field, code

    [[nodiscard]] std::string_view value(std::string_view name) const;
};

class Form final {
  public:
    /// A JSON list of `{name, type, required, label, options, max, country, text_id}`; empty text
    /// is no form. `problem` says what is wrong, if anything.
    [[nodiscard]] static Form parse(std::string_view list_json, std::string& problem);

    [[nodiscard]] bool empty() const { return fields_.empty(); }
    [[nodiscard]] const std::vector<FormField>& fields() const { return fields_; }

    /// Codes of errors: required, invalid, too_long, not_an_option. `answers_json` is the object
    /// that the browser sent: strings, numbers or flags. What is no field is left out.
    [[nodiscard]] FilledForm check(std::string_view answers_json) const;

    /// `{"fields":[…]}`, as the widget reads it.
    [[nodiscard]] std::string describe() const;
    /// Where else the visitor can be met, by their own word: the first number and the first mail
    /// address, as "phone" and "email".
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> keys(
        const FilledForm& filled) const;
    /// For people: "label: value", a line each.
    [[nodiscard]] std::string in_words(const FilledForm& filled) const;

  private:
    std::vector<FormField> fields_;
};

/// RFC 5321's limits and a dot in the domain; whether anybody reads it only a mail can tell.
[[nodiscard]] bool is_mail_address(std::string_view text);

}  // namespace postern::adapters::webchat
