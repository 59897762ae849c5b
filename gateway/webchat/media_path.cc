#include "gateway/webchat/media_path.h"

namespace postern::webchat {

std::string media_path(const media::UrlSigner& signer, const model::UploadId& upload,
                       model::Instant now) {
    constexpr std::chrono::hours lifetime{24};
    return std::string(media::public_path) + signer.token(upload, now + lifetime);
}

}  // namespace postern::webchat
