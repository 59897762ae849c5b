// Every fate is drawn when the request leaves; an agenda in virtual time carries it out.
#include "tests/simulation/sending_provider.h"

#include <fmt/format.h>

#include "gateway/core/marks.h"
#include "tests/simulation/sending_rules.h"

namespace postern::simulation {

using namespace std::chrono_literals;
using adapters::ReceiptState;
using adapters::SendOutcome;
using adapters::SendResult;

namespace {

/// A request without an answer is given up after it.
constexpr std::chrono::seconds request_max{15};
constexpr model::AccountNumber marking_account = 2;

/// Our name of the attempt; to who knows repetitions it is the message's own.
std::string echo_of(const core::Dispatch& d) {
    const auto& row = model::get<model::OutboundRow>(*d.row);
    const model::MessageId id{model::make_ulid(row.head.created, row.head.epoch, d.message)};
    return d.account == accounts_max ? to_string(id)
                                     : fmt::format("{}.{}", to_string(id), d.attempt);
}

}  // namespace

storage::Blind blind_of(std::string_view domain, std::string_view text) {
    Random random(std::hash<std::string_view>{}(text) ^ std::hash<std::string_view>{}(domain));
    storage::Blind b;
    for (auto& byte : b.bytes) byte = static_cast<std::uint8_t>(random.next());
    return b;
}

std::chrono::microseconds SendingProvider::up_to(std::chrono::microseconds most) {
    return std::chrono::microseconds{
        1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most.count())))};
}

void SendingProvider::at(model::Instant when, std::function<void(model::Instant)> act) {
    agenda_.emplace(when, std::move(act));
}

void SendingProvider::run(model::Instant now) {
    while (!agenda_.empty() && agenda_.begin()->first <= now) {
        auto node = agenda_.extract(agenda_.begin());
        node.mapped()(now);
    }
}

void SendingProvider::answer(const core::Dispatch& dispatch, SendOutcome outcome,
                             model::Instant when) {
    core::AnswerAttempt c;
    c.message = dispatch.message;
    c.attempt = dispatch.attempt;
    c.slot = dispatch.slot;
    c.account = dispatch.account;
    c.part = dispatch.part;
    if (!outcome.external_id.empty()) c.external = blind_of("external", outcome.external_id);
    c.outcome = std::move(outcome);
    c.random = random_.next();
    at(when, [this, c = std::move(c), life = life_](model::Instant) {
        if (life != life_) return;
        if (c.outcome.result == SendResult::unknown) ++hidden_;
        ports_.answer(c);
    });
}

void SendingProvider::tell(const core::Dispatch& dispatch, const std::string& id,
                           ReceiptState state, model::Instant when, bool may_pass) {
    core::ReceiveStatus c;
    c.account = dispatch.account;
    c.external = blind_of("external", id);
    c.status.external_id = id;
    c.status.state = state;
    if (random_.chance(60)) c.status.echo = echo_of(dispatch);
    if (may_pass) {
        const auto& row = model::get<model::OutboundRow>(*dispatch.row);
        c.status.recipient = row.routes[dispatch.route].address;
        c.status.retry_at = when + up_to(2min);
    }
    const int times = random_.chance(20) ? 2 : 1;
    for (int n = 0; n < times; ++n) {
        c.status.provider_time = when;
        at(when + n * up_to(30s), [this, c, message = dispatch.message](model::Instant) {
            if (c.status.retry_at) ports_.came_back(message);
            ports_.receipt(c);
        });
    }
}

SendingProvider::Mark SendingProvider::mark_of(const model::Route& route) const {
    const auto it = marks_.find({route.account, route.blind});
    return it != marks_.end() ? it->second : Mark{};
}

/// The moment is that of the telling; it is told again like every receipt.
void SendingProvider::tell_mark(const core::Dispatch& dispatch, ReceiptState state,
                                model::Instant when) {
    const auto& row = model::get<model::OutboundRow>(*dispatch.row);
    const model::Route& route = row.routes[dispatch.route];
    core::ReceiveStatus c;
    c.account = dispatch.account;
    c.status.external_id = fmt::format("{}{}:{}", core::made_receipt_id, route.address,
                                       when.time_since_epoch().count());
    c.external = blind_of("external", c.status.external_id);
    c.status.state = state;
    c.status.recipient = route.address;
    c.status.watermark = c.status.provider_time = when;
    c.recipient = core::IdentityKey{route.scope, route.blind};
    const int times = random_.chance(20) ? 2 : 1;
    for (int n = 0; n < times; ++n) {
        at(when + n * up_to(30s), [this, c, route](model::Instant) {
            Mark& mark = marks_[{c.account, route.blind}];
            model::Instant& told =
                c.status.state == ReceiptState::read ? mark.read : mark.delivered;
            told = std::max(told, *c.status.watermark);
            ports_.receipt(c);
        });
    }
}

void SendingProvider::accept(const core::Dispatch& dispatch, model::Instant now) {
    std::string id = fmt::format("out.{}", ++ids_);
    const bool idempotent = dispatch.account == accounts_max;
    const auto [it, news] =
        by_echo_.try_emplace(idempotent ? echo_of(dispatch) : fmt::format("{}", ids_), id);
    id = it->second;
    if (news) {
        Taken& taken = ledger_[dispatch.message];
        ++taken.accepted;
        const bool fails = random_.chance(8);
        if (fails) ++taken.failed;
        // Some receipts are never sent; those that are come in any order, also before the answer.
        const auto spread = random_.chance(30) ? 400ms : 5min;
        if (random_.chance(80)) tell(dispatch, id, ReceiptState::sent, now + up_to(spread));
        if (fails) {
            tell(dispatch, id, ReceiptState::failed, now + up_to(spread), random_.chance(60));
        } else {
            const bool by_marks = dispatch.account == marking_account;
            const auto told = [&](ReceiptState state) {
                const model::Instant when = now + up_to(spread);
                by_marks ? tell_mark(dispatch, state, when) : tell(dispatch, id, state, when);
            };
            if (random_.chance(80)) told(ReceiptState::delivered);
            if (random_.chance(50)) told(ReceiptState::read);
        }
    }
    SendOutcome outcome;
    if (!kind_ && random_.chance(7)) {  // taken, and nobody is told
        outcome.result = SendResult::unknown;
        return answer(dispatch, outcome, now + request_max);
    }
    outcome.result = SendResult::accepted;
    outcome.external_id = id;
    answer(dispatch, outcome, now + up_to(random_.chance(80) ? 600ms : 14s));
}

void SendingProvider::refuse(const core::Dispatch& dispatch, std::uint64_t kind,
                             model::Instant now) {
    SendOutcome outcome;
    if (kind < 35) {
        outcome.result = SendResult::transient;
        outcome.code = "provider_error";
    } else if (kind < 65) {
        outcome.result = SendResult::rate_limited;
        outcome.scope = static_cast<adapters::LimitScope>(random_.below(3));
        if (random_.chance(60)) outcome.retry_at = now + up_to(40s);
    } else if (kind < 82) {
        outcome.result = SendResult::permanent;
        outcome.code = "invalid_recipient";
        if (random_.chance(15)) outcome.address = adapters::AddressVerdict::dead;
        if (random_.chance(15)) outcome.address = adapters::AddressVerdict::opted_out;
    } else if (kind < 86) {
        outcome.result = SendResult::credential;
        outcome.code = "token_expired";
    } else {
        outcome.result = SendResult::unknown;
        return answer(dispatch, outcome, now + request_max);
    }
    answer(dispatch, outcome, now + up_to(random_.chance(80) ? 600ms : 14s));
}

void SendingProvider::send(const core::Dispatch& dispatch, model::Instant now) {
    const bool on_the_wire = random_.chance(50);
    const bool refused = !kind_ && random_.chance(35);
    const std::uint64_t kind = random_.below(100);
    at(now + up_to(300ms),
       [this, dispatch, life = life_, on_the_wire, refused, kind](model::Instant then) {
           if (life != life_ && !on_the_wire) return;
           // Answers to a caller that died are lost: the life of the call is the one it began in.
           const std::uint64_t current = life_;
           life_ = life;
           if (refused) {
               refuse(dispatch, kind, then);
           } else {
               accept(dispatch, then);
           }
           life_ = current;
       });
}

}  // namespace postern::simulation
