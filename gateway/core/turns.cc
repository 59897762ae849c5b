// Order among the messages of one person on one account. Lanes keep it among their own; across the
// lanes of a rank it is the person's standing that knows who waits.
#include "gateway/core/turns.h"

#include <algorithm>

#include "gateway/conversations/standing.h"

namespace postern::core {
namespace {

const model::ChannelStanding* standing_of(const model::HotRow& hot, model::AccountNumber account) {
    for (const model::ChannelStanding& standing : hot.standings) {
        if (standing.account == account) return &standing;
    }
    return nullptr;
}

bool over(const model::Turn& turn, model::AccountNumber account, const Writer& writer) {
    const auto* state = writer.find<model::StateRow>(storage::keys::state(turn.message));
    return !state || !state->due || state->account != account;
}

}  // namespace

void line_up(model::HotRow& hot, model::Sequence message, const model::StateRow& state,
             const Writer& writer) {
    auto& turns = conversations::standing_on(hot, state.account).turns;
    for (model::Turn& turn : turns) {
        if (turn.message != message) continue;
        turn.until = state.expires;
        return;
    }
    std::erase_if(turns, [&](const model::Turn& t) { return t.until <= writer.now(); });
    if (turns.size() >= turns_looked_through) {
        std::erase_if(turns, [&](const model::Turn& t) { return over(t, state.account, writer); });
    }
    if (turns.size() >= model::turns_max) return;
    turns.push_back({message, rank_of(state.lane), state.expires});
}

bool in_line(const model::HotRow& hot, model::Sequence message, const model::StateRow& state) {
    const model::ChannelStanding* standing = standing_of(hot, state.account);
    if (!standing) return false;
    return std::any_of(standing->turns.begin(), standing->turns.end(), [&](const auto& turn) {
        return turn.message == message && turn.until == state.expires;
    });
}

std::optional<AttemptMessage> first_of_person(const AttemptMessage& attempt,
                                              const model::HotRow& hot, const Outbox& outbox,
                                              const Writer& writer) {
    const model::ChannelStanding* standing = standing_of(hot, attempt.account);
    if (!standing) return std::nullopt;
    std::optional<AttemptMessage> first;
    DuePlace place{attempt.not_before, attempt.message};
    for (const model::Turn& turn : standing->turns) {
        if (turn.message == attempt.message || turn.rank != rank_of(attempt.lane) ||
            turn.until <= writer.now() || over(turn, attempt.account, writer))
            continue;
        const auto& other = *writer.find<model::StateRow>(storage::keys::state(turn.message));
        const DuePlace its{other.not_before, turn.message};
        if (its >= place || writer.now() >= other.expires) continue;
        // Quiet hours: it is not due, whatever its row says.
        if (outbox.lane_parked(attempt.account, other.lane, writer.now())) continue;
        first = AttemptMessage{attempt.account, other.lane, other.not_before, turn.message,
                               attempt.part};
        place = its;
    }
    return first;
}

}  // namespace postern::core
