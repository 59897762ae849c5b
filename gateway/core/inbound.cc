// A message or a signal from a provider: seen before? whose is it? which conversation? then its
// rows.
#include <algorithm>
#include <utility>

#include "gateway/conversations/standing.h"
#include "gateway/core/answered_limits.h"
#include "gateway/core/echoes.h"
#include "gateway/core/matching.h"
#include "gateway/core/out_message.h"
#include "gateway/core/person.h"
#include "gateway/core/person_notes.h"
#include "gateway/core/reach.h"
#include "gateway/core/seen.h"
#include "gateway/core/unsend.h"
#include "gateway/core/wishes.h"
#include "gateway/core/writer.h"

namespace postern::core {
namespace {

struct ConversationRef {
    model::Sequence sequence = 0;
    model::Instant created{};
    std::uint32_t epoch = 0;
    bool opened = false;
};

/// A group is one conversation, whoever speaks; its row is written once.
ConversationRef group_conversation(const Inbound& inbound, model::Sequence sequence,
                                   Writer& writer) {
    const storage::RowKey key = storage::keys::group(inbound.account, inbound.group);
    if (const auto* row = writer.find<model::GroupRow>(key)) {
        return {row->conversation, row->conversation_created, row->conversation_epoch, false};
    }
    writer.keep(key, model::GroupRow{sequence, writer.now(), writer.epoch()}, Seal::workspace);
    return {sequence, writer.now(), writer.epoch(), true};
}

ConversationRef own_conversation(Person& person, const Inbound& inbound,
                                 model::Instant provider_time, model::Sequence sequence,
                                 Writer& writer) {
    model::ChannelStanding& standing = conversations::standing_on(person.hot, inbound.account);
    const bool opened = conversations::open(standing, sequence, writer.now(), writer.epoch());
    // A message told late opened its window when it was written, not when it came.
    const model::Instant written =
        inbound.timestamps ? std::min(writer.counted(provider_time), writer.now()) : writer.now();
    standing.last_inbound = std::max(standing.last_inbound, written);
    return {standing.conversation, standing.conversation_created, standing.conversation_epoch,
            opened};
}

std::string_view channel_of(const std::map<model::AccountNumber, model::AccountRow>& accounts,
                            model::AccountNumber account) {
    const auto it = accounts.find(account);
    return it == accounts.end() ? std::string_view{} : std::string_view{it->second.channel};
}

/// Signals of an account, about nobody: deduped by a row of their own. 0: seen before.
model::Sequence begin_account_signal(const ReceiveSignal& c, Writer& writer) {
    const DedupeKeys dedupe = dedupe_keys(c.inbound, c.signal.provider_time, writer.now());
    for (std::size_t i = 0; i < dedupe.count; ++i) {
        if (writer.find<model::DedupeRow>(dedupe.keys[i])) return 0;
    }
    const model::Sequence sequence = writer.next_sequence();
    writer.keep(dedupe.keys[0], model::DedupeRow{sequence}, Seal::plain);
    return sequence;
}

void keep_account_signal(const ReceiveSignal& c, model::Sequence sequence, Writer& writer) {
    model::SignalRow row{.head = writer.head(c.inbound.account), .signal = c.signal, .raw = c.raw};
    writer.write(storage::keys::seq_row(sequence), std::move(row), Seal::workspace);
}

/// False of a wish that the person has said before.
bool takes_effect(const ReceiveSignal& c, Writer& writer) {
    using Kind = model::AddressNote::Kind;
    const bool out = c.signal.kind == adapters::SignalKind::opted_out;
    if (!out && c.signal.kind != adapters::SignalKind::opted_in) return true;
    return take_wish(c.inbound, out ? Kind::opted_out : Kind::opted_in,
                     model::categories_named(c.signal.category), "provider", writer);
}

/// Who else has a number or a mail address of the sender's. Nothing is looked up of somebody known
/// who tells nothing new.
Matches matches_of(const Inbound& inbound, const adapters::Sender& sender, const Person& person,
                   bool to_account, const contacts::SharedScopes& shared, const Writer& writer) {
    const bool writes_first = !person.created && to_account && never_wrote(person.hot);
    if (!person.created && !writes_first && !person.told_names() && sender.told.empty()) return {};
    const KnownSender known{person.created ? 0 : person.part, person.known_contact(writer),
                            writes_first};
    return find_matches(inbound, sender, known, shared, writer);
}

}  // namespace

void Core::apply_payload(ReceiveMessage& c, Writer& writer) {
    const model::AccountNumber account = c.inbound.account;
    Person person(c.inbound, c.message.sender, channel_of(accounts_, account), writer);
    if (person.duplicate(c.message.provider_time, writer))
        return writer.reply(ReplyCode::duplicate);

    const Matches matches = matches_of(c.inbound, c.message.sender, person, c.message.group.empty(),
                                       shared_scopes_, writer);
    const model::Sequence sequence = person.begin(c.message.provider_time, writer);
    carry_notes(c.inbound, person, writer);
    const ConversationRef conversation =
        c.message.group.empty()
            ? own_conversation(person, c.inbound, c.message.provider_time, sequence, writer)
            : group_conversation(c.inbound, sequence, writer);
    Sending sending(*this, writer, writer.clocks());
    const AccountSettings* settings = sending.settings_of(account);
    if (settings && settings->counts_inbound)
        outbox_->limits().inbound(account, 1, sending.limiter_now());
    model::Sequence answered = 0;
    if (c.message.group.empty()) {
        // Whoever writes has not blocked us, whatever we were told before.
        reach(c.inbound, c.message.sender, "message", person, writer);
        answered = end_limit(c.inbound, person, sending, writer);
    }
    auto record = std::make_shared<model::Record>(std::in_place_type<model::MessageRow>);
    auto& row = model::get<model::MessageRow>(*record);
    row.head = writer.head(account, person.part, person.previous);
    row.conversation = conversation.sequence;
    row.conversation_created = conversation.created;
    row.conversation_epoch = conversation.epoch;
    row.conversation_opened = conversation.opened;
    row.part_created = person.hot.created;
    row.part_epoch = person.hot.epoch;
    row.contact_created = person.created;
    row.contact_updated = person.updated;
    writer.write(storage::keys::seq_row(sequence), record, Seal::part, person.part, person.key);
    for (model::MediaRow& file : c.files) {
        file.event = sequence;
        writer.write(storage::keys::media_attachment(sequence, file.place), std::move(file),
                     Seal::workspace);
    }
    const auto confirmation = take_word(c, person, writer);
    keep_matches(matches, c.inbound, c.message.sender, person, writer);
    person.save(writer);
    send_answered(answered, sending, writer);
    // With the word itself or not at all: no power cut comes between them. Nobody waits for what
    // becomes of it.
    if (confirmation) (void)submit(*confirmation, writer);
    // Moved last: whatever reads the command comes before.
    row.message = std::move(c.message);
    row.raw = std::move(c.raw);
    writer.hold(storage::keys::seq_row(sequence), std::move(record));
    writer.reply(ReplyCode::done, writer.ulid(sequence));
}

void Core::apply_payload(ReceiveSignal& c, Writer& writer) {
    if (const auto confirmed = receipt_of(c, rows_)) {
        const model::Sequence id = message_of(*confirmed, rows_);
        auto message = OutMessage::load(id, writer);
        if (message) return apply_own_receipt(*confirmed, std::move(*message), writer);
    }
    if (c.inbound.identities.empty() || !c.signal.sender) {
        const model::Sequence sequence = begin_account_signal(c, writer);
        if (sequence == 0) return writer.reply(ReplyCode::duplicate);
        if (!c.news || !take_news(c, writer)) keep_account_signal(c, sequence, writer);
        return writer.reply(ReplyCode::done, writer.ulid(sequence));
    }
    const model::AccountNumber account = c.inbound.account;
    Person person(c.inbound, *c.signal.sender, channel_of(accounts_, account), writer);
    if (person.duplicate(c.signal.provider_time, writer)) return writer.reply(ReplyCode::duplicate);
    // Nobody is told before it is done: whoever told of it tells it again, then.
    if (unsend(c, person, rows_, writer)) return unfinished_.push_back(writer.command());

    const Matches matches =
        matches_of(c.inbound, *c.signal.sender, person, false, shared_scopes_, writer);
    const model::Sequence sequence = person.begin(c.signal.provider_time, writer);
    carry_notes(c.inbound, person, writer);
    model::SignalRow row;
    row.told_before = !takes_effect(c, writer);
    if (c.signal.kind == adapters::SignalKind::blocked) {
        model::ChannelStanding& standing = conversations::standing_on(person.hot, account);
        row.told_before = std::exchange(standing.blocked, true);
    }
    if (c.signal.kind == adapters::SignalKind::unblocked)
        reach(c.inbound, *c.signal.sender, {}, person, writer);
    row.head = writer.head(account, person.part, person.previous);
    keep_matches(matches, c.inbound, *c.signal.sender, person, writer);
    row.signal = std::move(c.signal);
    row.part_created = person.hot.created;
    row.part_epoch = person.hot.epoch;
    row.contact_created = person.created;
    row.contact_updated = person.updated;
    row.raw = std::move(c.raw);
    writer.keep(storage::keys::seq_row(sequence), std::move(row), Seal::part, person.part,
                person.key);
    person.save(writer);
    writer.reply(ReplyCode::done, writer.ulid(sequence));
}

}  // namespace postern::core
