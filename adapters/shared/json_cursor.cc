// Skipping values by counting brackets outside strings, which is enough for text known to be JSON.
#include "adapters/shared/json_cursor.h"

namespace postern::adapters::json {
namespace {

bool blank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

void Cursor::to_content() {
    while (at_ < text_.size() && (blank(text_[at_]) || text_[at_] == ',' || text_[at_] == ':'))
        ++at_;
}

void Cursor::skip_string() {
    for (step(); at_ < text_.size() && text_[at_] != '"'; step()) {
        if (text_[at_] == '\\') step();
    }
    step();
}

void Cursor::skip_nested() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == '"') {
            skip_string();
            continue;
        }
        ++at_;
        if (c == '{' || c == '[') ++depth;
        if ((c == '}' || c == ']') && --depth == 0) return;
    }
}

std::string_view Cursor::skip() {
    to_content();
    const std::size_t from = at_;
    if (at_ >= text_.size()) return {};
    const char c = text_[at_];
    if (c == '"') {
        skip_string();
    } else if (c == '{' || c == '[') {
        skip_nested();
    } else {
        while (at_ < text_.size() && !blank(text_[at_]) && text_[at_] != ',' && text_[at_] != '}' &&
               text_[at_] != ']') {
            ++at_;
        }
    }
    return text_.substr(from, at_ - from);
}

void Cursor::next_element() {
    to_content();
}

void Cursor::next_member() {
    to_content();
    if (at_ < text_.size() && text_[at_] == '"') skip_string();
    to_content();
}

void Cursor::leave() {
    to_content();
    step();
}

}  // namespace postern::adapters::json
