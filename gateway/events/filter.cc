// Type lists as they come in a query string.
#include "gateway/events/filter.h"

namespace postern::events {

bool EventFilter::wants_type(std::string_view type) const {
    if (types.empty()) return true;
    for (const std::string_view wanted : types) {
        if (wanted == type || wanted == "*") return true;
        if (wanted.ends_with(".*") && type.starts_with(wanted.substr(0, wanted.size() - 1)))
            return true;
    }
    return false;
}

std::vector<std::string> split_types(std::string_view list) {
    std::vector<std::string> types;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view part = list.substr(0, comma);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        if (!part.empty()) types.emplace_back(part);
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return types;
}

}  // namespace postern::events
