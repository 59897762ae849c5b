// Order among the messages of one person on one account. Lanes keep it among their own; across the
// lanes of a rank it is the person's standing that knows who waits.
#include "gateway/core/turns.h"

#include <algorithm>
#include <limits>

#include "gateway/conversations/standing.h"
#include "gateway/core/sending.h"

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

/// In the rank of a turn: it is the last of the crowd, not one in line.
constexpr std::uint8_t crowd = 0x80;

bool is_crowd(const model::Turn& turn) {
    return (turn.rank & crowd) != 0;
}

/// Recipients of all zones stand in it, and of all callers.
std::uint64_t crowd_lane(std::uint64_t lane) {
    LaneName name;
    name.rank = rank_of(lane);
    name.zones = mixed_zones;
    name.caller = std::numeric_limits<std::uint32_t>::max();
    return name.number();
}

/// The crowd is gone once its last one has left. One that ended otherwise (cancelled) may have left
/// others behind, so it stands for them until its time.
bool is_gone(const model::Turn& turn, model::AccountNumber account, const Writer& writer) {
    if (!is_crowd(turn)) return over(turn, account, writer);
    const auto* state = writer.find<model::StateRow>(storage::keys::state(turn.message));
    return !state || (!state->due && state->left != model::Instant{});
}

}  // namespace

bool looks_through(const std::vector<model::Turn>& turns) {
    return turns.size() >= turns_looked_through || std::ranges::any_of(turns, is_crowd);
}

std::uint64_t line_up(model::HotRow& hot, model::Sequence message, const model::StateRow& state,
                      const Writer& writer) {
    auto& turns = conversations::standing_on(hot, state.account).turns;
    const model::Instant until = writer.counted(state.expires);
    const auto known = std::ranges::find(turns, message, &model::Turn::message);
    if (known != turns.end()) {
        if (is_crowd(*known)) {
            known->until = std::max(known->until, until);
            return crowd_lane(state.lane);
        }
        known->until = until;
        return state.lane;
    }
    std::erase_if(turns, [&](const model::Turn& t) { return t.until <= writer.now(); });
    if (looks_through(turns)) {
        std::erase_if(turns,
                      [&](const model::Turn& t) { return is_gone(t, state.account, writer); });
    }
    const auto last_of_crowd = static_cast<std::uint8_t>(rank_of(state.lane) | crowd);
    const auto last = std::ranges::find(turns, last_of_crowd, &model::Turn::rank);
    if (last != turns.end()) {
        // It stands for all of them, until the end of the one that may wait longest.
        *last = {std::max(last->message, message), last_of_crowd, std::max(last->until, until)};
        return crowd_lane(state.lane);
    }
    const auto in_line =
        turns.size() - static_cast<std::size_t>(std::ranges::count_if(turns, is_crowd));
    const bool room = in_line < model::turns_max;
    turns.push_back({message, room ? rank_of(state.lane) : last_of_crowd, until});
    return room ? state.lane : crowd_lane(state.lane);
}

std::uint64_t lane_in_line(const model::HotRow& hot, model::Sequence message,
                           model::AccountNumber account, std::uint64_t lane) {
    const model::ChannelStanding* standing = standing_of(hot, account);
    if (!standing) return lane;
    const auto turn = std::ranges::find(standing->turns, message, &model::Turn::message);
    return turn != standing->turns.end() && is_crowd(*turn) ? crowd_lane(lane) : lane;
}

bool in_line(const model::HotRow& hot, model::Sequence message, const model::StateRow& state) {
    const model::ChannelStanding* standing = standing_of(hot, state.account);
    if (!standing) return false;
    return std::any_of(standing->turns.begin(), standing->turns.end(), [&](const auto& turn) {
        return turn.message == message && turn.until >= state.expires;
    });
}

std::optional<AttemptMessage> first_of_person(const AttemptMessage& attempt, std::uint64_t own,
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
        if (its >= place || writer.wall() >= other.expires) continue;
        // Quiet hours: it is not due, whatever its row says.
        if (outbox.lane_parked(attempt.account, other.lane, writer.now()) ||
            outbox.delayed_apart(attempt.account, attempt.part, turn.message, own))
            continue;
        first = AttemptMessage{attempt.account, other.lane, other.not_before, turn.message,
                               attempt.part};
        place = its;
    }
    return first;
}

}  // namespace postern::core
