// The webhook port's second use: signed media URLs beside webhooks. Whatever is wrong with one, the
// answer is the same 404. I/O threads.
#pragma once

#include <functional>

#include "gateway/media/public_url.h"
#include "gateway/media/serve.h"
#include "gateway/net/http.h"
#include "gateway/runtime/reader.h"

namespace postern::media {

class PublicDoor final : public net::HttpHandler {
  public:
    /// All references outlive it. `now`: wall clock.
    PublicDoor(net::HttpHandler& webhooks, runtime::QueryPool& queries, DiskThread& disk,
               const MediaStore& store, const UrlSigner& signer,
               std::function<model::Instant()> now)
        : webhooks_(webhooks),
          queries_(queries),
          disk_(disk),
          store_(store),
          signer_(signer),
          now_(std::move(now)) {}

    [[nodiscard]] net::Admission admit(const net::Request& head) override;
    void handle(const net::Request& request, net::Responder responder) override;

  private:
    net::HttpHandler& webhooks_;
    runtime::QueryPool& queries_;
    DiskThread& disk_;
    const MediaStore& store_;
    const UrlSigner& signer_;
    std::function<model::Instant()> now_;
};

}  // namespace postern::media
