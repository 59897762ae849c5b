#include "gateway/media_setup.h"

#include <algorithm>

#include "adapters/media/media_source.h"
#include "gateway/egress/address_guard.h"
#include "gateway/net/url.h"
#include "gateway/runtime/clock.h"
#include "storage/layout.h"

namespace postern {
namespace {

egress::GuardSettings guard_settings(const conf::Media& rules) {
    egress::GuardSettings settings;
    settings.plain_http = rules.allow_http;
    settings.literals = rules.allow_http || !rules.allow_networks.empty();
    std::vector<std::string> allowed = rules.allow_networks;
    if (rules.allow_http) allowed.insert(allowed.end(), {"127.0.0.0/8", "::1"});
    std::string wrong;  // the configuration was checked when it was loaded
    (void)settings.allowed.assign(allowed, wrong);
    return settings;
}

}  // namespace

std::string fetch_refusal(const conf::Media& rules, std::string_view url) {
    egress::GuardSettings settings = guard_settings(rules);
    const auto parsed = net::parse_url(url);
    unsigned port = 0;
    // A laboratory's servers have ports of their own.
    if (parsed && rules.allow_http) {
        for (const char c : parsed->port) port = port * 10 + static_cast<unsigned>(c - '0');
        settings.ports = {static_cast<std::uint16_t>(port)};
    }
    const egress::GuardProblem problem = egress::AddressGuard(std::move(settings)).check(url);
    return problem == egress::GuardProblem::none ? "" : std::string(to_string(problem));
}

std::unique_ptr<media::MediaService> make_media(const conf::Config& config,
                                                runtime::Pipeline& pipeline, net::IoPool& io,
                                                const storage::KeyBytes& master,
                                                const ingress::IntakeGate& gate,
                                                std::string& problem) {
    media::ServiceOptions options;
    options.folder = storage::StorageLayout(config.storage.path).media();
    options.master = master;
    options.retention = config.retention.media;
    options.public_url = config.media.public_url;
    options.url_expires = config.media.url_expires;
    media::FetchGuard guard;
    guard.problem_of = [rules = config.media](std::string_view url) {
        return fetch_refusal(rules, url);
    };
    const auto addresses =
        std::make_shared<const egress::AddressGuard>(guard_settings(config.media));
    guard.allows = [addresses](const net::IpAddress& address) {
        return addresses->allows(address);
    };
    guard.has_room = [&gate] { return gate.api_writes.load(std::memory_order_relaxed); };
    const std::string folder = options.folder;
    auto service = std::make_unique<media::MediaService>(
        std::move(options),
        media::ServicePorts{pipeline.queries(), pipeline, pipeline.events(), io, std::move(guard),
                            [] { return runtime::read_clocks().wall; }});
    const auto opened = service->open();
    if (opened) return service;
    problem = folder + ": " + opened.error().message();
    return nullptr;
}

ingress::DocumentGuard document_guard(const conf::Config& config) {
    ingress::DocumentGuard guard;
    guard.problem_of = [rules = config.media](std::string_view url) {
        return fetch_refusal(rules, url);
    };
    guard.allows = [addresses =
                        std::make_shared<const egress::AddressGuard>(guard_settings(config.media))](
                       const net::IpAddress& address) { return addresses->allows(address); };
    return guard;
}

media::FetchAccounts fetch_accounts(const conf::Config& config,
                                    const ingress::AccountTable& accounts,
                                    const egress::AccountTable& ways) {
    media::FetchAccounts out;
    for (const conf::Account& from : config.accounts) {
        const ingress::Account* account = accounts.find(from.id);
        if (account == nullptr) continue;
        media::FetchAccount& to = out[account->number];
        to.source = adapters::make_media_source(account->config);
        to.eager = from.eager_media;
        if (const egress::Account* way = ways.find(account->number)) {
            to.ca_file = way->ca_file;
            to.proxy = way->proxy;
            to.tokens = way->tokens;
        }
    }
    return out;
}

}  // namespace postern
