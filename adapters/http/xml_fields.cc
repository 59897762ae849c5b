// pugixml resolves no entity but the five of XML and numbers, and reads no document type.
#include "adapters/http/xml_fields.h"

#include <pugixml.hpp>

#include <string>
#include <vector>

#include "adapters/shared/utf8.h"

namespace postern::adapters::http {
namespace {

constexpr int depth_max = 16;
/// Longer than any place of a document: nobody can ask for such a field.
constexpr std::size_t path_bytes_max = 256;
/// Of all names and values together.
constexpr std::size_t kept_bytes_max = std::size_t{4} << 20;

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
            if (full()) return;
            const auto below = path(name, name.empty() ? "@" : "/@", one.name());
            if (below) add(*below, one.value());
        }
        std::string words;
        bool nested = false;
        for (const pugi::xml_node child : element.children()) {
            if (full()) return;
            if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
                words += child.value();
            } else if (child.type() == pugi::node_element) {
                nested = true;
                const auto below = path(name, name.empty() ? "" : "/", child.name());
                if (depth < depth_max && below) visit(child, *below, depth + 1);
            }
        }
        words = trimmed(std::move(words));
        if (!name.empty() && (!nested || !words.empty())) add(name, std::move(words));
    }

  private:
    bool full() const { return fields.size() >= shared::form_fields_max; }

    /// The name of what stands below; nothing if it would be too long, told before it is made.
    static std::optional<std::string> path(std::string_view above, std::string_view parting,
                                           std::string_view own) {
        if (above.size() + parting.size() + own.size() > path_bytes_max) return std::nullopt;
        return std::string(above).append(parting).append(own);
    }

    void add(std::string name, std::string value) {
        const std::size_t bytes = name.size() + value.size();
        if (full() || bytes > kept_bytes_max - kept_bytes_) return;
        kept_bytes_ += bytes;
        fields.push_back(
            {shared::valid_utf8(std::move(name)), shared::valid_utf8(std::move(value))});
    }

    std::size_t kept_bytes_ = 0;
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
