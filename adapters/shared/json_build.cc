// A comma is due unless a bracket was just opened, which the last byte tells: a string ends in its
// quote, so no value can look like an open bracket.
#include "adapters/shared/json_build.h"

#include <charconv>
#include <cmath>

#include "adapters/shared/json_write.h"

namespace postern::adapters::json {

void Builder::begin(std::string_view name) {
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[') out_ += ',';
    if (name.empty()) return;
    out_ += '"';
    out_ += name;
    out_ += "\":";
}

Builder& Builder::open(std::string_view name) {
    begin(name);
    out_ += '{';
    return *this;
}

Builder& Builder::open_list(std::string_view name) {
    begin(name);
    out_ += '[';
    return *this;
}

Builder& Builder::close() {
    out_ += '}';
    return *this;
}

Builder& Builder::close_list() {
    out_ += ']';
    return *this;
}

Builder& Builder::text(std::string_view name, std::string_view value) {
    begin(name);
    append_quoted(out_, value);
    return *this;
}

Builder& Builder::text_if(std::string_view name, std::string_view value) {
    return value.empty() ? *this : text(name, value);
}

Builder& Builder::flag(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
}

Builder& Builder::integer(std::string_view name, std::int64_t value) {
    char digits[24];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return raw(name, {digits, end});
}

Builder& Builder::number(std::string_view name, double value) {
    if (!std::isfinite(value)) return raw(name, "0");
    char digits[32];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return raw(name, {digits, end});
}

Builder& Builder::raw(std::string_view name, std::string_view json) {
    begin(name);
    out_ += json;
    return *this;
}

}  // namespace postern::adapters::json
