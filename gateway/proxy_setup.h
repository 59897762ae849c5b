// The proxy of the way out, from the configuration to the client. Main thread.
#pragma once

#include "conf/config.h"
#include "gateway/net/client.h"

namespace postern {

/// For everything that calls others through `[egress] proxy`; its url is empty without one.
[[nodiscard]] net::ProxyOptions proxy_of(const conf::Egress& egress);
/// Of an account, which may name another or none.
[[nodiscard]] net::ProxyOptions account_proxy(const conf::Config& config,
                                              const conf::Account& account);

}  // namespace postern
