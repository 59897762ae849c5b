// The rules of the address guard, as subscriptions need them: any port and a numeric host are
// usual for an app of the company; what counts is which address is called in the end.
#include "gateway/subscription_setup.h"

#include <charconv>

#include <openssl/rand.h>

#include "gateway/egress/address_guard.h"
#include "gateway/net/url.h"
#include "gateway/proxy_setup.h"
#include "gateway/runtime/clock.h"
#include "gateway/setup.h"

namespace postern {
namespace {

egress::GuardSettings guard_settings(const conf::Subscriptions& rules) {
    egress::GuardSettings settings;
    settings.plain_http = rules.allow_http;
    settings.literals = true;
    std::vector<std::string> allowed = rules.allow_networks;
    if (rules.allow_http) allowed.insert(allowed.end(), {"127.0.0.0/8", "::1"});
    std::string wrong;  // the configuration was checked when it was loaded
    (void)settings.allowed.assign(allowed, wrong);
    return settings;
}

std::string words_of(egress::GuardProblem problem) {
    switch (problem) {
        case egress::GuardProblem::none:
            return {};
        case egress::GuardProblem::malformed:
        case egress::GuardProblem::bad_name:
            return "This must be an absolute URL with a host name.";
        case egress::GuardProblem::user_info:
            return "A URL may not carry a user: the signature proves who calls.";
        case egress::GuardProblem::scheme:
            return "This must be an https URL.";
        case egress::GuardProblem::port:
        case egress::GuardProblem::address_literal:
            return "The address must be written as a name or a plain address.";
        case egress::GuardProblem::local_name:
        case egress::GuardProblem::address:
            return "Private addresses may be called only if subscriptions.allow_networks of the "
                   "configuration names their network.";
    }
    return "This may not be called.";
}

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    (void)RAND_bytes(reinterpret_cast<unsigned char*>(&seed), sizeof seed);
    return seed;
}

}  // namespace

std::string refusal_of(const conf::Subscriptions& rules, std::string_view url) {
    egress::GuardSettings settings = guard_settings(rules);
    if (const auto parsed = net::parse_url(url)) {
        unsigned port = 0;
        std::from_chars(parsed->port.data(), parsed->port.data() + parsed->port.size(), port);
        settings.ports = {static_cast<std::uint16_t>(port)};
    }
    const egress::GuardProblem problem = egress::AddressGuard(std::move(settings)).check(url);
    // A name of the company's own network; whether its address may be called is asked at each call.
    const bool has_networks = rules.allow_http || !rules.allow_networks.empty();
    if (problem == egress::GuardProblem::local_name && has_networks) return {};
    return words_of(problem);
}

std::unique_ptr<subscriptions::Deliverer> make_deliverer(const conf::Config& config,
                                                         runtime::Pipeline& pipeline,
                                                         net::IoPool& io,
                                                         const core::SmallTables& tables) {
    net::IoThread& thread = io.at(io.size() - 1);
    net::ClientOptions client = subscriptions::client_options();
    client.ca_file = config.subscriptions.ca_file;
    if (config.subscriptions.use_proxy) client.proxy = proxy_of(config.egress);
    client.allow_address = [guard = std::make_shared<const egress::AddressGuard>(
                                guard_settings(config.subscriptions))](
                               const net::IpAddress& address) { return guard->allows(address); };
    subscriptions::DelivererOptions options;
    options.events_retention = config.retention.events;
    options.seed = random_seed();
    return std::make_unique<subscriptions::Deliverer>(
        subscriptions::DelivererServices{pipeline, pipeline.queries(), pipeline.events(), thread,
                                         net::make_client(thread, std::move(client)),
                                         runtime::read_clocks,
                                         [rules = config.subscriptions](std::string_view url) {
                                             return refusal_of(rules, url);
                                         }},
        std::move(options), tables);
}

}  // namespace postern
