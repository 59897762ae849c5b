// Bytes that are no text, in answers: RFC 4648 with padding. Pure.
#pragma once

#include <string>
#include <string_view>

namespace postern::api {

[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace postern::api
