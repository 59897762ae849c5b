// The widget's program, as it was compiled in.
#pragma once

#include <string>
#include <string_view>

namespace postern::webchat {

[[nodiscard]] std::string_view widget_script();
/// Changes with the script: an ETag, quotes included.
[[nodiscard]] const std::string& widget_etag();

}  // namespace postern::webchat
