// How adapters say that a text is one part of a longer one: `details.part` = reference, number,
// total (README of vonage). Read by whoever joins them. Pure. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace postern::adapters::shared {

struct MessagePart {
    std::string reference;  // the same for all parts of a text
    unsigned number = 0;    // from 1
    unsigned total = 0;     // 2 to 255
};

/// Nothing: it is whole, or what it says of itself makes no sense.
[[nodiscard]] std::optional<MessagePart> message_part(std::string_view details_json);

/// The details of the whole text: `part` becomes `parts` = reference, total and the ids of those
/// that came, in their order.
[[nodiscard]] std::string details_of_whole(std::string_view details_json, const MessagePart& part,
                                           std::span<const std::string> ids);

}  // namespace postern::adapters::shared
