// Logs: a stable event in snake_case and fields. error: somebody must act; warn: we coped; info:
// life-cycle; debug: one message's story. Never content, full addresses or credentials. Any thread;
// written by one background thread, at most ten lines a second of the same event.
#pragma once

#include <cmath>
#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace postern::log {

struct Field {
    std::string_view name;
    std::string value;
    bool literal = false;  // a number or a truth: JSON writes it as such, without quotes
    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const std::string& v) : name(n), value(v) {}
    Field(std::string_view n, const char* v) : name(n), value(v) {}
    Field(std::string_view n, bool v) : name(n), value(v ? "true" : "false"), literal(true) {}
    template <std::integral Number>
    Field(std::string_view n, Number v) : name(n), value(std::to_string(v)), literal(true) {}
    /// JSON has no word for what is not finite: that stays text.
    template <std::floating_point Number>
    Field(std::string_view n, Number v)
        : name(n), value(std::to_string(v)), literal(std::isfinite(v)) {}
};

enum class Format : unsigned char { text, json, journal };

/// Once, before the first line. `level`: error warn info debug; `format`: auto text json.
void start(std::string_view level, std::string_view format);
/// Writes what is queued. Before exit, and before a crash that we choose.
void flush();

void error(std::string_view event, std::initializer_list<Field> fields = {});
void warn(std::string_view event, std::initializer_list<Field> fields = {});
void info(std::string_view event, std::initializer_list<Field> fields = {});
void debug(std::string_view event, std::initializer_list<Field> fields = {});

}  // namespace postern::log
