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

}  // namespace postern
