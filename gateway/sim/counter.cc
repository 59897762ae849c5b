// From a request to an answer. What waits (latency, held connections, slow bodies) waits in the
// agenda.
#include "gateway/sim/counter.h"

#include <algorithm>
#include <utility>

#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

constexpr std::size_t slow_pieces = 16;

bool is_refused(const Decision& decision) {
    switch (decision.fault) {
        case SendFault::none:
        case SendFault::no_answer:
        case SendFault::reset_before:
        case SendFault::reset_after:
        case SendFault::slow_answer:
            return false;
        default:
            return !decision.later;
    }
}

/// A body that comes in pieces; the client sees a chunked answer.
void write_slowly(Agenda& agenda, std::shared_ptr<net::BodyStream> stream, std::string body,
                  std::int64_t pause_us) {
    const std::size_t piece = std::max<std::size_t>(body.size() / slow_pieces, 1);
    const std::size_t now = std::min(piece, body.size());
    if (!stream->write(body.substr(0, now))) return;
    body.erase(0, now);
    if (body.empty()) return stream->finish();
    agenda.after(pause_us, [&agenda, stream, body = std::move(body), pause_us] {
        write_slowly(agenda, stream, body, pause_us);
    });
}

}  // namespace

Counter::Counter(Agenda& agenda, Accounts& accounts, Behaviour& behaviour, Ledger& ledger,
                 Receipts& receipts, TelegramUpdates& updates, std::uint64_t run)
    : agenda_(agenda),
      accounts_(accounts),
      behaviour_(behaviour),
      ledger_(ledger),
      receipts_(receipts),
      updates_(updates),
      run_(run) {}

Counter::~Counter() = default;

bool Counter::handle(const net::Request& request, net::Responder& responder) {
    std::string_view path = request.path;
    path.remove_prefix(1);
    const Receiver* receiver = find_receiver(take_segment(path));
    if (receiver == nullptr) return false;
    ++totals_.requests;
    Call call = receiver->read(request, path, accounts_);
    if (call.kind == Call::Kind::send) {
        take_send(*receiver, call, request, std::move(responder));
    } else if (call.kind == Call::Kind::refused) {
        ++totals_.malformed;
        responder.send(std::move(call.answer));
    } else {
        ++totals_.others;
        if (!call.what.empty())
            ++totals_.by_what[std::string(receiver->channel).append(" ").append(call.what)];
        if (call.method == "message_templates") {
            call.answer = list_templates(behaviour_.templates);
        }
        const Decision decision = behaviour_.decide_other(call);
        const bool revoked = decision.fault == SendFault::revoked;
        if (call.method == "getUpdates" && !revoked) {
            updates_.poll(call, std::move(responder));
            return true;
        }
        reply(decision.latency_us,
              revoked ? receiver->refuse(call, decision.fault, 0) : std::move(call.answer),
              std::move(responder));
    }
    return true;
}

void Counter::take_send(const Receiver& receiver, const Call& call, const net::Request& request,
                        net::Responder responder) {
    const std::int64_t now_us = steady_now_us();
    const Decision decision = behaviour_.decide(receiver, call, now_us);
    ++totals_.by_fault[static_cast<std::size_t>(decision.fault)];
    if (is_refused(decision)) {
        reply(decision.latency_us, receiver.refuse(call, decision.fault, decision.retry_after_s),
              std::move(responder));
        return;
    }
    if (decision.fault == SendFault::reset_before) return responder.reset();
    const std::string id = receiver.provider_id(call, ledger_.accepted() + 1, run_);
    const std::int64_t wall_us = wall_now_us();
    ledger_.append({.channel = receiver.channel,
                    .account = call.account->endpoint.account,
                    .to = call.to,
                    .provider_id = id,
                    .text = call.text,
                    .raw = request.body,
                    .at_us = wall_us,
                    .steady_us = now_us});
    net::Response response = receiver.accept(call, id, wall_us / 1'000'000);
    if (decision.faults->receipt_early <= 0) {
        (void)receipts_.plan(receiver, call, decision, id, {});
        return answer(decision, std::move(response), std::move(responder));
    }
    // std::function must copy what it holds, and a Responder only moves.
    auto waiting = std::make_shared<net::Responder>(std::move(responder));
    auto kept = std::make_shared<net::Response>(std::move(response));
    auto then = [this, decision, kept, waiting] {
        answer(decision, std::move(*kept), std::move(*waiting));
    };
    if (!receipts_.plan(receiver, call, decision, id, then)) then();
}

void Counter::answer(const Decision& decision, net::Response response, net::Responder responder) {
    switch (decision.fault) {
        case SendFault::no_answer:
            return hold(decision.faults->no_answer_ms, std::move(responder));
        case SendFault::reset_after:
            return responder.reset();
        case SendFault::slow_answer:
            return reply_slowly(decision.faults->slow_answer_ms, std::move(response),
                                std::move(responder));
        default:
            return reply(decision.latency_us, std::move(response), std::move(responder));
    }
}

void Counter::reply(std::int64_t latency_us, net::Response response, net::Responder responder) {
    if (latency_us <= 0) return responder.send(std::move(response));
    auto waiting = std::make_shared<net::Responder>(std::move(responder));
    auto kept = std::make_shared<net::Response>(std::move(response));
    agenda_.after(latency_us, [waiting, kept] { waiting->send(std::move(*kept)); });
}

void Counter::reply_slowly(double total_ms, net::Response response, net::Responder responder) {
    std::string body = std::move(response.body);
    auto stream = responder.stream(std::move(response));
    const auto pause_us = static_cast<std::int64_t>(total_ms * 1000 / slow_pieces);
    write_slowly(agenda_, std::move(stream), std::move(body), pause_us);
}

void Counter::hold(double hold_ms, net::Responder responder) {
    auto waiting = std::make_shared<net::Responder>(std::move(responder));
    agenda_.after(static_cast<std::int64_t>(hold_ms * 1000), [waiting] { waiting->reset(); });
}

std::string totals_json(const CounterTotals& totals) {
    JsonText json;
    json.begin_object().field("requests", totals.requests).field("malformed", totals.malformed);
    json.field("others", totals.others).key("by_what").begin_object();
    for (const auto& [what, count] : totals.by_what) json.field(what, count);
    json.end_object().key("by_fault").begin_object();
    for (std::size_t i = 0; i < totals.by_fault.size(); ++i) {
        if (totals.by_fault[i] == 0) continue;
        json.field(to_string(static_cast<SendFault>(i)), totals.by_fault[i]);
    }
    json.end_object().end_object();
    return json.take();
}

}  // namespace postern::sim
