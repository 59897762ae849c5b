// One field after the other.
#include "gateway/proxy_setup.h"

namespace postern {

net::ProxyOptions proxy_of(const conf::Egress& egress) {
    net::ProxyOptions proxy;
    proxy.url = egress.proxy;
    if (egress.proxy_credentials) proxy.credentials = egress.proxy_credentials->value;
    proxy.except = egress.no_proxy;
    return proxy;
}

net::ProxyOptions account_proxy(const conf::Config& config, const conf::Account& account) {
    net::ProxyOptions proxy = proxy_of(config.egress);
    if (account.proxy.empty()) return proxy;
    // The account's own has nothing of the other but its exceptions.
    proxy.url = account.proxy == "none" ? "" : account.proxy;
    proxy.credentials = account.proxy_credentials ? account.proxy_credentials->value : "";
    return proxy;
}

}  // namespace postern
