// What a provider answered to a call beside the queue, for its adapter, and as the problem of the
// caller's request (private). Pure.
#pragma once

#include <string>
#include <vector>

#include "gateway/api/problem.h"
#include "gateway/api/services.h"

namespace postern::api {

/// The answer as adapters read it; views into `got`.
class ProviderHeaders final {
  public:
    explicit ProviderHeaders(const ProviderCalls::Answer& got) : got_(got) {
        for (const auto& [name, value] : got.headers) headers_.push_back({name, value});
    }
    [[nodiscard]] adapters::ProviderAnswer answer() const {
        return {got_.status, headers_, got_.body};
    }

  private:
    const ProviderCalls::Answer& got_;
    std::vector<adapters::HeaderView> headers_;
};

/// 503: this gateway asks nothing of providers.
[[nodiscard]] Problem no_provider_calls();
/// 502: no answer came.
[[nodiscard]] Problem provider_unreachable(const ProviderCalls::Answer& got);
/// 502: it said no. Its words are in `outcome` without credentials.
[[nodiscard]] Problem provider_refused(const ProviderCalls::Answer& got,
                                       const adapters::SendOutcome& outcome);

}  // namespace postern::api
