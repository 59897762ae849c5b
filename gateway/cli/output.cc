// Tables and records on stdout.
#include "gateway/cli/output.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace postern::cli {
namespace {

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

/// A cell stays on its line, and no stored text may drive the terminal.
std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return text;
}

void append_record(std::string& out, Element element, const std::string& prefix) {
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) {
        out += fmt::format("{}: {}\n", prefix, printable(text_at(element, "")));
        return;
    }
    for (const auto& [name, value] : object) {
        append_record(out, value,
                      prefix.empty() ? std::string(name) : fmt::format("{}.{}", prefix, name));
    }
}

}  // namespace

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

std::string record_text(Element element) {
    std::string out;
    append_record(out, element, {});
    return out;
}

std::string list_text(Element answer, std::span<const Column> columns) {
    std::vector<std::vector<std::string>> rows(1);
    for (const Column& column : columns) rows.front().emplace_back(column.title);
    for_each_at(answer, "/data", [&](Element item) {
        std::vector<std::string> row;
        for (const Column& column : columns) {
            row.push_back(printable(text_at(item, column.pointer)));
            if (row.back().empty()) row.back() = column.absent;
        }
        rows.push_back(std::move(row));
    });
    std::string out = rows.size() == 1 ? "nothing\n" : table_text(rows);
    const std::string next = text_at(answer, "/next_cursor");
    if (!next.empty()) out += fmt::format("more: --cursor {}\n", next);
    return out;
}

void print_list(const std::string& body, std::span<const Column> columns, const Context& context) {
    Document document;
    if (context.json || !document.parse(body)) {
        fmt::print("{}\n", body);
    } else {
        fmt::print("{}", list_text(document.root(), columns));
    }
}

void print_record(const std::string& body, const Context& context) {
    Document document;
    if (context.json || !document.parse(body)) {
        fmt::print("{}\n", body);
    } else {
        fmt::print("{}", record_text(document.root()));
    }
}

}  // namespace postern::cli
