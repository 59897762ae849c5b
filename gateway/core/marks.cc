// A mark is compared with the moment at which the message left, in the milliseconds that providers
// tell: what left in the marked millisecond was sent up to it.
#include "gateway/core/marks.h"

#include <algorithm>
#include <chrono>

#include <boost/container/static_vector.hpp>

#include "gateway/conversations/standing.h"
#include "gateway/core/find_rows.h"

namespace postern::core {
namespace {

using model::Instant;
using model::MessageState;

constexpr std::size_t left_behind_max = 4;

bool marks(const ReceiveStatus& c) {
    return c.status.watermark && c.recipient &&
           (c.status.state == adapters::ReceiptState::delivered ||
            c.status.state == adapters::ReceiptState::read);
}

bool left_by(const model::StateRow& state, Instant mark) {
    return state.left != Instant{} &&
           std::chrono::floor<std::chrono::milliseconds>(state.left) <= mark;
}

bool holds_of(const model::StateRow& state, model::AccountNumber account, MessageState told,
              Instant mark) {
    const bool taken = state.state == MessageState::sent || state.state == MessageState::delivered;
    return taken && state.account == account && may_move(state.state, told) && left_by(state, mark);
}

const model::ChannelStanding* standing_of(const model::HotRow& hot, model::AccountNumber account) {
    const auto it = std::find_if(hot.standings.begin(), hot.standings.end(),
                                 [&](const auto& s) { return s.account == account; });
    return it != hot.standings.end() ? &*it : nullptr;
}

/// An attempt that is under way, or that nobody knows the end of.
bool is_out(const model::StateRow& state, model::AccountNumber account) {
    return state.account == account &&
           (state.state == MessageState::sending || state.state == MessageState::unknown);
}

/// The mark is about others, so this one is taken to have arrived after it.
void leave_behind(OutMessage& message, Instant mark, Writer& writer) {
    message.state.left = mark + std::chrono::milliseconds{1};
    message.save(writer);
}

/// The highest mark of that state, with this one. Clocks differ, but nothing that leaves from now
/// on was delivered by now.
Instant raise_mark(const ReceiveStatus& c, model::Part part, const model::HotRow& known,
                   const model::PartKey& key, Writer& writer) {
    const auto mark_of = [&c](auto& standing) -> auto& {
        return c.status.state == adapters::ReceiptState::read ? standing.read_until
                                                              : standing.delivered_until;
    };
    const Instant told = std::min(writer.counted(*c.status.watermark), writer.now());
    const model::ChannelStanding* standing = standing_of(known, c.account);
    if (standing && mark_of(*standing) >= told) return mark_of(*standing);
    model::HotRow hot = known;
    mark_of(conversations::standing_on(hot, c.account)) = told;
    writer.keep(storage::keys::hot(part), std::move(hot), Seal::part, part, key);
    return told;
}

}  // namespace

void plan_mark(const ReceiveStatus& c, const Rows& rows, Missing& missing) {
    if (!marks(c)) return;
    const storage::RowKey key = storage::keys::identity(c.recipient->scope, c.recipient->blind);
    need(key, rows, missing);
    const auto* identity = find<model::IdentityRow>(key, rows);
    if (!identity) return;
    need(storage::keys::contact(identity->part), rows, missing);
    need(storage::keys::hot(identity->part), rows, missing);
    const auto* hot = find<model::HotRow>(storage::keys::hot(identity->part), rows);
    if (!hot) return;
    // Of every account: a message that fell back stands there under the one that it began on.
    for (const model::PastSend& sent : hot->past)
        need(storage::keys::state(sent.message), rows, missing);
}

Marked take_mark(const ReceiveStatus& c, model::Sequence named, Writer& writer) {
    Marked marked;
    if (!marks(c)) return marked;
    const auto* identity = writer.find<model::IdentityRow>(
        storage::keys::identity(c.recipient->scope, c.recipient->blind));
    if (!identity) return marked;
    const model::Part part = identity->part;
    const auto* contact = writer.find<model::ContactRow>(storage::keys::contact(part));
    const auto* hot = writer.find<model::HotRow>(storage::keys::hot(part));
    if (!contact || !hot) return marked;
    marked.person_known = true;
    const std::vector<model::PastSend> past = hot->past;
    const Instant mark = raise_mark(c, part, *hot, contact->key, writer);
    const MessageState told = state_of(c.status.state);
    ChangeFacts facts;
    facts.provider_time = c.status.provider_time;
    boost::container::static_vector<OutMessage, left_behind_max> out;
    for (const model::PastSend& sent : past) {
        if (sent.message == named) continue;
        auto message = OutMessage::load(sent.message, writer);
        if (!message) continue;
        const bool under_way = is_out(message->state, c.account) && left_by(message->state, mark);
        if (under_way && out.size() < out.capacity()) out.push_back(std::move(*message));
        if (under_way || !holds_of(message->state, c.account, told, mark)) continue;
        marked.more = marked.moved == marked_at_once;
        if (marked.more) break;
        message->change(told, "receipt", facts, writer);
        message->save(writer);
        marked.last_event = message->state.last_event;
        ++marked.moved;
        ++writer.tally().receipts_applied;
    }
    if (marked.moved == 0 && named == 0) return marked;
    for (OutMessage& message : out) leave_behind(message, mark, writer);
    return marked;
}

void join_mark(OutMessage& message, Writer& writer) {
    const auto* hot = writer.find<model::HotRow>(storage::keys::hot(message.state.part));
    const model::ChannelStanding* standing =
        hot ? standing_of(*hot, message.state.account) : nullptr;
    if (!standing) return;
    // In this order: what was read was delivered.
    const MessageState told = left_by(message.state, standing->read_until) ? MessageState::read
                              : left_by(message.state, standing->delivered_until)
                                  ? MessageState::delivered
                                  : MessageState::sent;
    if (told == MessageState::sent || !may_move(message.state.state, told)) return;
    message.change(told, "receipt", {}, writer);
    ++writer.tally().receipts_joined;
}

}  // namespace postern::core
