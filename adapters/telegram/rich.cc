// The words of a rich message (Bot API 10.1, RichMessage): blocks within blocks, whose words are
// spans within spans. What is a picture, a map or a rule has none; the message is kept beside them.
#include <array>

#include "adapters/telegram/decode.h"

namespace postern::adapters::telegram {
namespace {

using json::Object;

/// json::depth_max bounds the nesting.
void add_words(json::Value rich, std::string& out);

/// Members of a span that hold its words; the first that is there counts.
void add_span(Object span, std::string& out) {
    static constexpr std::array names = {"text", "alternative_text", "expression"};
    for (const char* const name : names) {
        const auto words = json::member(span, name);
        if (words) return add_words(*words, out);
    }
}

void add_words(json::Value rich, std::string& out) {
    std::string_view words;
    json::Array spans;
    if (rich.get(words) == simdjson::SUCCESS) {
        out += words;
    } else if (rich.get(spans) == simdjson::SUCCESS) {
        for (const json::Value span : spans) add_words(span, out);
    } else if (const auto span = json::as_object(rich)) {
        add_span(*span, out);
    }
}

/// Each piece of its own words stands on a line of its own, the cells of a row on one.
void add_line(json::Value rich, std::string& out) {
    std::string line;
    add_words(rich, line);
    if (line.empty()) return;
    if (!out.empty()) out += '\n';
    out += line;
}

void add_row(json::Array cells, std::string& out) {
    std::string row;
    for (const json::Value cell : cells) {
        std::string words;
        add_words(cell, words);
        if (!row.empty() && !words.empty()) row += '\t';
        row += words;
    }
    if (row.empty()) return;
    if (!out.empty()) out += '\n';
    out += row;
}

void add_block(Object block, std::string& out) {
    for (const char* const name : {"text", "summary", "expression"}) {
        if (const auto words = json::member(block, name)) add_line(*words, out);
    }
    for (const char* const name : {"blocks", "items"}) {
        const auto inner = json::array(block, name);
        if (!inner) continue;
        for (const json::Value element : *inner) {
            if (const auto object = json::as_object(element)) add_block(*object, out);
        }
    }
    if (const auto rows = json::array(block, "cells")) {
        for (const json::Value row : *rows) {
            json::Array cells;
            if (row.get(cells) == simdjson::SUCCESS) add_row(cells, out);
        }
    }
    for (const char* const name : {"caption", "credit"}) {
        if (const auto words = json::member(block, name)) add_line(*words, out);
    }
}

}  // namespace

std::string rich_text(Object rich_message) {
    std::string out;
    add_block(rich_message, out);
    return out;
}

}  // namespace postern::adapters::telegram
