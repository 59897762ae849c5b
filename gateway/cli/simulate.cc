// `postern simulate`: the provider simulator, as a server that scripts drive, or as one push.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <random>

#include <fmt/format.h>

#include "gateway/cli/commands.h"
#include "gateway/sim/fault_document.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/listeners.h"
#include "gateway/sim/server.h"

namespace postern::cli {
namespace {

struct Wanted {
    std::string listen = "127.0.0.1:0";
    std::vector<std::string> channels;
    std::vector<std::string> accounts;
    std::string faults;
    std::string target;
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;
    double rate = 0;
    std::vector<std::string> listeners;
    std::vector<std::string> strict;
    sim::CertificateFiles certificate;
    std::uint32_t people = 500;
};

int usage(const std::string& problem) {
    fmt::print(stderr, "postern simulate: {}\n", problem);
    return exit_usage;
}

/// `--account` wins; without one, the demo's account of each channel.
bool read_endpoints(const Wanted& wanted, std::vector<sim::Endpoint>& endpoints,
                    std::string& problem) {
    for (const std::string& text : wanted.accounts) {
        if (!sim::parse_endpoint(text, wanted.target, endpoints.emplace_back(), problem))
            return false;
    }
    if (!endpoints.empty()) return true;
    for (const std::string& channel : wanted.channels) {
        endpoints.push_back(sim::demo_endpoint(channel, wanted.target));
    }
    if (!endpoints.empty()) return true;
    for (const std::string_view channel : sim::demo_channels()) {
        endpoints.push_back(sim::demo_endpoint(channel, wanted.target));
    }
    return true;
}

int push(const Wanted& wanted, sim::Engine& engine, const Context& context) {
    const sim::PumpResult result = engine.push({.total = wanted.stream, .rate = wanted.rate});
    if (context.json || result.unexpected == 0) {
        fmt::print("{}\n", sim::result_json(result, engine.stream().seed()));
    } else {
        fmt::print("{}\n{} webhooks ended otherwise than they should\n",
                   sim::result_json(result, engine.stream().seed()), result.unexpected);
    }
    return result.unexpected == 0 ? 0 : exit_failed;
}

/// "smpp=127.0.0.1:2775" each.
std::map<std::string, std::string, std::less<>> named_addresses(
    const std::vector<std::string>& texts) {
    std::map<std::string, std::string, std::less<>> addresses;
    for (const std::string& text : texts) {
        const std::size_t equals = std::min(text.find('='), text.size());
        addresses[text.substr(0, equals)] = text.substr(std::min(text.size(), equals + 1));
    }
    return addresses;
}

int serve(const Wanted& wanted, sim::Engine& engine, const sigset_t& signals) {
    std::string problem;
    const auto server = sim::SimulatorServer::start(engine, wanted.listen, problem);
    const std::string host = wanted.listen.substr(0, wanted.listen.rfind(':'));
    sim::SideListeners listeners;
    if (!server || !sim::start_listeners(engine, host, named_addresses(wanted.listeners), listeners,
                                         problem)) {
        fmt::print(stderr, "postern simulate: {}\n", problem);
        return exit_failed;
    }
    sim::JsonText json;
    json.begin_object().field("ready", true).field("listen", server->address());
    for (const auto& [channel, listener] : listeners) json.field(channel, listener->address());
    json.field("seed", engine.stream().seed()).end_object();
    fmt::print("{}\n", json.text());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    return 0;
}

int simulate(const Wanted& wanted, const Context& context) {
    sim::StreamOptions options;
    std::string problem;
    if (!read_endpoints(wanted, options.endpoints, problem)) return usage(problem);
    sim::SendFaults sends;
    if (!sim::parse_all_faults(wanted.faults, options.faults, sends, problem)) {
        return usage(problem);
    }
    if (!wanted.strict.empty()) sends.windows = 1;
    if (wanted.certificate.certificate.empty() != wanted.certificate.key.empty()) {
        return usage("--certificate and --key go together");
    }
    if (wanted.stream > 0 && wanted.target.empty() && wanted.accounts.empty()) {
        return usage("--stream needs --target, the URL that webhooks go to");
    }
    options.seed = wanted.seed != 0 ? wanted.seed : std::random_device{}();
    options.people = wanted.people;
    options.start_s = std::time(nullptr);
    options.by_clock = true;
    // Blocked before any thread starts, so that only sigwait sees them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    if (wanted.stream == 0) pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    sim::Engine engine(std::move(options), sends);
    engine.certificate = wanted.certificate;
    return wanted.stream > 0 ? push(wanted, engine, context) : serve(wanted, engine, signals);
}

}  // namespace

namespace {

void add_providers(CLI::App& command, Wanted& wanted) {
    std::vector<std::string> channels;
    for (const sim::Provider* provider : sim::all_providers()) {
        channels.emplace_back(provider->channel);
    }
    command.add_option("--listen", wanted.listen, "Address of the simulator's own endpoints")
        ->capture_default_str();
    command
        .add_option("--channels", wanted.channels,
                    "Whose demo accounts are simulated; without it those of the demo")
        ->delimiter(',')
        ->check(CLI::IsMember(channels));
    command.add_option("--listener", wanted.listeners,
                       "CHANNEL=HOST:PORT: where a provider without HTTP (smpp, smtp, smtps) "
                       "listens; else any port");
    command.add_option("--certificate", wanted.certificate.certificate,
                       "PEM file: the mail relay speaks TLS (STARTTLS, and smtps)");
    command.add_option("--key", wanted.certificate.key, "PEM file: the certificate's key");
    command.add_option(
        "--account", wanted.accounts,
        "channel=...,id=...,secret=...[,own_id=...,own_address=...,signed_url=...,url=...,"
        "token=...,aes_key=...,application=...,public_key=FILE]; url=poll: a Telegram bot that "
        "asks for its updates");
}

void add_behaviour(CLI::App& command, Wanted& wanted) {
    command.add_option("--seed", wanted.seed, "The same seed makes the same webhooks");
    command.add_option("--target", wanted.target, "Where webhooks go: http://HOST:PORT/webhooks");
    command.add_option("--faults", wanted.faults,
                       "name=number,...: of webhooks duplicates, batches, bad_signature, "
                       "truncated, wrong_shape, unknown_kind, garbage, all; of sends "
                       "rate_limited, no_answer, per_second, receipt_read, unsteady and all "
                       "that GET /_sim/faults lists");
    command
        .add_option("--strict", wanted.strict,
                    "windows: nobody is written to who has not written, whose window is closed, "
                    "who blocked the sender (POST /_sim/people says who did what)")
        ->delimiter(',')
        ->check(CLI::IsMember({"windows"}));
    command.add_option("--people", wanted.people, "How many people write")->capture_default_str();
    command.add_option("--stream", wanted.stream, "Send so many webhooks, sum up, end");
    command.add_option("--rate", wanted.rate, "Webhooks a second; without it as fast as it goes");
}

}  // namespace

void add_simulate(CLI::App& app, Context& context) {
    auto wanted = std::make_shared<Wanted>();
    CLI::App* command = app.add_subcommand("simulate", "Play the providers against a gateway");
    add_providers(*command, *wanted);
    add_behaviour(*command, *wanted);
    command->footer(
        "Examples:\n"
        "  postern simulate --listen 127.0.0.1:0 --target http://127.0.0.1:8443/webhooks\n"
        "  postern simulate --stream 1000 --rate 200 --faults duplicates=0.1,garbage=0.05 \\\n"
        "      --target http://127.0.0.1:8443/webhooks --seed 7\n"
        "  postern simulate --stream 50 --target http://127.0.0.1:8443/webhooks \\\n"
        "      --account channel=whatsapp,id=wa-main,secret=APP_SECRET,own_id=300200\n"
        "  postern simulate --strict windows --account channel=telegram,id=tg-main,url=poll,\\\n"
        "      token=123456:TOKEN,own_id=123456");
    command->callback([&context, wanted] { context.exit_code = simulate(*wanted, context); });
}

}  // namespace postern::cli
