// HTML mail as the plain text that its reader saw: for what people wrote, not for layout.
// Quotations come out with "> ", the signatures that mail programs mark with "-- ". Never fails.
// Thread: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::adapters::email {

/// No more than this is looked at.
inline constexpr std::size_t html_max = std::size_t{2} << 20;

/// `html`: UTF-8. Linear.
[[nodiscard]] std::string html_text(std::string_view html);

}  // namespace postern::adapters::email
