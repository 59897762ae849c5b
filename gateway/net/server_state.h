// What all listeners of one server share (private header). Immutable after listen(), but for the
// atomics.
#pragma once

#include "gateway/net/address.h"
#include "gateway/net/address_counts.h"
#include "gateway/net/gate.h"
#include "gateway/net/server.h"

namespace postern::net {

struct ServerState {
    ServerState(HttpHandler& handler_in, ServerOptions options_in)
        : handler(handler_in),
          options(std::move(options_in)),
          gate{options.limits.header_bytes_max, options.limits.header_fields_max,
               options.limits.target_bytes_max} {}

    HttpHandler& handler;
    const ServerOptions options;
    const GateLimits gate;
    CidrSet trusted;
    AddressCounts addresses;
    ServerCounters counters;
};

/// Counters are only ever added to and read: no order among them is promised.
template <class Counter, class Number>
void count(Counter& counter, Number by) {
    counter.fetch_add(static_cast<typename Counter::value_type>(by), std::memory_order_relaxed);
}

}  // namespace postern::net
