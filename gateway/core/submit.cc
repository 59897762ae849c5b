// A message is accepted, refused, or was accepted before. What may go at once leaves with the same
// durable write that accepts it.
#include <algorithm>
#include <limits>

#include "gateway/conversations/standing.h"
#include "gateway/core/choice.h"
#include "gateway/core/person.h"
#include "gateway/core/sending.h"
#include "gateway/core/turns.h"
#include "gateway/model/channel.h"

namespace postern::core {
namespace {

using model::Instant;
using model::MessageState;

/// The answer of the first time, if it was accepted before under the same key.
std::optional<Reply> replay(const SubmitMessage& c, Writer& writer) {
    if (!c.idempotency) return std::nullopt;
    const auto* known =
        writer.find<model::IdempotencyRow>(storage::keys::idempotency(c.idempotency->key));
    if (!known) return std::nullopt;
    const bool same = known->hash == c.idempotency->hash;
    ++(same ? writer.tally().idempotent_replays : writer.tally().idempotency_conflicts);
    return Reply{
        {}, same ? ReplyCode::replayed : ReplyCode::idempotency_conflict, known->answer, nullptr};
}

Inbound as_inbound(const SubmitMessage& c) {
    const model::Route& route = c.row.routes.front();
    Inbound inbound;
    inbound.account = route.account;
    inbound.identities.push_back({route.scope, route.blind});
    inbound.fresh_key = c.fresh_key;
    return inbound;
}

adapters::Sender as_sender(const SubmitMessage& c) {
    const model::Route& route = c.row.routes.front();
    adapters::Sender sender;
    sender.aliases.push_back({route.address, route.scope == model::account_scope(route.account)
                                                 ? adapters::IdentityScope::account
                                                 : adapters::IdentityScope::channel});
    sender.name = c.name;
    return sender;
}

void remember_send(model::HotRow& hot, model::PastSend sent, const Writer& writer) {
    using std::chrono::floor;
    using std::chrono::milliseconds;
    // With its epoch and the time of its making it has a name, unless it is planned too far ahead.
    const auto before = floor<milliseconds>(sent.at) - floor<milliseconds>(writer.now());
    if (before.count() <= std::numeric_limits<std::uint32_t>::max()) {
        sent.epoch = writer.epoch();
        sent.made_before_ms = static_cast<std::uint32_t>(before.count());
    }
    hot.past.push_back(sent);
    if (hot.past.size() > model::past_sends_max) hot.past.erase(hot.past.begin());
}

/// When it would go.
Instant judged_at(const SubmitMessage& c, const Writer& writer) {
    return c.at == Instant{} ? std::max(writer.wall(), c.row.send_at) : c.at;
}

model::StateRow first_state(const model::OutboundRow& row, std::size_t route,
                            const policy::Verdict& verdict, Writer& writer) {
    model::StateRow state;
    state.state = verdict.decision == policy::Decision::send && row.send_at <= writer.wall()
                      ? MessageState::queued
                      : MessageState::waiting;
    state.created = state.updated = writer.now();
    state.epoch = writer.epoch();
    state.part = row.head.part;
    state.route = static_cast<std::uint8_t>(route);
    state.account = row.routes[route].account;
    state.expires = row.expires;
    return state;
}

}  // namespace

void Core::apply_payload(const SubmitMessage& c, Writer& writer) {
    Reply reply = submit(c, writer);
    writer.reply(reply.code, reply.id, std::move(reply.record));
}

Reply Core::submit(const SubmitMessage& c, Writer& writer) {
    if (auto known = replay(c, writer)) return std::move(*known);
    if (!settings_) return {{}, ReplyCode::conflict, {}, nullptr};
    if (!c.choice) return submit_to(c, writer);
    SubmitMessage chosen = c;
    const Sending sending(*this, writer, writer.clocks());
    if (choose_route(chosen, sending, writer, accounts_, judged_at(c, writer))) {
        return submit_to(chosen, writer);
    }
    if (!c.check) writer.tally().judged(chosen.row.verdict, {});
    return {{},
            c.check ? ReplyCode::done : ReplyCode::refused,
            {},
            std::make_shared<const model::Record>(std::move(chosen.row))};
}

Reply Core::submit_to(const SubmitMessage& c, Writer& writer) {
    Sending sending(*this, writer, writer.clocks());
    const Inbound inbound = as_inbound(c);
    const adapters::Sender sender = as_sender(c);
    const auto account = accounts_.find(inbound.account);
    if (account == accounts_.end()) return {{}, ReplyCode::not_found, {}, nullptr};
    Person person(inbound, sender, account->second.channel, writer, c.contact);

    model::OutboundRow row = c.row;
    const Instant at = judged_at(c, writer);
    std::size_t route = 0;
    const model::HotRow* hot = person.created ? nullptr : &person.hot;
    auto judged = sending.judge(row, 0, hot, 0, at);
    std::vector<policy::Verdict> verdicts;  // where it does not stay on its first route
    for (std::size_t next = 1;
         judged.verdict.decision == policy::Decision::refuse && next < row.routes.size(); ++next) {
        if (verdicts.empty()) verdicts.push_back(judged.verdict);
        auto other = sending.judge(row, next, hot, 0, at);
        verdicts.push_back(other.verdict);
        if (other.verdict.decision == policy::Decision::refuse) continue;
        route = next;
        judged = std::move(other);
    }
    if (route != 0 && row.choice_json.empty())
        row.choice_json = fallback_json(row, accounts_, verdicts);
    row.verdict = judged.verdict;
    row.head.account = row.routes[route].account;
    if (!c.check) writer.tally().judged(judged.verdict, judged.grant.scope);
    if (c.check || judged.verdict.decision == policy::Decision::refuse) {
        const bool refused = judged.verdict.decision == policy::Decision::refuse;
        return {{},
                refused && !c.check ? ReplyCode::refused : ReplyCode::done,
                {},
                std::make_shared<const model::Record>(std::move(row))};
    }
    const model::Sequence id = person.begin(writer.now(), writer);
    return accept(c, std::move(row), route, judged.grant.granted, person, id, writer);
}

Reply Core::accept(const SubmitMessage& c, model::OutboundRow row, std::size_t route, bool granted,
                   Person& person, model::Sequence id, Writer& writer) {
    Sending sending(*this, writer, writer.clocks());
    const model::AccountNumber account = row.routes[route].account;
    ledger_.accepted(account);
    model::ChannelStanding& standing = conversations::standing_on(person.hot, account);
    row.conversation_opened = conversations::open(standing, id, writer.now(), writer.epoch());
    row.conversation = standing.conversation;
    row.conversation_created = standing.conversation_created;
    row.conversation_epoch = standing.conversation_epoch;
    row.head = writer.head(account, person.part, person.previous);
    row.part_created = person.hot.created;
    row.part_epoch = person.hot.epoch;
    row.contact_created = person.created;
    const policy::Verdict verdict = row.verdict;
    const Instant planned = std::max(writer.now(), writer.counted(row.send_at));
    remember_send(person.hot, {planned, row.category, account, row.content_hash, id}, writer);
    model::StateRow state = first_state(row, route, verdict, writer);
    state.lane = sending.lane_of(row, route);
    ratelimit::Grant grant;
    if (granted && verdict.decision == policy::Decision::send && row.send_at <= writer.wall() &&
        standing.holding == 0 && outbox_->may_leave(account, person.part, state.lane, writer.now()))
        grant =
            outbox_->limits().take(sending.ask_of(row, route, &person.hot), sending.limiter_now());
    if (!grant.granted) {
        state.lane = line_up(person.hot, id, state, writer);
    } else if (grant.pair_full_at != Instant{}) {
        standing.pair_full = grant.pair_full_at;
    }
    const model::Part part = person.part;
    const model::PartKey key = person.key;
    person.save(writer);

    writer.keep(storage::keys::seq_row(id), std::move(row), Seal::part, part, key);
    OutMessage message(id, writer.share(storage::keys::seq_row(id)), std::move(state), key);
    if (grant.granted) {
        sending.dispatch(message, grant);
    } else {
        const bool known_end = verdict.decision == policy::Decision::wait &&
                               verdict.until != Instant{} && waits_alone(verdict.decisive());
        sending.queue(message,
                      known_end ? std::max(planned, writer.counted(verdict.until)) : planned);
    }
    message.save(writer);
    if (c.upload != 0) {
        writer.write(storage::keys::media_use(c.upload, id), model::MediaUseRow{id}, Seal::plain);
    }
    if (c.idempotency) {
        writer.keep(storage::keys::idempotency(c.idempotency->key),
                    model::IdempotencyRow{c.idempotency->hash, writer.ulid(id)}, Seal::plain);
    }
    return {{}, ReplyCode::done, writer.ulid(id), message.shared_row()};
}

}  // namespace postern::core
