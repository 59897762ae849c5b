// Elements without elements inside are texts; a name that comes twice is a list.
#include "adapters/wechat/xml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "adapters/shared/json.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::wechat {
namespace {

constexpr int depth_max = 8;
/// More names than any push has; each is looked for among its siblings.
constexpr std::size_t names_max = 64;

bool is_text(pugi::xml_node node) {
    return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

std::string words_of(pugi::xml_node element) {
    std::string out;
    for (const pugi::xml_node child : element.children()) {
        if (is_text(child)) out += child.value();
    }
    return shared::valid_utf8(std::move(out));
}

std::string trimmed(std::string text) {
    const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    while (!text.empty() && blank(text.back())) text.pop_back();
    text.erase(text.begin(), std::ranges::find_if_not(text, blank));
    return text;
}

bool is_envelope(std::string_view name) {
    static constexpr std::array<std::string_view, 7> names = {
        "ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "MsgId", "Encrypt"};
    return std::ranges::find(names, name) != names.end();
}

/// pugixml lets names of any bytes but a few through; ours are written without escaping.
bool is_plain(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '_' || c == '-' || c == '.' || c == ':';
    });
}

std::string json_of(pugi::xml_node element, int depth);

/// One member for each name, in the order of first appearance.
std::string members_json(pugi::xml_node parent, int depth, bool at_root) {
    json::ObjectWriter out;
    std::vector<std::string_view> done;
    for (const pugi::xml_node child : parent.children()) {
        const std::string_view name = child.name();
        if (child.type() != pugi::node_element || !is_plain(name)) continue;
        if (at_root && is_envelope(name)) continue;
        if (std::ranges::find(done, name) != done.end()) continue;
        if (done.size() == names_max) break;
        done.push_back(name);
        std::string value = json_of(child, depth);
        std::string list;
        for (auto next = child.next_sibling(child.name()); next;
             next = next.next_sibling(child.name())) {
            list.append(",").append(json_of(next, depth));
        }
        out.raw(name, list.empty() ? value : "[" + value + list + "]");
    }
    return out.finish();
}

std::string json_of(pugi::xml_node element, int depth) {
    const bool nested =
        element.find_child([](pugi::xml_node child) { return child.type() == pugi::node_element; });
    if (nested && depth < depth_max) {
        std::string object = members_json(element, depth + 1, false);
        return object.empty() ? "{}" : object;
    }
    std::string out;
    json::append_quoted(out, words_of(element));
    return out;
}

/// json::depth_max bounds the nesting.
void add_element(json::Value value, const std::string& name, pugi::xml_node parent);

void add_members(json::Object object, pugi::xml_node parent) {
    for (const auto [key, value] : object) {
        if (is_plain(key)) add_element(value, std::string(key), parent);
    }
}

void add_element(json::Value value, const std::string& name, pugi::xml_node parent) {
    json::Array list;
    if (value.get(list) == simdjson::SUCCESS) {
        for (const json::Value element : list) add_element(element, name, parent);
        return;
    }
    pugi::xml_node child = parent.append_child(name.c_str());
    std::string_view words;
    if (const auto object = json::as_object(value)) {
        add_members(*object, child);
    } else if (value.get(words) == simdjson::SUCCESS) {
        child.text().set(std::string(words).c_str());
    } else if (!value.is_null()) {
        child.text().set(json::compact(value).c_str());
    }
}

}  // namespace

pugi::xml_node parse_xml(pugi::xml_document& document, std::string_view text) {
    const auto result =
        document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
    return result ? document.document_element() : pugi::xml_node{};
}

pugi::xml_node parse_push(pugi::xml_document& document, std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \r\n\t");
    if (start == std::string_view::npos || text[start] != '{') return parse_xml(document, text);
    std::string padded;
    padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    padded.assign(text);
    const auto parsed = json::parse(padded);
    const auto object = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!object) return {};
    pugi::xml_node root = document.append_child("xml");
    add_members(*object, root);
    return root;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

std::string text_of(pugi::xml_node parent, const char* name) {
    return words_of(parent.child(name));
}

std::string word_of(pugi::xml_node parent, const char* name) {
    return trimmed(text_of(parent, name));
}

std::optional<std::int64_t> integer_of(pugi::xml_node parent, const char* name) {
    return json::to_integer(word_of(parent, name));
}

std::optional<double> number_of(pugi::xml_node parent, const char* name) {
    const std::string text = word_of(parent, name);
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

std::string facts_json(pugi::xml_node message) {
    return members_json(message, 0, true);
}

}  // namespace postern::adapters::wechat
