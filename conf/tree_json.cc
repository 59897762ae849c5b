// A node as JSON: how the tables of an account travel to those who understand them.
#include <array>
#include <charconv>

#include "conf/tree.h"

namespace postern::conf {
namespace {

void append_text(std::string& out, std::string_view text) {
    static constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

template <class Number>
void append_number(std::string& out, Number value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

void append(std::string& out, const Node& node);

void append_items(std::string& out, const Node& node, bool named) {
    out += named ? '{' : '[';
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) out += ',';
        if (named) {
            append_text(out, node.keys[i]);
            out += ':';
        }
        append(out, node.items[i]);
    }
    out += named ? '}' : ']';
}

void append(std::string& out, const Node& node) {
    switch (node.kind) {
        case Node::Kind::text:
        case Node::Kind::moment:
            append_text(out, node.text);
            return;
        case Node::Kind::integer:
            append_number(out, node.integer);
            return;
        case Node::Kind::real:
            append_number(out, node.real);
            return;
        case Node::Kind::flag:
            out += node.flag ? "true" : "false";
            return;
        case Node::Kind::list:
            append_items(out, node, false);
            return;
        case Node::Kind::table:
            append_items(out, node, true);
            return;
    }
}

}  // namespace

const Node* Node::find(std::string_view key) const {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i] == key) return &items[i];
    }
    return nullptr;
}

std::string_view Node::kind_name() const {
    switch (kind) {
        case Kind::text:
            return "a text";
        case Kind::integer:
            return "an integer";
        case Kind::real:
            return "a decimal number";
        case Kind::flag:
            return "true or false";
        case Kind::moment:
            return "a date or time";
        case Kind::list:
            return "a list";
        case Kind::table:
            return "a table";
    }
    return "something else";
}

std::string to_json(const Node& node) {
    std::string out;
    append(out, node);
    return out;
}

}  // namespace postern::conf
