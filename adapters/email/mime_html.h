// HTML mail as the plain text that its reader saw: for what people wrote, not for layout.
// Quotations come out with "> ", the signatures that mail programs mark with "-- ". Never fails.
// Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters::email {

/// `html`: UTF-8.
[[nodiscard]] std::string html_text(std::string_view html);

}  // namespace postern::adapters::email
