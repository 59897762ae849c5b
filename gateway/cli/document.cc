// Pointers into simdjson's DOM.
#include "gateway/cli/document.h"

namespace postern::cli {
namespace {

bool find(Element element, std::string_view pointer, Element& found) {
    if (pointer.empty()) {
        found = element;
        return true;
    }
    return element.at_pointer(pointer).get(found) == simdjson::SUCCESS;
}

}  // namespace

bool Document::parse(std::string_view json) {
    return parser_.parse(json.data(), json.size()).get(root_) == simdjson::SUCCESS;
}

std::string text_at(Element element, std::string_view pointer) {
    Element found;
    if (!find(element, pointer, found) || found.is_null()) return {};
    std::string_view text;
    if (found.get(text) == simdjson::SUCCESS) return std::string(text);
    return simdjson::minify(found);
}

bool has(Element element, std::string_view pointer) {
    Element found;
    return find(element, pointer, found);
}

std::int64_t integer_at(Element element, std::string_view pointer) {
    Element found;
    std::int64_t number = 0;
    if (!find(element, pointer, found) || found.get(number) != simdjson::SUCCESS) return 0;
    return number;
}

void for_each_at(Element element, std::string_view pointer,
                 const std::function<void(Element)>& each) {
    Element found;
    simdjson::dom::array array;
    if (!find(element, pointer, found) || found.get(array) != simdjson::SUCCESS) return;
    for (const Element item : array) each(item);
}

}  // namespace postern::cli
