// Where a browser finds an upload: on the very port that it talks to, so no public URL is needed.
// Any thread.
#pragma once

#include <string>
#include <string_view>

#include "gateway/media/public_url.h"
#include "gateway/model/media.h"

namespace postern::webchat {

/// The `public_url` of every web chat: its media are paths.
inline constexpr std::string_view own_port = "/";

/// Good for a day: a window that is open for longer reads its history again sooner or later.
[[nodiscard]] std::string media_path(const media::UrlSigner& signer, const model::UploadId& upload,
                                     model::Instant now);

}  // namespace postern::webchat
