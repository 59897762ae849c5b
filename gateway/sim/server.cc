// Routes of the simulator: GET /_sim/ledger, /_sim/sent, /_sim/summary; POST /_sim/inbound,
// /_sim/faults.
#include "gateway/sim/server.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <utility>

#include <simdjson.h>

#include "gateway/sim/inbound_request.h"
#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

constexpr std::size_t webhooks_listed_max = 100;

net::Response json_response(int status, std::string body) {
    net::Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

net::Response problem_response(int status, std::string_view detail) {
    JsonText json;
    json.begin_object().field("status", status).field("detail", detail).end_object();
    net::Response response = json_response(status, json.take());
    response.content_type = "application/problem+json";
    return response;
}

std::uint64_t number_of(const net::Request& request, std::string_view name) {
    const std::string text = request.query_value(name);
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

LedgerFilter filter_of(const net::Request& request) {
    LedgerFilter filter;
    filter.channel = request.query_value("channel");
    filter.after = number_of(request, "after");
    filter.limit = number_of(request, "limit");
    filter.acknowledged_only = number_of(request, "acknowledged") == 1;
    return filter;
}

/// The summary, its first webhooks one by one, and every acknowledged id. A plan is made in one go,
/// so its sequences are `first` and those after it.
std::string inbound_json(const Ledger& ledger, std::uint64_t first, const PumpResult& result,
                         std::uint64_t seed) {
    std::string summary = result_json(result, seed);
    summary.pop_back();
    JsonText ids;
    ids.begin_array();
    for (const std::string& id : result.acknowledged_ids) ids.value(id);
    ids.end_array();
    LedgerFilter filter;
    filter.after = first - 1;
    filter.up_to = filter.after + std::min<std::uint64_t>(result.sent, webhooks_listed_max);
    const std::string webhooks = result.sent == 0 ? "[]" : ledger.sent_json(filter);
    return summary + ",\"ids\":" + ids.take() + ",\"webhooks\":" + webhooks + "}";
}

}  // namespace

std::unique_ptr<SimulatorServer> SimulatorServer::start(Engine& engine, const std::string& listen,
                                                        std::string& problem) {
    std::unique_ptr<SimulatorServer> self(new SimulatorServer(engine));
    net::ServerOptions options;
    options.name = "simulator";
    options.address = listen;
    self->server_ = net::listen(engine.pool(), *self, std::move(options), problem);
    if (!self->server_) return nullptr;
    return self;
}

SimulatorServer::~SimulatorServer() {
    if (server_) server_->drain(std::chrono::seconds(1));
}

net::Admission SimulatorServer::admit(const net::Request&) {
    net::Admission admission;
    admission.body_bytes_max = 1024 * 1024;
    return admission;
}

void SimulatorServer::handle(const net::Request& request, net::Responder responder) {
    if (request.method == "POST" && request.path == "/_sim/inbound") {
        inbound(request, std::move(responder));
    } else if (request.method == "POST" && request.path == "/_sim/faults") {
        responder.send(faults(request));
    } else if (request.method == "GET") {
        responder.send(read(request));
    } else {
        responder.send(problem_response(404, "the simulator has no such endpoint"));
    }
}

net::Response SimulatorServer::read(const net::Request& request) {
    const Ledger& ledger = engine_.ledger();
    if (request.path == "/_sim/ledger") {
        return json_response(200, ledger.ledger_json(filter_of(request)));
    }
    if (request.path == "/_sim/sent") {
        if (number_of(request, "flat") != 1) {
            return json_response(200, ledger.sent_json(filter_of(request)));
        }
        JsonText ids;
        ids.begin_array();
        for (const std::string& id : ledger.acknowledged_ids()) ids.value(id);
        ids.end_array();
        return json_response(200, ids.take());
    }
    if (request.path == "/_sim/summary") {
        return json_response(200, totals_json(ledger.totals()));
    }
    if (request.path == "/_sim/faults") {
        return json_response(200, faults_json(engine_.stream().faults()));
    }
    return problem_response(404, "the simulator has no such endpoint");
}

net::Response SimulatorServer::faults(const net::Request& request) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(request.body.data(), request.body.size()).get(object) != simdjson::SUCCESS) {
        return problem_response(400, "the body is not a JSON object");
    }
    Faults wanted = engine_.stream().faults();
    for (const auto& [name, value] : object) {
        double p = -1;
        if (value.get(p) != simdjson::SUCCESS || !set_fault(name, p, wanted)) {
            return problem_response(400, "'" + std::string(name) + "' is no fault, or not 0 to 1");
        }
    }
    engine_.stream().faults() = wanted;
    return json_response(200, faults_json(wanted));
}

void SimulatorServer::inbound(const net::Request& request, net::Responder responder) {
    InboundRequest wanted;
    std::string problem;
    if (!parse_inbound(request.body, engine_.stream().endpoints(), wanted, problem)) {
        responder.send(problem_response(400, problem));
        return;
    }
    auto plan = std::make_shared<std::deque<Webhook>>();
    for (Webhook& webhook : plan_inbound(wanted, engine_.stream())) {
        plan->push_back(std::move(webhook));
    }
    PumpOptions options;
    options.total = plan->size();
    auto next = [plan] {
        Webhook webhook = std::move(plan->front());
        plan->pop_front();
        return webhook;
    };
    if (!wanted.wait) responder.send(json_response(202, R"({"accepted":true})"));
    // std::function must copy what it holds, and a Responder only moves.
    auto waiting = std::make_shared<net::Responder>(std::move(responder));
    auto done = [this, waiting, wait = wanted.wait,
                 first = plan->empty() ? 1 : plan->front().seq](const PumpResult& result) {
        if (!wait) return;
        const std::uint64_t seed = engine_.stream().seed();
        waiting->send(json_response(200, inbound_json(engine_.ledger(), first, result, seed)));
    };
    std::make_shared<Pump>(engine_.thread(), engine_.delivery(), options, std::move(next),
                           std::move(done))
        ->start();
}

}  // namespace postern::sim
