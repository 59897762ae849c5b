// The limit stands in three places: the person's standing, the limiter's memory, and the due row of
// the message that met it. The person's other messages wait for that one, or in memory.
#include "gateway/core/answered_limits.h"

#include "gateway/conversations/standing.h"
#include "gateway/core/find_rows.h"

namespace postern::core {
namespace {

std::uint64_t pair_with(const IdentityKey& id, model::AccountNumber account) {
    model::Route route;
    route.account = account;
    route.blind = id.blind;
    return pair_of(route);
}

}  // namespace

void plan_answered(const Inbound& inbound, model::Now now, const Rows& rows, Missing& missing) {
    for (const IdentityKey& id : inbound.identities) {
        const auto* identity =
            find<model::IdentityRow>(storage::keys::identity(id.scope, id.blind), rows);
        if (!identity) continue;
        const auto* hot = find<model::HotRow>(storage::keys::hot(identity->part), rows);
        if (!hot) return;
        for (const model::ChannelStanding& standing : hot->standings) {
            const bool waits = standing.account == inbound.account && standing.holding != 0 &&
                               standing.back_off_until > now.wall;
            if (!waits) continue;
            need(storage::keys::state(standing.holding), rows, missing);
            need(storage::keys::seq_row(standing.holding), rows, missing);
        }
        return;
    }
}

model::Sequence end_limit(const Inbound& inbound, Person& person, Sending& sending,
                          const Writer& writer) {
    const AccountSettings* settings = sending.settings_of(inbound.account);
    if (!settings || !settings->traits.reply_ends_limit) return 0;
    model::ChannelStanding& standing = conversations::standing_on(person.hot, inbound.account);
    if (standing.back_off_until <= writer.now()) return 0;
    standing.back_off_until = {};
    for (const IdentityKey& id : inbound.identities)
        sending.outbox().limits().clear_back_off(inbound.account, pair_with(id, inbound.account));
    sending.outbox().end_delays_of(inbound.account, person.part);
    return standing.holding;
}

void send_answered(model::Sequence id, Sending& sending, Writer& writer) {
    auto message = id != 0 ? OutMessage::load(id, writer) : std::nullopt;
    if (!message || !message->row()) return;
    const model::StateRow& state = message->state;
    // A retry keeps its own pace.
    if (state.state != model::MessageState::waiting || !state.due || state.retry) return;
    sending.queue(*message, writer.now());
    message->save(writer);
}

}  // namespace postern::core
