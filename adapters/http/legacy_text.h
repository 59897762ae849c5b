// Words of forms from before UTF-8. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters::http {

/// UTF-8 as it is; each byte that is part of none, read as Windows-1252.
[[nodiscard]] std::string legacy_text(std::string_view bytes);

}  // namespace postern::adapters::http
