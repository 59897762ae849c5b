#include "gateway/model/template.h"

#include <array>

namespace postern::model {
namespace {

constexpr std::array<std::string_view, 7> words = {"none",     "unknown", "approved", "pending",
                                                   "rejected", "paused",  "disabled"};

}  // namespace

std::string_view to_string(TemplateStatus status) {
    return words[static_cast<std::size_t>(status)];
}

bool parse_template_status(std::string_view text, TemplateStatus& out) {
    for (auto i = static_cast<std::size_t>(TemplateStatus::approved); i < words.size(); ++i) {
        if (words[i] != text) continue;
        out = static_cast<TemplateStatus>(i);
        return true;
    }
    return false;
}

}  // namespace postern::model
