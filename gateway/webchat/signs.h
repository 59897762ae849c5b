// Typing signs and read marks of an agent: what is a provider call elsewhere is a frame here. Any
// thread.
#pragma once

#include "adapters/sending_adapter.h"
#include "gateway/webchat/hub.h"

namespace postern::webchat {

/// False: the call is for a provider.
[[nodiscard]] bool show_sign(Hub& hub, model::AccountNumber account,
                             const adapters::ProviderCall& call);

}  // namespace postern::webchat
