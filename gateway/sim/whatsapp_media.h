// What was uploaded to a WhatsApp number: media by their ids, for 30 days.
#pragma once

#include <string>
#include <string_view>

#include "gateway/sim/receiver.h"
#include "gateway/sim/whatsapp_content.h"

namespace postern::sim {

/// POST /{phone_number_id}/media: remembers the medium and fills in its `id`, or says what is
/// wrong.
[[nodiscard]] GraphProblem take_whatsapp_medium(const net::Request& request, SimAccount& account,
                                                std::string& id);

/// Whether the number may send `id` as a message of `type`.
[[nodiscard]] GraphProblem check_whatsapp_medium(const SimAccount& account, std::string_view id,
                                                 std::string_view type);

}  // namespace postern::sim
