// The media that simulated webhooks name: what they are called and what is in them. Pure: the same
// id has the same bytes in every run. How they are served: media_serve.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/sim/scenario.h"

namespace postern::sim {

/// What a provider calls the medium of this item: an id, or what stands in its URL. The kind is in
/// it, so that nobody has to remember what was sent.
[[nodiscard]] std::string medium_id(const Item& item);

/// Where the medium of an item is, on channels that say so in the webhook itself.
[[nodiscard]] std::string medium_url(const Endpoint& endpoint, const Item& item);

struct MediumType {
    std::string_view mime;
    std::string_view extension;
};
/// Nothing for an id that nobody makes.
[[nodiscard]] std::optional<MediumType> medium_type(std::string_view id);

/// They begin as the format does; empty for an id that nobody makes.
[[nodiscard]] std::string medium_bytes(std::string_view id);

}  // namespace postern::sim
