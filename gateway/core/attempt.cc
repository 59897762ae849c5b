// The due queue's turn: the verdict is taken again, and the message leaves, waits on, or ends.
#include "gateway/core/sending.h"

#include <algorithm>

#include "gateway/core/turns.h"

namespace postern::core {

using model::Instant;
using model::MessageState;
using policy::Decision;
using policy::Rule;

bool waits_alone(Rule rule) {
    switch (rule) {
        case Rule::mode:
        case Rule::account_active:
        case Rule::account_connected:
        case Rule::quiet_hours:
        case Rule::holiday:
        case Rule::rate:
            return false;
        default:
            return true;
    }
}

namespace {

/// A lane whose rule gives no end is looked at again then.
constexpr std::chrono::minutes look_again{15};

storage::RowKey due_key(const AttemptMessage& c) {
    return storage::keys::due(c.account, c.lane,
                              static_cast<std::uint64_t>(c.not_before.time_since_epoch().count()),
                              c.message);
}

void hold_unknown(OutMessage& message, Sending& sending, Writer& writer) {
    sending.unqueue(message);
    sending.release_person(message);
    message.save(writer);
}

/// After a minute without evidence the category decides. False: the message stays as it is.
bool resolve_unknown(OutMessage& message, Sending& sending, Writer& writer) {
    const AccountSettings* settings = sending.settings_of(message.state.account);
    const auto category = static_cast<std::size_t>(message.row()->category);
    auto what = settings ? settings->policy.on_unknown[category] : policy::OnUnknown::hold;
    if (settings && settings->traits.idempotent) what = policy::OnUnknown::resend;
    switch (what) {
        case policy::OnUnknown::hold:
            hold_unknown(message, sending, writer);
            return false;
        case policy::OnUnknown::expire:
            sending.end(message, MessageState::expired, "on_unknown", {});
            message.save(writer);
            return false;
        case policy::OnUnknown::resend:
            if (writer.wall() >= message.state.expires) {
                sending.end(message, MessageState::expired, "expiry", {});
                message.save(writer);
                return false;
            }
            message.state.possible_duplicate |= !(settings && settings->traits.idempotent);
            return true;
    }
    return false;
}

/// Of a lane that holds others' messages, too: then it is asked again by itself.
constexpr std::chrono::minutes look_again_alone{1};

/// What it waits for is about its lane and not about its person, whose other messages go on even if
/// this one was tried. It then stands where it stood when it was accepted, so that of its lane it
/// is still the first; its place now.
AttemptMessage step_aside(OutMessage& message, const AttemptMessage& c, Sending& sending,
                          Writer& writer) {
    if (!sending.release_person(message)) return c;
    sending.queue(message, message.state.created);
    message.save(writer);
    const model::StateRow& state = message.state;
    sending.outbox().remove(c.account, state.lane, {state.not_before, c.message});
    return {c.account, state.lane, state.not_before, c.message, c.part};
}

/// Its lane waits until then; where others' messages stand in it, it waits alone.
void hold_lane(OutMessage& message, const AttemptMessage& c, Instant until, Instant until_alone,
               Sending& sending, Writer& writer) {
    Outbox& outbox = sending.outbox();
    const AttemptMessage head = step_aside(message, c, sending, writer);
    if (LaneName::of(head.lane).zones == mixed_zones)
        return outbox.delay(head, until_alone,
                            sending.lane_of(*message.row(), message.state.route));
    // In this order: a lane that its only message left is gone until it comes back.
    outbox.put_back(head);
    outbox.park_lane(head.account, head.lane, until);
}

/// A wait that concerns more than this message leaves its due row where it is.
void wait(OutMessage& message, const AttemptMessage& c, const Sending::Judged& judged,
          Sending& sending, Writer& writer) {
    const policy::Verdict& verdict = judged.verdict;
    const Rule rule = verdict.decisive();
    const bool endless = verdict.until == Instant{};
    const Instant until = endless ? writer.now() + look_again : writer.counted(verdict.until);
    Outbox& outbox = sending.outbox();
    switch (rule) {
        case Rule::mode:
        case Rule::account_active:
        case Rule::account_connected:
            if (rule == Rule::account_active && judged.lane_held)
                return hold_lane(message, c, until, writer.now() + look_again_alone, sending,
                                 writer);
            outbox.park_account(c.account, endless ? std::nullopt : std::optional(until));
            return outbox.put_back(c);
        case Rule::quiet_hours:
        case Rule::holiday:
            return hold_lane(message, c, until, until, sending, writer);
        case Rule::rate:
            if (judged.grant.scope == ratelimit::Scope::retries) return outbox.wait_for_retry(c);
            if (judged.grant.scope == ratelimit::Scope::recipient ||
                judged.grant.scope == ratelimit::Scope::back_off)
                return outbox.delay(c, until);
            return outbox.put_back(c);
        default:
            break;
    }
    ChangeFacts facts;
    facts.until = endless ? message.state.expires : verdict.until;
    facts.verdict = verdict;
    const bool for_template = endless && rule == Rule::template_approved;
    // The approval wakes it; it looks again by itself, too.
    if (for_template) facts.until = std::min(writer.wall() + look_again, message.state.expires);
    const bool at_door = message.state.last_event == 0 && message.row()->verdict.decisive() == rule;
    const bool said = for_template && (!sending.wait_for_template(message) || at_door);
    // It has a time of its own now; the person's others need not wait for that.
    sending.release_person(message);
    sending.queue(message, writer.counted(facts.until));
    if (said) return message.save(writer);
    // What may have reached somebody stays unknown until it is sent again.
    if (message.state.state == MessageState::unknown) return message.save(writer);
    message.change(MessageState::waiting, "rule", std::move(facts), writer);
    message.save(writer);
}

/// Another message of its person goes first: it waits for that one. False: it is its turn.
bool waits_for_person(const AttemptMessage& c, const OutMessage& message, const model::HotRow* hot,
                      Sending& sending, Writer& writer) {
    Outbox& outbox = sending.outbox();
    model::Sequence holding = 0;
    if (hot) {
        for (const model::ChannelStanding& standing : hot->standings) {
            if (standing.account == c.account) holding = standing.holding;
        }
    }
    if (outbox.busy(c.account, c.part) || (holding != 0 && holding != c.message)) {
        outbox.hold(c);
        return true;
    }
    const std::uint64_t own = outbox.delayed(c.account, c.part)
                                  ? sending.lane_of(*message.row(), message.state.route)
                                  : c.lane;
    std::optional<AttemptMessage> first;
    if (holding == 0 && hot) first = first_of_person(c, own, *hot, outbox, writer);
    if (const auto until = outbox.delayed_before(c, own)) {
        outbox.delay(c, until->at, until->lane);
        return true;
    }
    if (first) outbox.yield(c, *first);
    return first.has_value();
}

void expire(const AttemptMessage& c, std::optional<OutMessage>& message, Sending& sending,
            Writer& writer) {
    if (c.lane == expiry_lane) {
        // The clock was set back between its turn and now.
        if (writer.wall() < c.not_before && message && !message->ended())
            return sending.outbox().put_back(c);
        writer.drop(due_key(c));
        // Of an earlier life: it was redriven with another end, or took its next way.
        if (!message || message->state.account != c.account ||
            message->state.expires != c.not_before)
            return;
        message->state.expiry_due = false;
    }
    if (!message || message->ended()) return;
    // The answer decides; if it has to wait once more, it gets a new row.
    if (message->state.state == MessageState::sending) return message->save(writer);
    sending.forget_send(*message);
    sending.end(*message, MessageState::expired, "expiry", {});
    message->save(writer);
}

}  // namespace

void Core::apply_payload(const AttemptMessage& c, Writer& writer) {
    outbox_->attempted(c);
    Sending sending(*this, writer, writer.clocks());
    auto message = OutMessage::load(c.message, writer);
    if (c.lane == expiry_lane) return expire(c, message, sending, writer);
    const bool stale = !message || !message->row() || !message->state.due ||
                       message->state.account != c.account || message->state.lane != c.lane ||
                       message->state.not_before != c.not_before;
    if (stale) {
        outbox_->forget_retry(c.message);
        return writer.drop(due_key(c));
    }
    model::StateRow& state = message->state;
    if (writer.wall() >= state.expires && state.state != MessageState::unknown)
        return expire(c, message, sending, writer);
    if (writer.wall() < message->row()->send_at && state.state != MessageState::unknown) {
        // It was queued for that hour before the clock was set back.
        sending.queue(*message, writer.counted(message->row()->send_at));
        return message->save(writer);
    }
    if (!settings_) return outbox_->put_back(c);
    const model::HotRow* hot = sending.hot_of(state.part);
    if (waits_for_person(c, *message, hot, sending, writer)) return;
    if (state.state == MessageState::unknown && !resolve_unknown(*message, sending, writer)) return;
    const auto judged = sending.judge(*message->row(), state.route, hot, c.message, writer.wall());
    writer.tally().judged(judged.verdict, judged.grant.scope);
    switch (judged.verdict.decision) {
        case Decision::wait:
            return wait(*message, c, judged, sending, writer);
        case Decision::refuse: {
            // It cannot be sent again, and may have reached somebody: nobody knows, for good.
            if (state.state == MessageState::unknown)
                return hold_unknown(*message, sending, writer);
            ChangeFacts facts;
            facts.verdict = judged.verdict;
            if (!sending.fall_back(*message, "rule", facts)) {
                sending.forget_send(*message);
                sending.end(*message, MessageState::refused, "rule", std::move(facts));
            }
            return message->save(writer);
        }
        case Decision::send:
            break;
    }
    if (!outbox_->has_room(c.account)) return outbox_->put_back(c);
    if (state.retry && !outbox_->take_retry(c, writer.clocks().steady))
        return outbox_->wait_for_retry(c);
    const auto ask = sending.ask_of(*message->row(), state.route, hot);
    const auto grant = outbox_->limits().take(ask, sending.limiter_now());
    if (!grant.granted) return outbox_->put_back(c);
    sending.dispatch(*message, grant);
    message->save(writer);
}

}  // namespace postern::core
