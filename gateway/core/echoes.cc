// By the external id first; by person and words only while an attempt is under way or unknown,
// because an echo is often faster than the answer to the send itself.
#include "gateway/core/echoes.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/model/outbound_content.h"

namespace postern::core {
namespace {

template <class T>
const T* find(const storage::RowKey& key, const Rows& rows) {
    const Rows::Found found = rows.find(key);
    return found.record ? model::get_if<T>(found.record) : nullptr;
}

void need(const storage::RowKey& key, const Rows& rows, Missing& missing) {
    if (rows.find(key).known == Rows::Known::no) missing.push_back(key);
}

/// Of a message: a change of one, or a reaction to one, names another message than itself.
bool is_echo(const ReceiveSignal& c) {
    const std::string_view type = c.signal.provider_type;
    return c.signal.kind == adapters::SignalKind::message_echoed && !c.signal.target.empty() &&
           !c.inbound.identities.empty() && type != "edit" && type != "revoke" &&
           type != "reaction";
}

const model::HotRow* hot_of(const ReceiveSignal& c, const Rows& rows) {
    for (const IdentityKey& id : c.inbound.identities) {
        const auto* row =
            find<model::IdentityRow>(storage::keys::identity(id.scope, id.blind), rows);
        if (row) return find<model::HotRow>(storage::keys::hot(row->part), rows);
    }
    return nullptr;
}

/// Newest first.
template <class Each>
void each_last_send(const model::HotRow& hot, Each each) {
    const std::size_t looked_at = std::min(hot.past.size(), echoed_looked_at);
    for (std::size_t i = 1; i <= looked_at; ++i) each(hot.past[hot.past.size() - i].message);
}

bool is_out(const model::StateRow& state, model::AccountNumber account) {
    return state.account == account && (state.state == model::MessageState::sending ||
                                        state.state == model::MessageState::unknown);
}

/// Media have no words of their own: the caption is all that an echo says again.
bool says_the_same(const model::OutboundRow& row, const ReceiveSignal& c) {
    adapters::OutboundContent content;
    adapters::FieldProblem problem;
    if (!model::parse_content(row.content_json, content, problem)) return false;
    // Without words nothing tells it from whatever else was sent to the person.
    return !content.text.empty() && c.signal.content && content.text == c.signal.content->text;
}

/// Our name of its attempt, as adapters write it into a request.
std::string echo_of(model::Sequence message, const model::StateRow& state) {
    const model::MessageId id{model::make_ulid(state.created, state.epoch, message)};
    return fmt::format("{}.{}", to_string(id), state.attempts);
}

}  // namespace

void plan_echo(const ReceiveSignal& c, const Rows& rows, Missing& missing) {
    if (!is_echo(c)) return;
    const storage::RowKey external = storage::keys::external_id(c.inbound.account, c.target);
    need(external, rows, missing);
    if (const auto* known = find<model::ExternalIdRow>(external, rows)) {
        need(storage::keys::state(known->message), rows, missing);
        const auto* state = find<model::StateRow>(storage::keys::state(known->message), rows);
        if (!state) return;
        need(storage::keys::contact(state->part), rows, missing);
        need(storage::keys::hot(state->part), rows, missing);
        return;
    }
    const model::HotRow* hot = hot_of(c, rows);
    if (!hot) return;
    each_last_send(*hot, [&](model::Sequence message) {
        need(storage::keys::state(message), rows, missing);
        const auto* state = find<model::StateRow>(storage::keys::state(message), rows);
        if (state && is_out(*state, c.inbound.account))
            need(storage::keys::seq_row(message), rows, missing);
    });
}

std::optional<ReceiveStatus> receipt_of(const ReceiveSignal& c, const Rows& rows) {
    if (!is_echo(c)) return std::nullopt;
    ReceiveStatus receipt;
    receipt.account = c.inbound.account;
    receipt.external = c.target;
    receipt.status.external_id = c.signal.target;
    receipt.status.state = adapters::ReceiptState::sent;
    receipt.status.provider_time = c.signal.provider_time;
    const auto* known =
        find<model::ExternalIdRow>(storage::keys::external_id(c.inbound.account, c.target), rows);
    if (known) return receipt;
    const model::HotRow* hot = hot_of(c, rows);
    if (!hot) return std::nullopt;
    std::size_t fitting = 0;
    each_last_send(*hot, [&](model::Sequence message) {
        const auto* state = find<model::StateRow>(storage::keys::state(message), rows);
        const auto* row = find<model::OutboundRow>(storage::keys::seq_row(message), rows);
        if (!state || !row || !is_out(*state, c.inbound.account) || !says_the_same(*row, c)) return;
        ++fitting;
        receipt.status.echo = echo_of(message, *state);
    });
    if (fitting != 1) return std::nullopt;
    return receipt;
}

}  // namespace postern::core
