// Vonage's Messages API (version 1), the side that takes messages: POST /v1/messages with an
// application's token or Basic credentials, 202 with a UUID, problems in RFC 7807's form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/sim/receiver.h"

namespace postern::sim {

/// `call.method` becomes "messages:" and the channel.
[[nodiscard]] Call read_vonage_message(const net::Request& request, Accounts& accounts);
[[nodiscard]] bool is_vonage_message(std::string_view method);
[[nodiscard]] net::Response refuse_vonage_message(SendFault fault);
/// A UUID of the `number`-th send of a run.
[[nodiscard]] std::string vonage_uuid(std::uint64_t number, std::uint64_t run);

}  // namespace postern::sim
