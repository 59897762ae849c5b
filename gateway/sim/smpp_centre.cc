// Session rules and command_status after SMPP 3.4; what becomes of a submission is Behaviour's.
#include "gateway/sim/smpp_centre.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

constexpr std::uint32_t wrong_password = 0x0e;
constexpr std::uint32_t already_bound = 0x05;
constexpr std::uint32_t bad_length = 0x02;
constexpr std::uint32_t not_bound = 0x04;
constexpr std::uint32_t unknown_command = 0x03;
constexpr std::uint32_t sequence_max = 0x7fffffff;
constexpr std::chrono::seconds unbind_patience{5};

std::uint32_t status_of(SendFault fault) {
    switch (fault) {
        case SendFault::rate_limited:
        case SendFault::pair_limited:
            return 0x58;
        case SendFault::unavailable:
            return 0x14;
        case SendFault::unreachable:
            return 0x0b;
        case SendFault::blocked:
        case SendFault::closed_window:
            return 0x400;
        case SendFault::revoked:
            return wrong_password;
        default:
            return 0x08;
    }
}

bool is_taken(const Decision& decision) {
    switch (decision.fault) {
        case SendFault::none:
        case SendFault::no_answer:
        case SendFault::reset_after:
        case SendFault::slow_answer:
            return true;
        default:
            return decision.later;
    }
}

bool refuses_later(const Call&, SendFault fault) {
    return fault == SendFault::unreachable || fault == SendFault::blocked;
}

std::string digits_of(std::string_view address) {
    return std::string(address.starts_with('+') ? address.substr(1) : address);
}

/// Of the end alone, unless the form has it otherwise: a centre tells nothing on the way, and never
/// that something was read.
bool receipt(const Receipt& receipt, Webhook& webhook) {
    const auto form = static_cast<SmppReceiptForm>(receipt.form);
    const bool on_the_way = receipt.state == "sent" && form == SmppReceiptForm::intermediate;
    const bool failed = receipt.state == "failed";
    if (receipt.status_url.empty() || (!failed && !on_the_way && receipt.state != "delivered"))
        return false;
    SmppDelivery out;
    out.from = digits_of(receipt.to);
    out.to = receipt.from;
    set_receipt(out, {.id = receipt.provider_id,
                      .state = on_the_way ? 1
                               : failed   ? 5
                                          : 2,
                      .form = form,
                      .time_s = receipt.time_s});
    webhook.endpoint = *receipt.endpoint;
    webhook.body = delivery_body(out);
    return true;
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return fmt::format("{:x}{:08x}", run & 0xffffff, number);
}

/// Of the books alone: requests come by PDU, so nothing of HTTP is here.
const Receiver smpp_receiver = {.channel = "smpp",
                                .read = nullptr,
                                .provider_id = provider_id,
                                .accept = nullptr,
                                .refuse = nullptr,
                                .refuses_later = refuses_later,
                                .receipt = receipt};

}  // namespace

std::unique_ptr<SideListener> SmppCentre::start(Engine& engine, const std::string& listen,
                                                std::string& problem) {
    std::unique_ptr<SmppCentre> self(new SmppCentre(engine));
    SmppCentre* centre = self.get();
    self->door_ = net::listen_for_links(
        engine.thread(), listen,
        [centre](const net::AcceptLink& accept) { centre->welcome(accept); }, problem);
    if (!self->door_) return nullptr;
    engine.on_thread([&] {
        engine.delivery().carry("smpp", [centre](const Webhook& webhook, auto done) {
            centre->deliver(webhook, std::move(done));
        });
    });
    return self;
}

SmppCentre::~SmppCentre() {
    door_.reset();
    engine_.on_thread([this] {
        *alive_ = false;
        engine_.delivery().carry("smpp", {});
        while (!sessions_.empty()) end(sessions_.front());
    });
}

void SmppCentre::welcome(const net::AcceptLink& accept) {
    auto session = std::make_shared<Session>();
    const std::weak_ptr<Session> weak = session;
    net::LinkEvents events;
    events.on_bytes = [this, weak](std::string_view bytes) {
        if (const auto known = weak.lock()) on_bytes(known, bytes);
    };
    events.on_closed = [this, weak](const net::LinkEnd&) {
        if (const auto known = weak.lock()) end(known);
    };
    session->link = accept(std::move(events));
    sessions_.push_back(std::move(session));
}

void SmppCentre::end(const SessionPointer& session) {
    const SessionPointer kept = session;  // the caller's may stand in the list
    sessions_.remove(kept);
    kept->link.reset();
    for (auto& [sequence, done] : std::exchange(kept->delivering, {})) done(0);
}

void SmppCentre::on_bytes(const SessionPointer& session, std::string_view bytes) {
    session->in.append(bytes);
    std::size_t begin = 0;
    while (session->link) {
        SmppPdu pdu;
        std::size_t taken = 0;
        const int found = take_pdu(std::string_view(session->in).substr(begin), pdu, taken);
        if (found < 0) {
            session->in.clear();
            (void)session->link->write(make_pdu(smpp_command::response, bad_length, 0));
            return session->link->finish(std::chrono::seconds(1));
        }
        if (found == 0) break;
        begin += taken;
        on_pdu(session, pdu);
    }
    session->in.erase(0, begin);
}

void SmppCentre::on_pdu(const SessionPointer& session, const SmppPdu& pdu) {
    const auto answer = [&](std::uint32_t status) {
        (void)session->link->write(
            make_pdu(pdu.command | smpp_command::response, status, pdu.sequence));
    };
    const bool answers = (pdu.command & smpp_command::response) != 0;
    if (!answers && (pdu.sequence == 0 || pdu.sequence > sequence_max)) return answer(0x08);
    switch (pdu.command) {
        case smpp_command::bind_receiver:
        case smpp_command::bind_transmitter:
        case smpp_command::bind_transceiver:
            return session->account == nullptr ? bind(session, pdu) : answer(already_bound);
        case smpp_command::unbind | smpp_command::response:
            return session->link->finish(std::chrono::seconds(1));
        case smpp_command::submit_sm:
            return session->sends ? submit(session, pdu) : answer(not_bound);
        case smpp_command::enquire_link:
            return answer(0);
        case smpp_command::unbind:
            answer(0);
            return session->link->finish(std::chrono::seconds(1));
        default:
            break;
    }
    if (pdu.command == (smpp_command::deliver_sm | smpp_command::response)) {
        const auto found = session->delivering.find(pdu.sequence);
        if (found == session->delivering.end()) return;
        const auto done = std::move(found->second);
        session->delivering.erase(found);
        return done(pdu.status == 0 ? 200 : 503);
    }
    if (!answers)
        (void)session->link->write(make_pdu(smpp_command::response, unknown_command, pdu.sequence));
}

void SmppCentre::bind(const SessionPointer& session, const SmppPdu& pdu) {
    SmppLogin login;
    std::uint32_t status = wrong_password;
    if (read_bind(pdu.body, login)) {
        SimAccount* const account = engine_.accounts().find("smpp", login.system_id);
        const bool known = account != nullptr && (account->endpoint.token.empty() ||
                                                  account->endpoint.token == login.password);
        Call call;
        call.account = account;
        const bool revoked =
            known && engine_.behaviour().decide_other(call).fault == SendFault::revoked;
        if (known && !revoked) {
            status = 0;
            session->account = account;
            session->sends = pdu.command != smpp_command::bind_receiver;
            session->receives = pdu.command != smpp_command::bind_transmitter;
        }
    }
    const std::string name = status == 0 ? std::string("simulator\0", 10) : std::string{};
    (void)session->link->write(
        make_pdu(pdu.command | smpp_command::response, status, pdu.sequence, name));
}

void SmppCentre::submit(const SessionPointer& session, const SmppPdu& pdu) {
    const std::uint32_t sequence = pdu.sequence;
    const auto reply = [session, sequence](std::uint32_t status, const std::string& id) {
        if (!session->link) return;
        (void)session->link->write(make_pdu(smpp_command::submit_sm | smpp_command::response,
                                            status, sequence,
                                            status == 0 ? id + '\0' : std::string{}));
    };
    SmppSubmission submission;
    if (const std::uint32_t status = read_submission(pdu.body, submission); status != 0)
        return reply(status, {});
    Call call;
    call.kind = Call::Kind::send;
    call.account = session->account;
    call.to = "+" + submission.to;
    call.from = submission.from;
    call.text = submission.text;
    call.status_url = submission.receipt ? "bind" : "";
    const std::int64_t now_us = steady_now_us();
    const Decision decision = engine_.behaviour().decide(smpp_receiver, call, now_us);
    if (decision.fault == SendFault::reset_before) return end(session);
    const auto later = [this, alive = alive_](std::int64_t wait_us, std::function<void()> act) {
        engine_.agenda().after(wait_us, [alive, act = std::move(act)] {
            if (*alive) act();
        });
    };
    if (!is_taken(decision)) {
        const std::uint32_t status = status_of(decision.fault);
        return later(decision.latency_us, [reply, status] { reply(status, {}); });
    }
    Ledger& ledger = engine_.ledger();
    const std::string id =
        provider_id(call, ledger.accepted() + 1, engine_.stream().seed() & 0xffffff);
    ledger.append({.channel = smpp_receiver.channel,
                   .account = call.account->endpoint.account,
                   .to = call.to,
                   .provider_id = id,
                   .text = call.text,
                   .raw = {},
                   .at_us = wall_now_us(),
                   .steady_us = now_us});
    (void)engine_.receipts().plan(smpp_receiver, call, decision, id, {});
    if (decision.fault == SendFault::no_answer) return;
    if (decision.fault == SendFault::reset_after) return end(session);
    const bool slow = decision.fault == SendFault::slow_answer;
    const auto wait_us = slow ? static_cast<std::int64_t>(decision.faults->slow_answer_ms * 1000)
                              : decision.latency_us;
    const bool unbinds = engine_.behaviour().chance(decision.faults->unbind);
    later(wait_us, [this, session, reply, id, unbinds] {
        reply(0, id);
        if (unbinds) unbind(session);
    });
}

/// Takes nothing more over it, and closes it once the other side has answered, or has not.
void SmppCentre::unbind(const SessionPointer& session) {
    if (!session->link) return;
    session->sends = false;
    session->receives = false;
    (void)session->link->write(make_pdu(smpp_command::unbind, 0, ++session->sequence));
    engine_.agenda().after(std::chrono::microseconds(unbind_patience).count(),
                           [this, alive = alive_, session] {
                               if (*alive && session->link) end(session);
                           });
}

void SmppCentre::deliver(const Webhook& webhook, std::function<void(int)> done) {
    // Nobody can forge a delivery: what comes over a bind is the centre's.
    if (webhook.defect == Defect::bad_signature) return done(401);
    const auto takes = [&webhook](const SessionPointer& session) {
        return session->receives && session->account->endpoint.own_id == webhook.endpoint.own_id;
    };
    const auto found = std::ranges::find_if(sessions_, takes);
    if (found == sessions_.end()) return done(0);
    Session& session = **found;
    const std::uint32_t sequence = ++session.sequence;
    session.delivering.emplace(sequence, std::move(done));
    (void)session.link->write(make_pdu(smpp_command::deliver_sm, 0, sequence, webhook.body));
}

}  // namespace postern::sim
