// Media that a provider must fetch: a URL that nobody can guess, that ends by itself, and that
// needs no row. Pure. Thread: any.
//
//   {base}/media/{token}[/{name}]
//   token := base64url( upload ULID(16) expiry_s(u64 BE) mac(16) )
//
// The MAC is keyed by the workspace's secret; whoever changes a bit has nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/model/media.h"
#include "storage/seal.h"

namespace postern::media {

/// Behind the origin of every public URL; what tells it from webhooks.
inline constexpr std::string_view public_path = "/media/";

class UrlSigner final {
  public:
    explicit UrlSigner(const storage::KeyBytes& master) : sealer_(master) {}

    [[nodiscard]] std::string token(const model::UploadId& upload, model::Instant expires) const;
    /// Nothing: forged, changed, expired, or no token at all; it does not say which.
    [[nodiscard]] std::optional<model::UploadId> open(std::string_view token,
                                                      model::Instant now) const;

  private:
    [[nodiscard]] storage::Blind mac_of(std::string_view bytes) const;

    const storage::Sealer sealer_;  // blind() only, which any thread may call
};

/// "https://host:port" of an absolute URL, without its path; empty if it is none.
[[nodiscard]] std::string origin_of(std::string_view url);

}  // namespace postern::media
