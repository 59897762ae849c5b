// Parts of the body of POST /{phone_number_id}/messages. Internal to the folder.
#pragma once

#include <string_view>

#include "adapters/model/outbound.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::whatsapp {

/// `"image":{"link":…}` and its like, where a header or a message carries a medium.
void add_link(json::Builder& out, MediaKind kind, std::string_view url);
/// Meta's word for it: a voice note is audio.
[[nodiscard]] std::string_view media_word(MediaKind kind);

/// `"type":…` and the member of that name: a message without its envelope. Vonage passes it on.
/// `media_id` stands instead of the content's URL, unless it is empty.
void add_message(json::Builder& out, const OutboundContent& content,
                 std::string_view media_id = {});
void add_interactive(json::Builder& out, const OutboundContent& content);
void add_template(json::Builder& out, const OutboundContent& content);

}  // namespace postern::adapters::whatsapp
