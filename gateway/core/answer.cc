// What became of a dispatch: taken, not now, never, or nobody knows.
#include <algorithm>

#include <fmt/format.h>

#include "gateway/core/marks.h"
#include "gateway/core/sending.h"

namespace postern::core {

using adapters::SendResult;
using model::Instant;
using model::MessageState;

namespace {

/// How long evidence may still come before the category decides (RELIABILITY 2.5).
constexpr std::chrono::seconds unknown_patience{60};
/// A provider's «wait» is obeyed up to this (RELIABILITY 2.8).
constexpr std::chrono::hours back_off_max{1};

ChangeFacts facts_of(const AnswerAttempt& answer) {
    const adapters::SendOutcome& outcome = answer.outcome;
    ChangeFacts facts;
    facts.external_id = outcome.external_id;
    facts.dispatched = answer.dispatched;
    facts.provider_status = answer.provider_status;
    facts.provider_request = answer.provider_request;
    if (outcome.result != SendResult::accepted) {
        facts.error_class = adapters::to_string(outcome.result);
        facts.error_code = outcome.partly ? "partly_sent" : outcome.code;
        facts.provider_code = outcome.provider_code;
        facts.error_detail = outcome.detail;
    }
    return facts;
}

/// Receipts that came before the answer were parked under the ids that the answer brings. Of an
/// earlier part only a failure says something of the whole.
void join_parked(OutMessage& message, const AnswerAttempt& c, const storage::Blind& external,
                 Sending& sending, Writer& writer) {
    const storage::RowKey key = storage::keys::parked_receipt(c.account, external);
    const auto* parked = writer.find<model::ParkedReceiptRow>(key);
    // An older one is of a message that had this id before: some providers use ids again.
    if (!parked || parked->updated < message.state.created) return;
    // A carrier corrects itself: what was delivered after all did not fail.
    const bool failed = parked->failed && parked->highest < adapters::ReceiptState::delivered;
    const MessageState told = failed ? MessageState::failed : state_of(parked->highest);
    ChangeFacts why;
    if (failed) {
        why.error_class = adapters::to_string(parked->result);
        why.error_code = parked->word.empty() ? failed_word : parked->word;
    }
    writer.erase(key);
    ++writer.tally().receipts_joined;
    if (!may_move(message.state.state, told) || (external != c.external && !failed)) return;
    if (!failed) return message.change(told, "receipt", {}, writer);
    if (sending.fall_back(message, "receipt", why)) return;
    sending.forget_send(message);
    sending.end(message, told, "receipt", std::move(why));
}

/// Ids of the parts before the last, whatever became of that: their receipts are of this message.
void keep_earlier(OutMessage& message, const AnswerAttempt& c, Writer& writer) {
    message.state.in_parts |= c.outcome.partly || !c.earlier.empty();
    for (const storage::Blind& external : c.earlier) {
        writer.keep(storage::keys::external_id(c.account, external),
                    model::ExternalIdRow{message.id(), true}, Seal::plain);
    }
}

/// It goes on without this answer: a receipt said that the attempt failed, and it took its next way
/// or was asked for again.
bool went_on(const OutMessage& message, const AnswerAttempt& c) {
    switch (message.state.state) {
        case MessageState::queued:
        case MessageState::waiting:
            return true;
        case MessageState::sending:
        case MessageState::unknown:
            return message.state.attempts != c.attempt || message.state.account != c.account;
        default:
            return false;
    }
}

void accepted(OutMessage& message, const AnswerAttempt& c, Sending& sending, Writer& writer) {
    const MessageState before = message.state.state;
    if (!c.outcome.external_id.empty()) {
        writer.keep(storage::keys::external_id(c.account, c.external),
                    model::ExternalIdRow{message.id()}, Seal::plain);
    }
    if (went_on(message, c)) return;
    sending.unqueue(message);
    message.state.unknown_since = {};
    // A receipt that found its message by our own name was faster.
    if (may_move(before, MessageState::sent))
        message.change(MessageState::sent, "answer", facts_of(c), writer);
    sending.release_person(message);
    for (const storage::Blind& external : c.earlier)
        join_parked(message, c, external, sending, writer);
    join_parked(message, c, c.external, sending, writer);
    join_mark(message, writer);
}

/// Until when the provider wants to be left alone.
Instant told_until(const AnswerAttempt& c, const Writer& writer) {
    const Instant now = writer.now();
    Instant until = now + std::chrono::seconds{1} + std::chrono::microseconds{c.random % 1'000'000};
    if (c.outcome.retry_at) until = writer.counted(*c.outcome.retry_at);
    return std::clamp(until, now + std::chrono::milliseconds{1}, now + back_off_max);
}

void rate_limited(OutMessage& message, const AnswerAttempt& c, Sending& sending, Writer& writer) {
    if (message.state.attempts > 0) --message.state.attempts;
    const Instant until = told_until(c, writer);
    sending.back_off(message, c.outcome.scope, until);
    const bool recipient = c.outcome.scope == adapters::LimitScope::recipient;
    ChangeFacts facts = facts_of(c);
    facts.until = writer.told(until);
    message.change(MessageState::waiting, "answer", std::move(facts), writer);
    sending.hold_person(message, recipient ? until : Instant{});
    sending.queue(message, until);
}

void transient(OutMessage& message, const AnswerAttempt& c, Sending& sending, Writer& writer) {
    const Instant now = writer.now();
    const auto next = sending.next_try(message, c.random);
    if (!next) {
        sending.forget_send(message);
        return sending.end(message, MessageState::failed, "retries_exhausted", facts_of(c));
    }
    message.state.retry = true;
    const Instant asked = c.outcome.retry_at ? writer.counted(*c.outcome.retry_at) : now;
    const Instant until = std::max(*next, std::min(asked, now + back_off_max));
    ChangeFacts facts = facts_of(c);
    facts.until = writer.told(until);
    message.change(MessageState::waiting, "answer", std::move(facts), writer);
    sending.hold_person(message);
    sending.queue(message, until);
}

void unknown(OutMessage& message, const AnswerAttempt& c, Sending& sending, Writer& writer) {
    ChangeFacts facts = facts_of(c);
    const Instant until = writer.now() + unknown_patience;
    facts.until = writer.told(until);
    message.state.unknown_since = writer.now();
    // What its category then wishes is no retry of the budget: it is paced by the wait for
    // evidence.
    message.change(MessageState::unknown, "answer", std::move(facts), writer);
    sending.hold_person(message);
    sending.queue(message, until);
}

void take_verdict(const OutMessage& message, const AnswerAttempt& c, Sending& sending,
                  const Writer& writer) {
    const adapters::SendOutcome& outcome = c.outcome;
    const std::string& theirs =
        outcome.provider_code.empty() ? outcome.code : outcome.provider_code;
    sending.take_verdict(message, {outcome.address, outcome.code, outcome.code, theirs,
                                   outcome.external_id, writer.now()});
}

void permanent(OutMessage& message, const AnswerAttempt& c, Sending& sending, Writer& writer) {
    take_verdict(message, c, sending, writer);
    if (sending.fall_back(message, "answer", facts_of(c))) return;
    sending.forget_send(message);
    sending.end(message, MessageState::failed, "answer", facts_of(c));
}

/// Some of it is there, the rest is refused: it ends, since a repetition would bring the first
/// parts again, here or elsewhere. What the refusal says of others holds.
void partly(OutMessage& message, const AnswerAttempt& c, Sending& sending, Writer& writer) {
    if (c.outcome.result == SendResult::rate_limited)
        sending.back_off(message, c.outcome.scope, told_until(c, writer));
    take_verdict(message, c, sending, writer);
    sending.end(message, MessageState::failed, "answer", facts_of(c));
}

}  // namespace

void Core::break_account(model::AccountNumber number, const std::string& code, Writer& writer) {
    const auto it = accounts_.find(number);
    if (it == accounts_.end() || it->second.broken) return;
    model::AccountRow& row = it->second;
    row.broken = true;
    row.broken_reason = code;
    writer.write(storage::keys::account(number), row, Seal::workspace);
    (void)writer.publish(row);
    writer.announce(number, "account.health",
                    fmt::format(R"({{"state":"broken","cause":"credentials","code":"{}"}})", code));
    outbox_->park_account(number, std::nullopt);
}

void Core::apply_payload(const AnswerAttempt& c, Writer& writer) {
    outbox_->end(c.account, c.part, c.slot);
    auto message = OutMessage::load(c.message, writer);
    if (!message || !message->row()) return writer.reply(ReplyCode::not_found);
    Sending sending(*this, writer, writer.clocks());
    const MessageState state = message->state.state;
    const bool current = state == MessageState::sending && message->state.attempts == c.attempt;
    const bool late_yes = c.outcome.result == SendResult::accepted;
    if (!current && !late_yes) return writer.reply(ReplyCode::duplicate);
    keep_earlier(*message, c, writer);
    if (c.outcome.partly) {
        if (c.outcome.result == SendResult::credential)
            break_account(c.account, c.outcome.code, writer);
        partly(*message, c, sending, writer);
        message->save(writer);
        return writer.reply(ReplyCode::done);
    }
    switch (c.outcome.result) {
        case SendResult::accepted:
            accepted(*message, c, sending, writer);
            break;
        case SendResult::rate_limited:
            rate_limited(*message, c, sending, writer);
            break;
        case SendResult::transient:
            transient(*message, c, sending, writer);
            break;
        case SendResult::permanent:
            permanent(*message, c, sending, writer);
            break;
        case SendResult::credential: {
            break_account(c.account, c.outcome.code, writer);
            if (message->state.attempts > 0) --message->state.attempts;
            message->change(MessageState::waiting, "answer", facts_of(c), writer);
            sending.queue(*message, writer.now());
            break;
        }
        case SendResult::unknown:
            unknown(*message, c, sending, writer);
            break;
    }
    message->save(writer);
    writer.reply(ReplyCode::done);
}

void Core::apply_payload(const RecoverIntent& c, Writer& writer) {
    auto message = OutMessage::load(c.message, writer);
    if (!message || !message->row() || message->state.state != MessageState::sending ||
        message->state.attempts != c.attempt)
        return writer.reply(ReplyCode::done);
    Sending sending(*this, writer, writer.clocks());
    ChangeFacts facts;
    facts.error_class = adapters::to_string(SendResult::unknown);
    facts.error_code = "interrupted";
    facts.error_detail = "Postern stopped while the request was under way.";
    const Instant until = writer.now() + unknown_patience;
    facts.until = writer.told(until);
    message->state.unknown_since = writer.now();
    message->change(MessageState::unknown, "recovery", std::move(facts), writer);
    sending.hold_person(*message);
    sending.queue(*message, until);
    message->save(writer);
    writer.reply(ReplyCode::done);
}

}  // namespace postern::core
