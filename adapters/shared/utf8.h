// Text from encodings that do not promise UTF-8 (forms, queries) made fit for the model, whose
// strings end up in JSON. Pure functions. Thread: any.
#pragma once

#include <string>

namespace postern::adapters::shared {

/// `text` itself if it is UTF-8; otherwise each byte that starts no valid sequence becomes U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string text);

}  // namespace postern::adapters::shared
