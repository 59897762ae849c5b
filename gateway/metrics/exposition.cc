// The text formats: https://prometheus.io/docs/instrumenting/exposition_formats/
#include "gateway/metrics/exposition.h"

#include <cmath>

#include <fmt/format.h>

namespace postern::metrics {
namespace {

void append_escaped(std::string_view value, std::string& out) {
    for (const char c : value) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
}

std::string number(double value) {
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

}  // namespace

void Exposition::counter(std::string_view name, std::string_view help) {
    family(name, "counter", help);
}
void Exposition::gauge(std::string_view name, std::string_view help) {
    family(name, "gauge", help);
}
void Exposition::histogram(std::string_view name, std::string_view help) {
    family(name, "histogram", help);
}

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    is_counter_ = type == "counter";
    // The older format names the family as its samples are named.
    const std::string_view suffix = is_counter_ && !openmetrics_ ? "_total" : "";
    out_ += fmt::format("# HELP {}{} ", name, suffix);
    append_escaped(help, out_);
    out_ += fmt::format("\n# TYPE {}{} {}\n", name, suffix, type);
}

void Exposition::line(std::string_view suffix, Labels labels, std::string_view value,
                      std::string_view le) {
    out_.append(name_).append(suffix);
    char next = '{';
    const auto add = [&](std::string_view label, std::string_view text) {
        out_ += next;
        out_.append(label).append("=\"");
        append_escaped(text, out_);
        out_ += '"';
        next = ',';
    };
    for (const auto& [label, text] : labels) add(label, text);
    if (!le.empty()) add("le", le);
    if (next == ',') out_ += '}';
    out_.append(" ").append(value).append("\n");
}

void Exposition::sample(Labels labels, double value) {
    line(is_counter_ ? "_total" : "", labels, number(value));
}
void Exposition::sample(Labels labels, std::uint64_t value) {
    line(is_counter_ ? "_total" : "", labels, std::to_string(value));
}
void Exposition::bucket(double le, std::uint64_t cumulative, Labels labels) {
    line("_bucket", labels, std::to_string(cumulative), number(le));
}
void Exposition::histogram_end(double sum, std::uint64_t count, Labels labels) {
    line("_bucket", labels, std::to_string(count), "+Inf");
    line("_sum", labels, number(sum));
    line("_count", labels, std::to_string(count));
}

std::string Exposition::finish() {
    if (openmetrics_) out_ += "# EOF\n";
    return std::move(out_);
}

std::string_view Exposition::content_type(bool openmetrics) {
    return openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                       : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace postern::metrics
