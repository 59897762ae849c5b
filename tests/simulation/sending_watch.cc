// Rows come in the order in which the core decided, so the picture is exact at every decision.
#include "tests/simulation/sending_watch.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/core/message_state.h"
#include "tests/simulation/sending_rules.h"

namespace postern::simulation {
namespace {

using model::MessageState;

bool is_first(const model::OutboundRow& row) {
    return row.category == model::Category::reply ||
           row.category == model::Category::authentication;
}

/// Replies and one-time codes have a rank of their own in each priority.
bool same_rank(const model::OutboundRow& a, const model::OutboundRow& b) {
    return a.priority == b.priority && is_first(a) == is_first(b);
}

bool same_lane(const model::OutboundRow& a, const model::OutboundRow& b) {
    return a.category == b.category && a.priority == b.priority && a.caller == b.caller;
}

bool in_quiet_hours(const model::OutboundRow& row, const model::StateRow& state,
                    model::Instant at) {
    const auto& zones = row.routes[state.route].recipient.zones;
    return !zones.empty() && !is_open(state.account, row.category, zones.front(), at);
}

}  // namespace

const model::OutboundRow* SendingWatch::message(model::Sequence id) const {
    const auto it = messages_.find(id);
    return it == messages_.end() ? nullptr : model::get_if<model::OutboundRow>(it->second.get());
}

std::size_t SendingWatch::flagged(model::Sequence message) const {
    const auto it = flagged_.find(message);
    return it == flagged_.end() ? 0 : it->second;
}

void SendingWatch::reload(runtime::StoreReader& reader) {
    states_.clear();
    messages_.clear();
    notes_.clear();
    accounts_.clear();
    intents_.clear();
    holding_.clear();
    const auto take = [&](storage::Family family, char prefix, char end, const auto& visit) {
        const auto read =
            reader.scan(storage::KeyWriter(family, prefix), storage::KeyWriter(family, end),
                        [&](std::string_view key, const model::RecordPtr& record) {
                            if (record) visit(key, record);
                            return true;
                        });
        if (read.has_error()) fail("the rows cannot be read: " + read.error().message());
    };
    take(storage::Family::seq, 'm', 'n', [&](std::string_view key, const model::RecordPtr& r) {
        if (model::holds<model::OutboundRow>(*r)) messages_[storage::keys::trailing_u64(key)] = r;
    });
    take(storage::Family::hot, 'o', 'p', [&](std::string_view key, const model::RecordPtr& r) {
        const auto& row = model::get<model::StateRow>(*r);
        states_[storage::keys::trailing_u64(key)] = row;
        if (row.state == MessageState::sending) ++interrupted_;
    });
    take(storage::Family::hot, 'h', 'i', [&](std::string_view key, const model::RecordPtr& r) {
        person(storage::keys::trailing_u64(key), model::get<model::HotRow>(*r));
    });
    take(storage::Family::hot, 's', 't', [&](std::string_view key, const model::RecordPtr& r) {
        storage::KeyWriter name(storage::Family::hot, 's');
        name.text(key.substr(1));
        notes_[name] = model::get<model::AddressNotesRow>(*r);
    });
    take(storage::Family::cold, 'A', 'B', [&](std::string_view, const model::RecordPtr& r) {
        const auto& row = model::get<model::AccountRow>(*r);
        accounts_[row.number] = row;
    });
    pauses_.clear();
    const auto workspace = reader.get(storage::keys::meta("workspace"));
    if (workspace && *workspace) pauses_ = model::get<model::WorkspaceRow>(**workspace).pauses;
}

void SendingWatch::durable(const core::RowWrite& write) {
    if (!write.record) return;
    const model::Record& record = *write.record;
    if (model::holds<model::OutboundRow>(record)) {
        messages_[storage::keys::trailing_u64(write.key.view())] = write.record;
    } else if (const auto* row = model::get_if<model::StateRow>(&record)) {
        state(storage::keys::trailing_u64(write.key.view()), *row);
    } else if (const auto* hot = model::get_if<model::HotRow>(&record)) {
        person(storage::keys::trailing_u64(write.key.view()), *hot);
    } else if (const auto* event = model::get_if<model::OutboundEventRow>(&record)) {
        take_event(*event);
    } else if (const auto* slot = model::get_if<model::SlotRow>(&record)) {
        intents_.insert({slot->message, slot->attempt});
    } else if (const auto* notes = model::get_if<model::AddressNotesRow>(&record)) {
        notes_[write.key] = *notes;
    } else if (const auto* account = model::get_if<model::AccountRow>(&record)) {
        accounts_[account->number] = *account;
    } else if (const auto* workspace = model::get_if<model::WorkspaceRow>(&record)) {
        pauses_ = workspace->pauses;
    }
}

void SendingWatch::take_event(const model::OutboundEventRow& event) {
    const bool put_off = event.error_class == "transient" || event.error_class == "rate_limited";
    if (event.state == MessageState::waiting && event.cause == "answer" && put_off)
        tried_.insert(event.message);
    else
        tried_.erase(event.message);
    const auto told = told_.find(event.message);
    if (told == told_.end() || event.error_class != "rate_limited") return;
    model::Instant& until = waits_[told->second.pair];
    until = std::max(until, told->second.until);
    told_.erase(told);
}

bool SendingWatch::is_paused(const model::OutboundRow& row) const {
    return std::ranges::any_of(
        pauses_, [&](const model::SendingPause& pause) { return pause.category == row.category; });
}

void SendingWatch::person(model::Part part, const model::HotRow& row) {
    for (const model::ChannelStanding& s : row.standings) holding_[{part, s.account}] = s.holding;
}

void SendingWatch::state(model::Sequence id, const model::StateRow& row) {
    const auto it = states_.find(id);
    const model::StateRow before = it == states_.end() ? model::StateRow{} : it->second;
    if (it != states_.end()) check_move(id, before, row);
    const bool leaves = row.state == MessageState::sending &&
                        (before.state != MessageState::sending || before.attempts != row.attempts);
    if (leaves) check_leaving(id, before, row);
    if (row.state == MessageState::unknown && before.state != MessageState::unknown) ++unknown_;
    if (row.state != MessageState::waiting) tried_.erase(id);
    states_[id] = row;
}

void SendingWatch::check_move(model::Sequence id, const model::StateRow& from,
                              const model::StateRow& to) {
    if (from.state == to.state || core::may_move(from.state, to.state)) return;
    const bool was_out = from.state == MessageState::sent || from.state == MessageState::unknown;
    if (was_out && to.state == MessageState::waiting && came_back_.contains(id)) {
        ++bounces;
        return;
    }
    const bool again = to.state == MessageState::queued || to.state == MessageState::sending;
    if (again && (redriven_.contains(id) || to.route > from.route)) return;
    fail(fmt::format("message {} went from {} to {}", id, to_string(from.state),
                     to_string(to.state)));
}

void SendingWatch::check_leaving(model::Sequence id, const model::StateRow& before,
                                 const model::StateRow& now) {
    const model::OutboundRow* row = message(id);
    if (!row) return fail(fmt::format("message {} leaves and has no body", id));
    const model::Route& route = row->routes[now.route];
    ++sends;
    left_[now.account].push_back(now.updated);
    left_to_[{now.account, now.part}].push_back(now.updated);
    check_waits(id, now);
    if (now.updated >= now.expires) fail(fmt::format("message {} left after its expiry", id));
    if (now.updated < row->send_at) fail(fmt::format("message {} left before its time", id));
    if (in_quiet_hours(*row, now, now.updated))
        fail(fmt::format("message {} left in quiet hours", id));
    const auto account = accounts_.find(now.account);
    if (account == accounts_.end() || account->second.paused)
        fail(fmt::format("message {} left by an account that is paused", id));
    if (is_paused(*row)) fail(fmt::format("message {} left though its category is paused", id));
    check_address(id, *row, route);
    check_order(id, before, now);
}

void SendingWatch::check_address(model::Sequence id, const model::OutboundRow& row,
                                 const model::Route& route) {
    const auto it = notes_.find(storage::keys::address_notes(route.scope, route.blind));
    if (it == notes_.end()) return;
    model::Instant out{}, in{};
    for (const model::AddressNote& note : it->second.notes) {
        const bool concerns = note.account == 0 || note.account == route.account;
        if (!concerns) continue;
        if (note.kind == model::AddressNote::Kind::suppressed)
            fail(fmt::format("message {} left to a suppressed address", id));
        if (note.kind == model::AddressNote::Kind::opted_out) out = std::max(out, note.at);
        if (note.kind == model::AddressNote::Kind::opted_in) in = std::max(in, note.at);
    }
    if (out > in && !is_first(row)) fail(fmt::format("message {} left to who said stop", id));
}

void SendingWatch::check_order(model::Sequence id, const model::StateRow& before,
                               const model::StateRow& now) {
    const model::OutboundRow& row = *message(id);
    const model::Sequence holder = holding_[{now.part, now.account}];
    if (holder != 0 && holder != id)
        fail(fmt::format("message {} did not wait for {}, which holds its person", id, holder));
    const auto place = std::pair(before.due ? before.not_before : now.updated, id);
    for (const auto& [other, state] : states_) {
        if (other == id || state.part != now.part || state.account != now.account) continue;
        if (state.state == MessageState::sending)
            fail(fmt::format("message {} left while {} of its person was under way", id, other));
        const model::OutboundRow* o = message(other);
        if (o && state.due && tried_.contains(other) && same_lane(*o, row) &&
            now.updated < state.expires)
            fail(fmt::format("message {} overtook {} of its lane, which was tried before", id,
                             other));
        // Who was tried before goes first, whatever its place is now.
        const bool was_due =
            state.due && holder != id && std::pair(state.not_before, other) < place;
        if (!was_due || !o || !same_rank(*o, row) || now.updated >= state.expires) continue;
        if (in_quiet_hours(*o, state, now.updated) || is_paused(*o)) {
            ++passes;
            continue;
        }
        fail(fmt::format("message {} ({}, attempt {}) overtook {} ({}, attempt {}, due for {} us)",
                         id, to_string(before.state), now.attempts, other, to_string(state.state),
                         state.attempts, (now.updated - state.not_before).count()));
    }
}

void SendingWatch::dispatched(const core::Dispatch& dispatch) {
    if (!intents_.contains({dispatch.message, dispatch.attempt}))
        fail(fmt::format("message {} was dispatched without an intent", dispatch.message));
    if (dispatch.possible_duplicate) ++flagged_[dispatch.message];
}

void SendingWatch::answered(const core::AnswerAttempt& answer) {
    if (answer.outcome.result != adapters::SendResult::rate_limited) return;
    const bool person = answer.outcome.scope == adapters::LimitScope::recipient;
    told_[answer.message] = {{answer.account, person ? answer.part : 0},
                             answer.outcome.retry_at.value_or(model::Instant{})};
}

void SendingWatch::check_waits(model::Sequence id, const model::StateRow& now) {
    for (const model::Part part : {model::Part{0}, now.part}) {
        const auto it = waits_.find({now.account, part});
        if (it == waits_.end() || now.updated >= it->second) continue;
        fail(fmt::format("message {} left {} us before the provider allowed it", id,
                         (it->second - now.updated).count()));
    }
}

void SendingWatch::check_days() {
    for (const auto& [account, times] : left_) {
        std::map<std::int64_t, std::size_t> days;
        for (const model::Instant at : times)
            ++days[std::chrono::floor<std::chrono::days>(at).time_since_epoch().count()];
        for (const auto& [day, count] : days) {
            if (count > day_max(account))
                fail(fmt::format("account {} sent {} on one day", account, count));
        }
    }
    for (const auto& [pair, times] : left_to_) {
        for (std::size_t i = 0; i < times.size(); ++i) {
            for (std::size_t j = i; j < times.size(); ++j) {
                if (j - i + 1 <= carried_to_one(pair.first, times[j] - times[i])) continue;
                return fail(fmt::format("account {} sent one person {} within {} us", pair.first,
                                        j - i + 1, (times[j] - times[i]).count()));
            }
        }
    }
}

void SendingWatch::finish(std::size_t unknown_made) {
    for (auto& [account, times] : left_) {
        std::sort(times.begin(), times.end());
        for (std::size_t i = 0; i < times.size(); ++i) {
            for (std::size_t j = i; j < times.size(); ++j) {
                if (j - i + 1 <= carried(account, times[j] - times[i])) continue;
                return fail(fmt::format("account {} sent {} within {} us", account, j - i + 1,
                                        (times[j] - times[i]).count()));
            }
        }
    }
    check_days();
    if (unknown_ > interrupted_ + unknown_made)
        fail(fmt::format("{} unknown, but {} interrupted and {} hidden", unknown_, interrupted_,
                         unknown_made));
}

}  // namespace postern::simulation
