// The second opinion: Beast's parser reads the same head that the gate let through, and both must
// see the same message. A difference means that one of them is wrong: the request is refused. Pure.
#pragma once

#include <string_view>

#include "gateway/net/gate.h"

namespace postern::net {

/// `bytes` is the whole head, `head` what the gate made of it. Allocates nothing.
[[nodiscard]] bool beast_agrees(std::string_view bytes, const Head& head);

}  // namespace postern::net
