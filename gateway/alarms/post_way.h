// Tells a URL: one POST a notice, signed after Standard Webhooks if there is a secret; a 2xx takes
// it. Thread: the hook's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/alarms/way.h"
#include "gateway/net/client.h"

namespace postern::alarms {

struct PostTarget {
    std::string url;
    std::string secret;  // raw bytes; empty: nothing is signed
    std::shared_ptr<net::HttpClient> client;
};

/// The POST that says it. `host` names the machine. Pure.
[[nodiscard]] net::ClientRequest make_notice_request(const PostTarget& target, const Telling& what,
                                                     std::string_view host, model::Instant now);

class PostWay final : public Way {
  public:
    PostWay(PostTarget target, std::string host, std::function<model::Instant()> now)
        : target_(std::move(target)), host_(std::move(host)), now_(std::move(now)) {}

    [[nodiscard]] std::size_t at_once_max() const override { return 1; }
    [[nodiscard]] std::chrono::milliseconds rest() const override { return {}; }
    void tell(const std::vector<Telling>& what, std::function<void(std::string)> done) override;

  private:
    const PostTarget target_;
    const std::string host_;
    const std::function<model::Instant()> now_;
};

}  // namespace postern::alarms
