// By the external id first; by person and words only while an attempt is under way or unknown,
// because an echo is often faster than the answer to the send itself.
#include "gateway/core/echoes.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/core/find_rows.h"
#include "gateway/model/outbound_content.h"

namespace postern::core {
namespace {

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

enum class Said : unsigned char { nothing, part, all };

/// Of a long text no part but the last is shorter, whatever the channel's limit.
constexpr std::size_t part_bytes_min = 200;

/// Media have no words of their own: the caption is all that an echo says again. A long text may
/// have gone as several messages: the last one of them stands for all.
Said what_is_said(const model::OutboundRow& row, const ReceiveSignal& c) {
    adapters::OutboundContent content;
    adapters::FieldProblem problem;
    if (!model::parse_content(row.content_json, content, problem)) return Said::nothing;
    // Without words nothing tells it from whatever else was sent to the person.
    if (content.text.empty() || !c.signal.content) return Said::nothing;
    const std::string& words = c.signal.content->text;
    if (content.text == words) return Said::all;
    if (content.type != adapters::ContentType::text || words.size() < part_bytes_min)
        return Said::nothing;
    if (content.text.ends_with(words)) return Said::all;
    return content.text.find(words) == std::string::npos ? Said::nothing : Said::part;
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
        if (!state || !row || !is_out(*state, c.inbound.account)) return;
        const Said said = what_is_said(*row, c);
        if (said == Said::nothing) return;
        ++fitting;
        receipt.status.echo = echo_of(message, *state);
        if (said == Said::part) receipt.status.echo += ".p";  // a part, as egress names them
    });
    if (fitting != 1) return std::nullopt;
    return receipt;
}

}  // namespace postern::core
