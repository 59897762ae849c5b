// A message of several parts keeps to one bind and goes back to back, since phones show what is
// late as missing. Its outcome waits for all that left: parts that nobody answered make it unknown,
// parts that were taken beside refused ones end it partly sent.
#include "adapters/smpp/outbox.h"

#include <algorithm>
#include <utility>

#include "adapters/shared/outcome.h"
#include "adapters/smpp/status.h"

namespace postern::adapters::smpp {
namespace {

constexpr unsigned throttled_max = 8;

std::string counted(std::size_t taken, std::size_t parts) {
    return std::to_string(taken) + " of " + std::to_string(parts) + " parts were taken";
}

/// The others were not brought to an end: nobody knows what the phone makes of it.
SendOutcome unfinished(std::size_t taken, std::size_t parts) {
    SendOutcome out = shared::outcome(SendResult::unknown, "partly_accepted");
    out.detail = counted(taken, parts);
    return out;
}

}  // namespace

std::size_t Outbox::Message::count(PartState state) const {
    return static_cast<std::size_t>(std::ranges::count(states, state));
}

bool Outbox::Message::touched() const {
    return std::ranges::any_of(states, [](PartState state) {
        return state != PartState::waiting && state != PartState::refused;
    });
}

bool Outbox::Message::stopped() const {
    return count(PartState::refused) + count(PartState::unanswered) > 0;
}

bool Outbox::is_refusal_for_speed(std::uint32_t status) const {
    return status == status::throttled || status == status::queue_full;
}

bool Outbox::add(std::uint64_t message, std::vector<ShortMessage> parts, Moment now) {
    if (messages_.size() >= limits_.waiting_max || parts.empty()) return false;
    Message entry;
    entry.states.resize(parts.size(), PartState::waiting);
    entry.ids.resize(parts.size());
    entry.parts = std::move(parts);
    entry.since = now;
    messages_.insert_or_assign(message, std::move(entry));
    queue_.push_back(message);
    return true;
}

std::optional<NextPart> Outbox::next(const std::function<std::size_t(std::size_t)>& room,
                                     std::size_t sessions, Moment now) {
    if (queue_.empty() || pace_.earliest(now) > now) return std::nullopt;
    for (auto it = queue_.begin(); it != queue_.end(); ++it) {
        const std::uint64_t id = *it;
        Message& message = messages_.at(id);
        std::optional<std::size_t> session = message.session;
        if (!session) {
            std::size_t best = 0;
            for (std::size_t i = 0; i < sessions; ++i) {
                if (room(i) > best) best = room(i), session = i;
            }
        }
        // One that has begun waits for its bind; another bind is free for those behind it.
        if (!session || room(*session) == 0) {
            if (!message.session) return std::nullopt;
            continue;
        }
        message.session = session;
        const auto waiting = std::ranges::find(message.states, PartState::waiting);
        const auto part = static_cast<std::size_t>(waiting - message.states.begin());
        *waiting = PartState::out;
        const std::uint64_t token = ++tokens_;
        out_[token] = {id, part};
        pace_.sent(now);
        if (message.count(PartState::waiting) == 0) queue_.erase(it);
        return NextPart{token, id, *session, part, message.parts.size(), &message.parts[part]};
    }
    return std::nullopt;
}

Ended Outbox::end(Entry entry, SendOutcome outcome) {
    Ended out{entry->first, std::move(outcome), entry->second.status,
              entry->second.touched() || entry->second.count(PartState::refused) > 0};
    if (entry->second.count(PartState::waiting) > 0) std::erase(queue_, entry->first);
    messages_.erase(entry);
    return out;
}

void Outbox::requeue(std::uint64_t message) {
    if (std::ranges::find(queue_, message) == queue_.end()) queue_.push_front(message);
}

/// Once nothing of it is out: the outcome, or nothing while there are parts to send.
std::optional<Ended> Outbox::judge(Entry entry, Instant wall, Moment now) {
    Message& message = entry->second;
    if (message.count(PartState::out) > 0) return std::nullopt;
    const std::size_t taken = message.count(PartState::taken);
    const std::size_t parts = message.parts.size();
    if (message.count(PartState::unanswered) > 0) {
        SendOutcome out = shared::outcome(SendResult::unknown, "no_answer");
        out.detail = "the centre did not say whether it took the message";
        return end(entry, std::move(out));
    }
    if (message.count(PartState::refused) > 0) {
        const bool again = is_refusal_for_speed(message.status) && taken > 0 &&
                           message.throttled <= throttled_max &&
                           now < message.since + limits_.unfinished;
        if (again) {
            std::ranges::replace(message.states, PartState::refused, PartState::waiting);
            message.status = status::ok;
            requeue(entry->first);
            return std::nullopt;
        }
        SendOutcome out = classify(message.status, wall);
        if (taken > 0) {
            out.partly = true;
            out.detail = counted(taken, parts) + ", one was refused: " + name_of(message.status);
        }
        // The centre names no time; the pace that it just set does.
        if (is_refusal_for_speed(message.status))
            out.retry_at =
                wall + std::max(pace_.earliest(now) - now, Moment(std::chrono::seconds(1)));
        return end(entry, std::move(out));
    }
    if (taken < parts) return std::nullopt;
    SendOutcome out = shared::outcome(SendResult::accepted, "accepted");
    out.external_id = message.ids.front();
    return end(entry, std::move(out));
}

std::vector<Ended> Outbox::answered(const Submitted& submitted, Moment now, Instant wall,
                                    const Taken& taken) {
    const auto out = out_.find(submitted.token);
    if (out == out_.end()) return {};
    const auto [id, part] = out->second;
    out_.erase(out);
    const Entry entry = messages_.find(id);
    if (entry == messages_.end()) return {};
    Message& message = entry->second;
    if (!submitted.answered) {
        message.states[part] = PartState::unanswered;
    } else if (submitted.status == status::ok) {
        message.states[part] = PartState::taken;
        message.ids[part] = submitted.message_id;
        pace_.accepted(now);
        taken(id, part, message.parts.size(), submitted.message_id);
    } else {
        message.states[part] = PartState::refused;
        if (message.status == status::ok || is_refusal_for_speed(message.status))
            message.status = submitted.status;
        if (submitted.status == status::throttled) pace_.throttled(now);
        if (submitted.status == status::queue_full) pace_.queue_full(now);
        if (is_refusal_for_speed(submitted.status)) ++message.throttled;
    }
    // Those that have not left stay here.
    if (message.stopped()) std::erase(queue_, id);
    std::vector<Ended> ended;
    if (auto one = judge(entry, wall, now)) ended.push_back(std::move(*one));
    return ended;
}

std::vector<Ended> Outbox::lost(std::size_t session, const std::vector<std::uint64_t>& unanswered,
                                const std::vector<std::uint64_t>& unsent, Moment now,
                                Instant wall) {
    std::vector<Ended> ended;
    for (const std::uint64_t token : unsent) {
        const auto out = out_.find(token);
        if (out == out_.end()) continue;
        const auto [id, part] = out->second;
        out_.erase(out);
        const Entry entry = messages_.find(id);
        if (entry == messages_.end()) continue;
        entry->second.states[part] = PartState::waiting;
        if (!entry->second.stopped()) {
            requeue(id);
        } else if (auto one = judge(entry, wall, now)) {
            ended.push_back(std::move(*one));
        }
    }
    for (const std::uint64_t token : unanswered) {
        for (Ended& one : answered({token, false, false, 0, {}}, now, wall,
                                   [](auto, auto, auto, const auto&) {}))
            ended.push_back(std::move(one));
    }
    // What had all its answers goes on over another bind.
    for (auto& [id, message] : messages_) {
        if (message.session == session) message.session.reset();
    }
    return ended;
}

std::vector<Ended> Outbox::overdue(Moment now, Instant wall, bool bound,
                                   const std::string& why_unbound) {
    std::vector<Ended> ended;
    for (Entry it = messages_.begin(); it != messages_.end();) {
        const Entry entry = it++;
        Message& message = entry->second;
        if (message.count(PartState::out) > 0) continue;  // the session's own timers see to it
        if (message.touched()) {
            if (now < message.since + limits_.unfinished) continue;
            ended.push_back(
                end(entry, unfinished(message.count(PartState::taken), message.parts.size())));
            continue;
        }
        if (now < message.since + limits_.patience) continue;
        if (!bound) {
            SendOutcome out = shared::outcome(SendResult::transient, "not_bound");
            out.detail = why_unbound;
            ended.push_back(end(entry, std::move(out)));
            continue;
        }
        SendOutcome out = shared::outcome(SendResult::rate_limited, "account_rate_limited");
        out.retry_at = wall + std::max(pace_.earliest(now) - now, Moment(std::chrono::seconds(1)));
        ended.push_back(end(entry, std::move(out)));
    }
    return ended;
}

std::vector<Ended> Outbox::give_up_waiting(const SendOutcome& outcome) {
    std::vector<Ended> ended;
    for (Entry it = messages_.begin(); it != messages_.end();) {
        const Entry entry = it++;
        if (!entry->second.touched()) ended.push_back(end(entry, outcome));
    }
    return ended;
}

std::vector<Ended> Outbox::give_up_all(const SendOutcome& outcome) {
    std::vector<Ended> ended = give_up_waiting(outcome);
    while (!messages_.empty()) {
        const Entry entry = messages_.begin();
        const Message& message = entry->second;
        ended.push_back(
            end(entry, unfinished(message.count(PartState::taken), message.parts.size())));
    }
    return ended;
}

std::optional<Outbox::Moment> Outbox::deadline(Moment now) {
    if (messages_.empty()) return std::nullopt;
    std::optional<Moment> next;
    const auto sooner = [&next](Moment at) { next = next ? std::min(*next, at) : at; };
    if (!queue_.empty()) {
        const Moment earliest = pace_.earliest(now);
        if (earliest > now) sooner(earliest);
    }
    for (const std::uint64_t id : queue_) {
        const Message& message = messages_.at(id);
        sooner(message.since + (message.touched() ? limits_.unfinished : limits_.patience));
        if (!message.touched()) break;  // behind it they came later
    }
    return next;
}

}  // namespace postern::adapters::smpp
