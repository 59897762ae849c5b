// What every way out shares: the words of its results and the look-up of an answer's headers.
#include "adapters/sending_adapter.h"

#include <array>

namespace postern::adapters {

std::string_view to_string(SendResult result) {
    static constexpr std::array<std::string_view, 6> names = {
        "accepted", "rate_limited", "transient", "permanent", "credential", "unknown"};
    return names[static_cast<std::size_t>(result)];
}

std::string_view ProviderAnswer::header(std::string_view name) const {
    return header_value(headers, name);
}

}  // namespace postern::adapters
