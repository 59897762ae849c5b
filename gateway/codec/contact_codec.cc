// What is kept of a person beside the messages: hot row, contact, identity, group.
#include "gateway/codec/stored.h"

namespace postern::codec {
namespace {

void write(const model::ChannelStanding& standing, records::Standing& wire) {
    wire.set_account(standing.account);
    write_origin(standing.conversation, standing.conversation_created, standing.conversation_epoch,
                 [&wire] { return wire.mutable_conversation(); });
    wire.set_last_inbound_us(to_us(standing.last_inbound));
    wire.set_blocked(standing.blocked);
    wire.set_refused(standing.refused);
    wire.set_holding(standing.holding);
    for (const model::Turn& turn : standing.turns) {
        records::Turn& stored = *wire.add_turns();
        stored.set_message(turn.message);
        stored.set_rank(turn.rank);
        stored.set_until_us(to_us(turn.until));
    }
    wire.set_pair_full_us(to_us(standing.pair_full));
    wire.set_back_off_until_us(to_us(standing.back_off_until));
    wire.set_delivered_until_us(to_us(standing.delivered_until));
    wire.set_read_until_us(to_us(standing.read_until));
}

void read(const records::Standing& wire, model::ChannelStanding& standing) {
    standing.account = wire.account();
    standing.conversation = wire.conversation().sequence();
    standing.conversation_created = from_us(wire.conversation().created_us());
    standing.conversation_epoch = wire.conversation().epoch();
    standing.last_inbound = from_us(wire.last_inbound_us());
    standing.blocked = wire.blocked();
    standing.refused = wire.refused();
    standing.holding = wire.holding();
    standing.turns.reserve(static_cast<std::size_t>(wire.turns_size()));
    for (const records::Turn& turn : wire.turns()) {
        standing.turns.push_back(
            {turn.message(), static_cast<std::uint8_t>(turn.rank()), from_us(turn.until_us())});
    }
    standing.pair_full = from_us(wire.pair_full_us());
    standing.back_off_until = from_us(wire.back_off_until_us());
    standing.delivered_until = from_us(wire.delivered_until_us());
    standing.read_until = from_us(wire.read_until_us());
}

void write(const model::ContactIdentity& identity, records::ContactIdentity& wire) {
    wire.set_account(identity.account);
    wire.set_address(identity.address);
    wire.set_display(identity.display);
    wire.set_scope(static_cast<std::uint32_t>(identity.scope));
    wire.set_channel(identity.channel);
}

[[nodiscard]] bool read(const records::ContactIdentity& wire, model::ContactIdentity& identity) {
    identity.account = wire.account();
    identity.address = wire.address();
    identity.display = wire.display();
    identity.channel = wire.channel();
    return read_enum(wire.scope(), adapters::IdentityScope::account, identity.scope);
}

}  // namespace

void write(const model::HotRow& row, records::Hot& wire) {
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_last(row.last);
    wire.set_last_activity_us(to_us(row.last_activity));
    for (const model::ChannelStanding& standing : row.standings)
        write(standing, *wire.add_standings());
    for (const model::SeenId& seen : row.seen) {
        records::SeenId& stored = *wire.add_seen();
        stored.set_hash(seen.hash);
        stored.set_time_s(seen.time_s);
        stored.set_account(seen.account);
        stored.set_arrived_s(seen.arrived_s);
    }
    wire.set_spilled(row.spilled);
    for (const model::PastSend& past : row.past) {
        records::PastSend& stored = *wire.add_past();
        stored.set_at_us(to_us(past.at));
        stored.set_category(static_cast<std::uint32_t>(past.category));
        stored.set_account(past.account);
        stored.set_content_hash(past.content_hash);
        stored.set_message(past.message);
        stored.set_epoch(past.epoch);
        stored.set_made_before_ms(past.made_before_ms);
    }
}

bool read(const records::Hot& wire, model::HotRow& row) {
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.last = wire.last();
    row.last_activity = from_us(wire.last_activity_us());
    row.standings.resize(static_cast<std::size_t>(wire.standings_size()));
    for (int i = 0; i < wire.standings_size(); ++i) {
        read(wire.standings(i), row.standings[static_cast<std::size_t>(i)]);
    }
    if (wire.seen_size() > static_cast<int>(model::seen_ids_max)) return false;
    for (const records::SeenId& seen : wire.seen()) {
        row.seen.push_back({seen.hash(), seen.time_s(), seen.arrived_s(), seen.account()});
    }
    row.spilled = wire.spilled();
    row.past.reserve(static_cast<std::size_t>(wire.past_size()));
    for (const records::PastSend& stored : wire.past()) {
        model::PastSend& past = row.past.emplace_back();
        past.at = from_us(stored.at_us());
        past.account = stored.account();
        past.content_hash = stored.content_hash();
        past.message = stored.message();
        past.epoch = stored.epoch();
        past.made_before_ms = stored.made_before_ms();
        if (!read_enum(stored.category(), model::Category::collections, past.category))
            return false;
    }
    return true;
}

void write(const model::ContactRow& row, records::Contact& wire) {
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_updated_us(to_us(row.updated));
    wire.set_version(row.version);
    wire.set_state(static_cast<std::uint32_t>(row.state));
    wire.set_display_name(row.display_name);
    wire.set_username(row.username);
    wire.set_language(row.language);
    for (const std::string& phone : row.phones) wire.add_phones(phone);
    for (const std::string& email : row.emails) wire.add_emails(email);
    for (const model::ContactIdentity& identity : row.identities) {
        write(identity, *wire.add_identities());
    }
    for (const std::string& value : row.unverified) wire.add_unverified(value);
}

bool read(const records::Contact& wire, model::ContactRow& row) {
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.updated = from_us(wire.updated_us());
    row.version = wire.version();
    if (!read_enum(wire.state(), model::ContactState::erased, row.state)) return false;
    row.display_name = wire.display_name();
    row.username = wire.username();
    row.language = wire.language();
    row.phones.assign(wire.phones().begin(), wire.phones().end());
    row.emails.assign(wire.emails().begin(), wire.emails().end());
    row.identities.resize(static_cast<std::size_t>(wire.identities_size()));
    for (int i = 0; i < wire.identities_size(); ++i) {
        if (!read(wire.identities(i), row.identities[static_cast<std::size_t>(i)])) return false;
    }
    row.unverified.assign(wire.unverified().begin(), wire.unverified().end());
    return true;
}

void write(const model::IdentityRow& row, records::Identity& wire) {
    wire.set_part(row.part);
}

bool read(const records::Identity& wire, model::IdentityRow& row) {
    row.part = wire.part();
    return true;
}

void write(const model::GroupRow& row, records::Group& wire) {
    write_origin(row.conversation, row.conversation_created, row.conversation_epoch,
                 [&wire] { return wire.mutable_conversation(); });
}

bool read(const records::Group& wire, model::GroupRow& row) {
    row.conversation = wire.conversation().sequence();
    row.conversation_created = from_us(wire.conversation().created_us());
    row.conversation_epoch = wire.conversation().epoch();
    return true;
}

}  // namespace postern::codec
