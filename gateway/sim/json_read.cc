// Small readers over simdjson's document.
#include "gateway/sim/json_read.h"

#include <algorithm>

namespace postern::sim {

bool parse_object(std::string_view text, JsonObject& object) {
    thread_local simdjson::dom::parser parser;
    return parser.parse(text.data(), text.size(), false).get(object) == simdjson::SUCCESS;
}

bool has(const JsonObject& object, std::string_view name) {
    return object.at_key(name).error() == simdjson::SUCCESS;
}

std::string_view text_of(const JsonObject& object, std::string_view name, bool* found) {
    std::string_view text;
    const bool there = object.at_key(name).get(text) == simdjson::SUCCESS;
    if (found != nullptr) *found = there;
    return there ? text : std::string_view();
}

bool object_of(const JsonObject& object, std::string_view name, JsonObject& inner) {
    return object.at_key(name).get(inner) == simdjson::SUCCESS;
}

bool array_of(const JsonObject& object, std::string_view name, simdjson::dom::array& inner) {
    return object.at_key(name).get(inner) == simdjson::SUCCESS;
}

bool number_of(const JsonObject& object, std::string_view name, double& number) {
    return object.at_key(name).get(number) == simdjson::SUCCESS;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    }));
}

}  // namespace postern::sim
