// The methods of the Bot API that a gateway calls, and what each demands of its parameters.
#pragma once

#include <string>
#include <string_view>

#include "gateway/sim/receiver.h"

namespace postern::sim {

enum class MethodKind : unsigned char { unknown, refused, other, send };

/// Fills `call`'s method, to and text. Refused: `problem` is the description behind "Bad Request:".
[[nodiscard]] MethodKind read_method(const net::Request& request, std::string_view method,
                                     Call& call, std::string& problem);

/// The answer of a method that sends nothing (MethodKind::other).
[[nodiscard]] std::string method_result(const Call& call);

}  // namespace postern::sim
