// Look-ups in an account's configuration.
#include "adapters/adapter.h"

namespace postern::adapters {

const std::vector<Secret>& AdapterConfig::credential(std::string_view name) const {
    static const std::vector<Secret> none;
    const auto found = credentials.find(name);
    return found == credentials.end() ? none : found->second;
}

std::string_view AdapterConfig::setting(std::string_view name) const {
    const auto found = settings.find(name);
    return found == settings.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace postern::adapters
