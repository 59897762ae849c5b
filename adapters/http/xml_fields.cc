// pugixml resolves no entity but the five of XML and numbers, and reads no document type.
#include "adapters/http/xml_fields.h"

#include <pugixml.hpp>

#include <string>
#include <vector>

#include "adapters/shared/utf8.h"

namespace postern::adapters::http {
namespace {

constexpr int depth_max = 16;

std::string trimmed(std::string text) {
    static constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

class Walk final {
  public:
    std::vector<shared::FormField> fields;

    void visit(pugi::xml_node element, const std::string& name, int depth) {
        for (const pugi::xml_attribute one : element.attributes()) {
            add(name + (name.empty() ? "@" : "/@") + one.name(), one.value());
        }
        std::string words;
        bool nested = false;
        for (const pugi::xml_node child : element.children()) {
            if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
                words += child.value();
            } else if (child.type() == pugi::node_element) {
                nested = true;
                if (depth < depth_max) {
                    const std::string below = name.empty() ? "" : name + "/";
                    visit(child, below + child.name(), depth + 1);
                }
            }
        }
        words = trimmed(std::move(words));
        if (!name.empty() && (!nested || !words.empty())) add(name, std::move(words));
    }

  private:
    void add(std::string name, std::string value) {
        if (fields.size() == shared::form_fields_max) return;
        fields.push_back(
            {shared::valid_utf8(std::move(name)), shared::valid_utf8(std::move(value))});
    }
};

}  // namespace

std::optional<shared::Form> xml_fields(std::string_view text) {
    pugi::xml_document document;
    const auto result =
        document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_auto);
    if (!result || !document.document_element()) return std::nullopt;
    Walk walk;
    walk.visit(document.document_element(), {}, 0);
    return shared::Form(std::move(walk.fields));
}

}  // namespace postern::adapters::http
