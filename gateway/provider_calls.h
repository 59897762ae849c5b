// Calls of the API to providers beside the queue (api/services.h), carried by egress; those of web
// chats go to the widgets.
#pragma once

#include "gateway/api/services.h"
#include "gateway/egress/egress.h"
#include "gateway/webchat/hub.h"

namespace postern {

class EgressCalls final : public api::ProviderCalls {
  public:
    EgressCalls(egress::Egress& egress, webchat::Hub& chats) : egress_(egress), chats_(chats) {}

    void call(model::AccountNumber account, adapters::ProviderCall call, net::IoThread& thread,
              std::function<void(const Answer&)> done) override;
    void call_anyway(model::AccountNumber account, adapters::ProviderCall call,
                     net::IoThread& thread, std::function<void(const Answer&)> done) override;

    bool try_login(model::AccountNumber account, net::IoThread& thread,
                   std::function<void(const Login&)> done) override;

  private:
    egress::Egress& egress_;
    webchat::Hub& chats_;
};

}  // namespace postern
