// One pass over the text; nothing is decoded twice.
#include "adapters/shared/form.h"

#include <algorithm>

#include "adapters/errc.h"

namespace postern::adapters::shared {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool stays_as_it_is(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*' ||
           c == '-' || c == '.' || c == '_';
}

void append_encoded(std::string& out, std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (stays_as_it_is(c)) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

}  // namespace

std::string_view Form::value(std::string_view name) const {
    const auto it = std::ranges::find(fields_, name, &FormField::name);
    return it == fields_.end() ? std::string_view{} : std::string_view{it->value};
}

bool Form::has(std::string_view name) const {
    return std::ranges::find(fields_, name, &FormField::name) != fields_.end();
}

boost::system::result<std::string> decode_form_component(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_control(c)) return make_error_code(Errc::not_form);
        if (c == '+') {
            out += ' ';
        } else if (c == '%') {
            const int high = text.size() - i > 2 ? hex_value(text[i + 1]) : -1;
            const int low = text.size() - i > 2 ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) return make_error_code(Errc::not_form);
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += c;
        }
    }
    return out;
}

boost::system::result<Form> parse_form(std::string_view text) {
    std::vector<FormField> fields;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        if (fields.size() == form_fields_max) return make_error_code(Errc::not_form);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = decode_form_component(pair.substr(0, equals));
        if (!name) return name.error();
        auto value = decode_form_component(pair.substr(std::min(equals + 1, pair.size())));
        if (!value) return value.error();
        fields.push_back({std::move(*name), std::move(*value)});
    }
    return Form(std::move(fields));
}

std::string encode_form(std::span<const FormField> fields) {
    std::string out;
    for (const FormField& field : fields) {
        if (!out.empty()) out += '&';
        append_encoded(out, field.name);
        out += '=';
        append_encoded(out, field.value);
    }
    return out;
}

}  // namespace postern::adapters::shared
