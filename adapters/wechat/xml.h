// Reading WeChat's XML without trust: a missing element reads as "nothing". pugixml resolves no
// entity but the five of XML and numbers, and reads no document type. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace postern::adapters::wechat {

/// The root element; an empty node if `text` is not one whole XML document. Lives in `document`.
[[nodiscard]] pugi::xml_node parse_xml(pugi::xml_document& document, std::string_view text);

/// The same of a push in either form: an account whose messages were set to JSON gets an object
/// with the names of the elements; members of lists are elements of one name.
[[nodiscard]] pugi::xml_node parse_push(pugi::xml_document& document, std::string_view text);

/// A to z in lower case.
[[nodiscard]] std::string lower(std::string_view text);

/// The words within an element, CDATA or not, as UTF-8; empty if there is no such child.
[[nodiscard]] std::string text_of(pugi::xml_node parent, const char* name);
/// The same without blanks around it: names, ids, keys.
[[nodiscard]] std::string word_of(pugi::xml_node parent, const char* name);
/// The same as an integer or a number.
[[nodiscard]] std::optional<std::int64_t> integer_of(pugi::xml_node parent, const char* name);
[[nodiscard]] std::optional<double> number_of(pugi::xml_node parent, const char* name);

/// The children as one JSON object, but for those that every message has; empty if there are none.
[[nodiscard]] std::string facts_json(pugi::xml_node message);

}  // namespace postern::adapters::wechat
