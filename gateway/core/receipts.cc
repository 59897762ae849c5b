// Receipts only move a message up. One of a message that Postern does not know is parked with the
// highest state so far, so that a repeat or a late lower one changes nothing.
#include <algorithm>

#include "gateway/core/bounces.h"
#include "gateway/core/marks.h"
#include "gateway/core/plan.h"
#include "gateway/core/sending.h"

namespace postern::core {
namespace {

using adapters::ReceiptState;
using model::MessageState;

ChangeFacts facts_of(const adapters::InboundStatus& status) {
    ChangeFacts facts;
    facts.external_id = status.external_id;
    facts.provider_time = status.provider_time;
    if (status.error || status.state == ReceiptState::failed) {
        const adapters::ProviderError error = status.error.value_or(adapters::ProviderError{});
        facts.error_class = adapters::to_string(error.result);
        facts.error_code = error.word.empty() ? failed_word : error.word;
    }
    if (status.error) {
        facts.provider_code = status.error->code;
        facts.error_detail =
            status.error->detail.empty() ? status.error->title : status.error->detail;
    }
    if (status.retry_at) describe_bounce(status, facts);
    return facts;
}

/// A complaint may be written by anybody who has seen the mail: one that names another mailbox than
/// the message went to says nothing of either. Of a failure the server that speaks knows better: a
/// forwarded mail fails elsewhere.
bool is_of_another(const adapters::InboundStatus& status, std::string_view address) {
    const std::string_view named = status.recipient;
    if (status.error || named.find('@') == named.npos || address.find('@') == address.npos)
        return false;
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return !std::ranges::equal(named, address, {}, lower, lower);
}

/// By the core's time. Told again it is no later, so that a «start» in between still counts; what a
/// message told was not said before it left.
model::Instant said_at(const ReceiveStatus& c, const OutMessage& message, const Writer& writer) {
    const model::Instant now = writer.now();
    if (c.status.provider_time == model::Instant{}) return now;
    return std::clamp(writer.counted(c.status.provider_time), std::min(message.state.left, now),
                      now);
}

/// A bounce or a complaint may come long after the message is through with.
void take_verdict(const ReceiveStatus& c, const OutMessage& message, Sending& sending,
                  const Writer& writer) {
    if (c.status.address == adapters::AddressVerdict::none || !message.row()) return;
    const std::size_t at = message.state.route;
    if (at >= message.row()->routes.size() || message.row()->routes[at].account != c.account)
        return;
    if (is_of_another(c.status, message.row()->routes[at].address)) return;
    const std::string_view code = c.status.error ? std::string_view(c.status.error->code) : "";
    const std::string_view word = c.status.error ? std::string_view(c.status.error->word) : "";
    sending.take_verdict(message, {c.status.address, word, code, code, c.status.external_id,
                                   said_at(c, message, writer)});
}

/// The provider says under its own secret that an address is dead, of a mail that Postern does not
/// know (sent elsewhere, or under another name): nobody there is to be written to, until they
/// write.
void note_dead_address(const ReceiveStatus& c, Sending& sending, Writer& writer) {
    if (!names_dead_address(c)) return;
    model::Route route;
    route.account = c.account;
    route.scope = c.recipient->scope;
    route.blind = c.recipient->blind;
    sending.note_verdict(route, c.account, c.status.address,
                         c.status.error ? std::string_view(c.status.error->code) : "");
    const auto* identity = writer.find<model::IdentityRow>(
        storage::keys::identity(c.recipient->scope, c.recipient->blind));
    if (identity) sending.note_refusal(identity->part, c.account, c.status.address);
}

/// A complaint, or that somebody wants no more: it tells of a person, which its own signal says. Of
/// a message that Postern does not know it then tells nothing.
bool tells_of_person_alone(const adapters::InboundStatus& status) {
    return status.address != adapters::AddressVerdict::none && !status.error &&
           status.state != ReceiptState::failed;
}

/// A receipt that names a message by its echo alone may come from anybody who can write to the
/// account: the whole id must be right, and the account one that the message could go out on.
bool is_its_own(const ReceiveStatus& c, const OutMessage& message, Writer& writer) {
    if (writer.find<model::ExternalIdRow>(storage::keys::external_id(c.account, c.external)))
        return true;
    if (!is_whole_name(c, message.state, message.id())) return false;
    if (message.state.account == c.account) return true;
    const model::OutboundRow* row = message.row();
    return row && std::ranges::any_of(row->routes, [&](const model::Route& route) {
               return route.account == c.account;
           });
}

/// A way that is open now is better than one that may open later, and that better than none.
void failed(const ReceiveStatus& c, OutMessage& message, Sending& sending, Writer& writer) {
    const Bounced bounced = note_bounce(c.status, message, sending, writer);
    ChangeFacts facts = facts_of(c.status);
    if (sending.fall_back(message, "receipt", facts)) return;
    if (bounced == Bounced::may_pass && try_again(c, message, facts, sending, writer)) return;
    sending.forget_send(message);
    const bool given_up = bounced == Bounced::may_pass;
    sending.end(message, MessageState::failed, given_up ? "retries_exhausted" : "receipt",
                std::move(facts));
}

/// Of a long text it tells of one part, and not of the last: those behind it may be on their way.
/// Our name of such a part is that of the attempt, ".p" and a number (egress/attempt_parts.cc).
bool is_of_earlier_part(const ReceiveStatus& c, Writer& writer) {
    const auto* known =
        writer.find<model::ExternalIdRow>(storage::keys::external_id(c.account, c.external));
    return known ? known->earlier : c.status.echo.find(".p") != std::string::npos;
}

/// It says nothing that is not known.
void unchanged(Writer& writer) {
    ++writer.tally().receipts_unchanged;
    writer.reply(ReplyCode::duplicate);
}

/// Of one mail to many: beyond these, whoever else it failed for is not told.
constexpr std::size_t failed_for_max = 1'000;

/// A mail came back for one more of its recipients; where another one's was delivered, too.
bool failed_for_another(const ReceiveStatus& c, const model::ParkedReceiptRow& parked) {
    if (c.status.state != ReceiptState::failed || !c.recipient) return false;
    const std::vector<std::uint64_t>& known = parked.failed_for;
    // Rows of before recipients were kept say only that it failed.
    if ((parked.failed && known.empty()) || known.size() >= failed_for_max) return false;
    return std::ranges::find(known, c.recipient->blind.low()) == known.end();
}

void park(const ReceiveStatus& c, Sending& sending, Writer& writer) {
    note_dead_address(c, sending, writer);
    const storage::RowKey key = storage::keys::parked_receipt(c.account, c.external);
    const auto* known = writer.find<model::ParkedReceiptRow>(key);
    model::ParkedReceiptRow parked = known ? *known : model::ParkedReceiptRow{};
    const bool another = failed_for_another(c, parked);
    if (known && !another && !moves_up(parked, c.status.state)) return unchanged(writer);
    raise(parked, c.status.state);
    if (another) parked.failed_for.push_back(c.recipient->blind.low());
    if (c.status.state == ReceiptState::failed && c.status.error && parked.word.empty()) {
        parked.word = c.status.error->word;
        parked.result = c.status.error->result;
    }
    ++writer.tally().receipts_parked;
    parked.updated = writer.now();
    const model::Sequence sequence = writer.next_sequence();
    writer.keep(key, parked, Seal::plain);
    if (tells_of_person_alone(c.status)) return writer.reply(ReplyCode::done);
    writer.write(storage::keys::seq_row(sequence),
                 model::StatusRow{writer.head(c.account), c.status, 0}, Seal::workspace);
    writer.reply(ReplyCode::done, writer.ulid(sequence));
}

}  // namespace

model::Sequence message_of(const ReceiveStatus& c, const Rows& rows) {
    const Rows::Found found = rows.find(storage::keys::external_id(c.account, c.external));
    const auto* known = found.record ? model::get_if<model::ExternalIdRow>(found.record) : nullptr;
    if (known) return known->message;
    // Our own name of the attempt: "msg_<ulid>.<attempt>".
    model::MessageId id;
    const std::string_view echo = c.status.echo;
    return model::parse_id(echo.substr(0, echo.find('.')), id) ? id.sequence() : 0;
}

bool is_whole_name(const ReceiveStatus& c, const model::StateRow& state, model::Sequence message) {
    model::MessageId told;
    const std::string_view echo = c.status.echo;
    return model::parse_id(echo.substr(0, echo.find('.')), told) &&
           told.ulid == model::make_ulid(state.created, state.epoch, message);
}

void Core::apply_own_receipt(const ReceiveStatus& c, OutMessage message, Writer& writer) {
    const MessageState told = state_of(c.status.state);
    Sending sending(*this, writer, writer.clocks());
    take_verdict(c, message, sending, writer);
    if (!may_move(message.state.state, told)) return unchanged(writer);
    // Told again of a way that failed before: it has taken its next one, or was asked for again.
    const bool is_out = message.state.state == MessageState::sending ||
                        message.state.state == MessageState::unknown ||
                        message.state.state == MessageState::sent;
    if (told == MessageState::failed &&
        (!is_out || message.state.account != c.account || is_of_earlier(c.status, message, writer)))
        return unchanged(writer);
    const bool earlier = is_of_earlier_part(c, writer);
    const bool by_echo =
        !writer.find<model::ExternalIdRow>(storage::keys::external_id(c.account, c.external));
    if (by_echo && !c.status.external_id.empty()) {
        writer.keep(storage::keys::external_id(c.account, c.external),
                    model::ExternalIdRow{message.id(), earlier}, Seal::plain);
    }
    if (earlier && told != MessageState::failed) return unchanged(writer);
    message.state.in_parts |= earlier;
    if (told == MessageState::failed) {
        failed(c, message, sending, writer);
    } else {
        message.state.unknown_since = {};
        sending.end(message, told, "receipt", facts_of(c.status));
        // An attempt that nobody knew the end of: marks that were told meanwhile hold of it now.
        if (told == MessageState::sent) join_mark(message, writer);
    }
    message.save(writer);
    ++writer.tally().receipts_applied;
    writer.reply(ReplyCode::done, writer.ulid(message.state.last_event));
}

void Core::apply_payload(const ReceiveStatus& c, Writer& writer) {
    const model::Sequence id = message_of(c, rows_);
    const Marked marked = take_mark(c, id, writer);
    // Nobody is told before all of it is durable: whoever told of it tells it again, then.
    if (marked.more) return unfinished_.push_back(writer.command());
    if (id != 0) {
        auto message = OutMessage::load(id, writer);
        if (message && is_its_own(c, *message, writer))
            return apply_own_receipt(c, std::move(*message), writer);
    }
    if (c.status.external_id.starts_with(made_receipt_id)) {
        if (marked.moved == 0) return unchanged(writer);
        return writer.reply(ReplyCode::done, writer.ulid(marked.last_event));
    }
    Sending sending(*this, writer, writer.clocks());
    park(c, sending, writer);
}

}  // namespace postern::core
