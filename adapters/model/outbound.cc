// The wire spellings of what goes out: one table each.
#include "adapters/model/outbound.h"

#include <array>

namespace postern::adapters {

std::string_view to_string(MediaKind kind) {
    static constexpr std::array<std::string_view, 6> names = {"image", "audio",    "voice",
                                                              "video", "document", "sticker"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(ButtonKind kind) {
    static constexpr std::array<std::string_view, 4> names = {"reply", "url", "phone", "location"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace postern::adapters
