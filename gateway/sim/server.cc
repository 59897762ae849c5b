// Routes of the simulator: GET /_sim/ledger, /_sim/rate, /_sim/sent, /_sim/summary, /_sim/people;
// POST /_sim/inbound, /_sim/faults, /_sim/people; everything else is a provider's.
#include "gateway/sim/server.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <utility>

#include "gateway/sim/announce.h"
#include "gateway/sim/fault_document.h"
#include "gateway/sim/inbound_request.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/media_serve.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

constexpr std::size_t webhooks_listed_max = 100;

net::Response problem_response(int status, std::string_view detail) {
    JsonText json;
    json.begin_object().field("status", status).field("detail", detail).end_object();
    net::Response response = json_answer(status, json.take());
    response.content_type = "application/problem+json";
    return response;
}

std::uint64_t number_of(const net::Request& request, std::string_view name) {
    const std::string text = request.query_value(name);
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

SentFilter sent_filter_of(const net::Request& request) {
    SentFilter filter;
    filter.channel = request.query_value("channel");
    filter.after = number_of(request, "after");
    filter.limit = number_of(request, "limit");
    filter.acknowledged_only = number_of(request, "acknowledged") == 1;
    return filter;
}

LedgerFilter ledger_filter_of(const net::Request& request) {
    LedgerFilter filter;
    filter.channel = request.query_value("channel");
    filter.account = request.query_value("account");
    filter.to = request.query_value("to");
    filter.after = number_of(request, "after");
    filter.limit = number_of(request, "limit");
    filter.raw = request.query_value("raw") != "0";
    return filter;
}

/// The summary, its first webhooks one by one, and every acknowledged id. A plan is made in one go,
/// so its sequences are `first` to `last`, without those that nobody wanted.
std::string inbound_json(const SentLog& log, std::uint64_t first, std::uint64_t last,
                         const PumpResult& result, std::uint64_t seed) {
    std::string summary = result_json(result, seed);
    summary.pop_back();
    JsonText ids;
    ids.begin_array();
    for (const std::string& id : result.acknowledged_ids) ids.value(id);
    ids.end_array();
    SentFilter filter;
    filter.after = first - 1;
    filter.up_to = std::min(last, filter.after + webhooks_listed_max);
    const std::string webhooks = result.sent == 0 ? "[]" : log.sent_json(filter);
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
    admission.body_bytes_max = 52 * 1024 * 1024;  // uploads of media: Postern takes 50
    return admission;
}

void SimulatorServer::handle(const net::Request& request, net::Responder responder) {
    if (request.method == "POST" && request.path == "/_sim/inbound") {
        inbound(request, std::move(responder));
    } else if (request.method == "POST" && request.path == "/_sim/faults") {
        responder.send(faults(request));
    } else if (request.method == "POST" && request.path == "/_sim/people") {
        responder.send(people(request));
    } else if (request.method == "GET" && request.path.starts_with("/_sim/")) {
        responder.send(read(request));
    } else if (connections_.handle(request, responder)) {
        return;
    } else if (auto medium = serve_medium(request)) {
        responder.send(std::move(*medium));
    } else if (!engine_.counter().handle(request, responder)) {
        responder.send(problem_response(404, "the simulator has no such endpoint"));
    }
}

net::Response SimulatorServer::read(const net::Request& request) {
    const SentLog& log = engine_.sent_log();
    if (request.path == "/_sim/ledger") {
        return json_answer(200, engine_.ledger().json(ledger_filter_of(request)));
    }
    if (request.path == "/_sim/rate") {
        return json_answer(200, rate_json(engine_.ledger().rate(ledger_filter_of(request))));
    }
    if (request.path == "/_sim/sent") {
        if (number_of(request, "flat") != 1) {
            return json_answer(200, log.sent_json(sent_filter_of(request)));
        }
        JsonText ids;
        ids.begin_array();
        for (const std::string& id : log.acknowledged_ids()) ids.value(id);
        ids.end_array();
        return json_answer(200, ids.take());
    }
    if (request.path == "/_sim/summary") return json_answer(200, summary());
    if (request.path == "/_sim/people") {
        return json_answer(200, engine_.behaviour().people.json());
    }
    if (request.path == "/_sim/faults") {
        return json_answer(200, fault_document(engine_.stream().faults(), engine_.behaviour(),
                                               engine_.accounts()));
    }
    return problem_response(404, "the simulator has no such endpoint");
}

std::string SimulatorServer::summary() {
    std::string webhooks = totals_json(engine_.sent_log().totals());
    webhooks.pop_back();
    const ReceiptTotals& receipts = engine_.delivery().receipts();
    JsonText json;
    json.begin_object().field_raw("sends", totals_json(engine_.counter().totals()));
    json.key("ledger").begin_object().field("accepted", engine_.ledger().accepted());
    json.field("forgotten", engine_.ledger().forgotten()).end_object();
    json.key("receipts").begin_object().field("posted", receipts.posted);
    json.field("attempts", receipts.attempts).field("acknowledged", receipts.acknowledged);
    json.field("given_up", receipts.given_up);
    json.field("unaddressed", engine_.receipts().unaddressed()).end_object().end_object();
    return webhooks + "," + json.text().substr(1);
}

net::Response SimulatorServer::faults(const net::Request& request) {
    std::string problem;
    const SimTemplates before = engine_.behaviour().templates;
    if (!apply_fault_document(request.body, engine_.stream().faults(), engine_.behaviour(),
                              engine_.accounts(), problem)) {
        return problem_response(400, problem);
    }
    tell_of_templates(before);
    return json_answer(
        200, fault_document(engine_.stream().faults(), engine_.behaviour(), engine_.accounts()));
}

net::Response SimulatorServer::people(const net::Request& request) {
    std::string problem;
    People& people = engine_.behaviour().people;
    if (!people.tell(request.body, engine_.accounts(), wall_now_us() / 1'000'000, problem)) {
        return problem_response(400, problem);
    }
    return json_answer(200, people.json());
}

/// WhatsApp tells every subscriber of a template that changed its state.
/// No two changes share a second: webhooks tell no finer time, and one of the same words in the
/// same second is a redelivery.
void SimulatorServer::tell_of_templates(const SimTemplates& before) {
    const std::int64_t at = std::max(template_told_s_ + 1, wall_now_us() / 1'000'000);
    for (const auto& [name, now] : engine_.behaviour().templates) {
        const auto was = before.find(name);
        if (was != before.end() && was->second.status == now.status) continue;
        template_told_s_ = at;
        for (const SimAccount& account : engine_.accounts().all()) {
            const Endpoint& endpoint = account.endpoint;
            const bool told = !endpoint.url.empty() && !endpoint.secret.empty();
            if (endpoint.channel != "whatsapp" || !told) continue;
            engine_.delivery().send_receipt(template_webhook(endpoint, name, now, at), {});
        }
    }
}

void SimulatorServer::inbound(const net::Request& request, net::Responder responder) {
    InboundRequest wanted;
    std::string problem;
    if (!parse_inbound(request.body, engine_.stream().endpoints(), wanted, problem)) {
        responder.send(problem_response(400, problem));
        return;
    }
    wanted.endpoint.media_base = "http://" + address();
    // Whoever is told where webhooks go also knows where receipts go.
    engine_.accounts().remember(wanted.endpoint);
    const SimAccount* const account = engine_.accounts().named(wanted.endpoint.account);
    if (account != nullptr && account->polls)
        wanted.endpoint.url = "poll:" + wanted.endpoint.account;
    engine_.stream().tell_time(wall_now_us() / 1'000'000);
    auto plan = std::make_shared<std::deque<Webhook>>();
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    for (Webhook& webhook : plan_inbound(wanted, engine_.stream())) {
        if (first == 0) first = webhook.seq;
        last = webhook.seq;
        if (!announce(engine_.accounts(), webhook, steady_now_us())) continue;
        engine_.behaviour().people.note(webhook, wall_now_us() / 1'000'000);
        plan->push_back(std::move(webhook));
    }
    PumpOptions options;
    options.total = plan->size();
    auto next = [plan] {
        Webhook webhook = std::move(plan->front());
        plan->pop_front();
        return webhook;
    };
    if (!wanted.wait) responder.send(json_answer(202, R"({"accepted":true})"));
    // std::function must copy what it holds, and a Responder only moves.
    auto waiting = std::make_shared<net::Responder>(std::move(responder));
    auto done = [this, waiting, wait = wanted.wait, first, last](const PumpResult& result) {
        if (!wait) return;
        const std::uint64_t seed = engine_.stream().seed();
        waiting->send(
            json_answer(200, inbound_json(engine_.sent_log(), first, last, result, seed)));
    };
    std::make_shared<Pump>(engine_.thread(), engine_.delivery(), options, std::move(next),
                           std::move(done))
        ->start();
}

}  // namespace postern::sim
