// Signed webhooks for the micro benchmarks, and the way from one to the core's command, which is
// the gateway's own without HTTP and threads. One thread.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"
#include "bench/load/signed_requests.h"
#include "gateway/core/command.h"
#include "storage/seal.h"

namespace postern::micro {

class WebhookSample final {
  public:
    /// `senders` and `run` as in load::RequestOptions: 0 senders means a new one each time.
    WebhookSample(std::size_t count, std::uint64_t senders, std::uint64_t run);

    /// Makes request `index` the current one; index < count.
    void use(std::size_t index);
    [[nodiscard]] adapters::WebhookRequest request() const;
    [[nodiscard]] const adapters::HttpAdapter& adapter() const { return *adapter_; }
    /// Of the current request, as the ingress would make it.
    [[nodiscard]] core::Command command();

  private:
    load::SignedRequests requests_;
    std::unique_ptr<adapters::HttpAdapter> adapter_;
    storage::Sealer sealer_;
    std::string buffer_;
    std::size_t body_at_ = 0;
    adapters::HeaderView signature_;
    std::uint64_t fresh_ = 0;
};

}  // namespace postern::micro
