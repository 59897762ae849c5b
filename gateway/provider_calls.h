// Calls of the API to providers beside the queue (api/services.h), carried by egress.
#pragma once

#include "gateway/api/services.h"
#include "gateway/egress/egress.h"

namespace postern {

class EgressCalls final : public api::ProviderCalls {
  public:
    explicit EgressCalls(egress::Egress& egress) : egress_(egress) {}

    void call(model::AccountNumber account, adapters::ProviderCall call, net::IoThread& thread,
              std::function<void(const Answer&)> done) override;

  private:
    egress::Egress& egress_;
};

}  // namespace postern
