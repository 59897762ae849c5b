// Escaping, numbers, and the check of foreign JSON (simdjson's error-code interface).
#include "gateway/model/json.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <simdjson.h>

namespace postern::model {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Bytes that stand in a JSON string as they are.
constexpr std::array<bool, 256> make_plain() {
    std::array<bool, 256> plain{};
    for (std::size_t c = 0x20; c < 0x7F; ++c) plain[c] = true;
    plain['"'] = plain['\\'] = false;
    return plain;
}
constexpr std::array<bool, 256> plain = make_plain();

/// How many bytes at the start of `text` are plain; eight at a time, as most text is plain
/// altogether.
std::size_t plain_run(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    constexpr std::uint64_t highs = ones * 0x80;
    // The high bit of each byte that is zero, exact in the lowest such byte: enough to tell if any.
    const auto zeros = [](std::uint64_t x) { return (x - ones) & ~x & highs; };
    std::size_t run = 0;
    for (; run + 8 <= text.size(); run += 8) {
        std::uint64_t x = 0;
        std::memcpy(&x, text.data() + run, sizeof x);
        const std::uint64_t control = (x - ones * 0x20) & ~x;
        const std::uint64_t special =
            zeros(x ^ ones * '"') | zeros(x ^ ones * '\\') | zeros(x ^ ones * 0x7F);
        if (((x | control | special) & highs) != 0) break;
    }
    while (run < text.size() && plain[static_cast<std::uint8_t>(text[run])]) ++run;
    return run;
}

/// Length of the UTF-8 sequence at the start of `s` (not empty); 0 if there is no valid one.
/// Overlong forms, surrogates and what is beyond U+10FFFF are not valid (Unicode, table 3-7).
std::size_t sequence_length(std::string_view s) {
    const auto at = [&s](std::size_t i) { return static_cast<std::uint8_t>(s[i]); };
    const auto tail = [&](std::size_t i) { return i < s.size() && (at(i) & 0xC0) == 0x80; };
    const std::uint8_t lead = at(0);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4 || !tail(1)) return 0;
    if (lead < 0xE0) return 2;
    if (lead < 0xF0) {
        if ((lead == 0xE0 && at(1) < 0xA0) || (lead == 0xED && at(1) > 0x9F)) return 0;
        return tail(2) ? 3 : 0;
    }
    if ((lead == 0xF0 && at(1) < 0x90) || (lead == 0xF4 && at(1) > 0x8F)) return 0;
    return tail(2) && tail(3) ? 4 : 0;
}

void append_escaped(unsigned char c, std::string& out) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
            return;
    }
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
    const std::size_t begin = out.size();
    std::size_t run = plain_run(text);
    out.resize(begin + run + (run == text.size() ? 2 : 1), '"');
    if (run > 0) std::memcpy(out.data() + begin + 1, text.data(), run);
    if (run == text.size()) return;
    text.remove_prefix(run);
    out.reserve(out.size() + text.size() + 1);
    while (!text.empty()) {
        run = plain_run(text);
        out += text.substr(0, run);
        text.remove_prefix(run);
        if (text.empty()) break;
        const auto c = static_cast<unsigned char>(text.front());
        const std::size_t length = sequence_length(text);
        if (c < 0x80)
            append_escaped(c, out);
        else
            out += length == 0 ? replacement : text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out += '"';
}

bool minify_object(std::string_view text, std::string& out) {
    // On-demand slices that adapters keep were not validated to the last token: parse them whole.
    thread_local simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return false;
    if (!root.is_object()) return false;
    const std::size_t start = out.size();
    out.resize(start + text.size() + simdjson::SIMDJSON_PADDING);
    std::size_t size = 0;
    if (simdjson::minify(text.data(), text.size(), out.data() + start, size) != simdjson::SUCCESS) {
        out.resize(start);
        return false;
    }
    out.resize(start + size);
    return true;
}

bool is_utf8(std::string_view bytes) {
    return simdjson::validate_utf8(bytes.data(), bytes.size());
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    append_json_string(name, out_);
    out_ += ':';
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    separate();
    append_json_string(text, out_);
    return *this;
}

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number)) return null();
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", number);
    return *this;
}

JsonWriter& JsonWriter::value(Instant moment) {
    if (moment == Instant{}) return null();
    return value(std::string_view(format_time(moment)));
}

JsonWriter& JsonWriter::member_or_null(std::string_view name, std::string_view text) {
    key(name);
    return text.empty() ? null() : value(text);
}

JsonWriter& JsonWriter::member_if(std::string_view name, std::string_view text) {
    return text.empty() ? *this : member(name, text);
}

JsonWriter& JsonWriter::member_object(std::string_view name, std::string_view json) {
    if (json.empty()) return *this;
    std::string object;
    if (!minify_object(json, object)) return *this;
    key(name);
    return raw(object);
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::signed_number(std::int64_t number) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", number);
    return *this;
}

JsonWriter& JsonWriter::unsigned_number(std::uint64_t number) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", number);
    return *this;
}

void JsonWriter::separate() {
    if (!first_) out_ += ',';
    first_ = false;
}

}  // namespace postern::model
