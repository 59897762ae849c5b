// What is kept of sending: messages that go out, their states and events, where they wait, and what
// is known about an address.
#include "gateway/codec/stored.h"

#include <algorithm>
#include <limits>

namespace postern::codec {
namespace {

template <std::size_t N>
[[nodiscard]] bool read_bytes(const std::string& stored, std::array<std::uint8_t, N>& out) {
    if (stored.size() != N) return false;
    std::copy(stored.begin(), stored.end(), out.begin());
    return true;
}

template <std::size_t N>
void write_bytes(const std::array<std::uint8_t, N>& bytes, std::string& out) {
    out.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void write(const model::Verdict& verdict, records::Verdict& wire) {
    wire.set_decision(static_cast<std::uint32_t>(verdict.decision));
    wire.set_until_us(to_us(verdict.until));
    for (const model::RuleResult& result : verdict.results) {
        records::RuleResult& stored = *wire.add_results();
        stored.set_rule(static_cast<std::uint32_t>(result.rule));
        stored.set_outcome(static_cast<std::uint32_t>(result.outcome));
        stored.set_until_us(to_us(result.until));
        stored.set_detail(result.detail);
        stored.set_facts_json(result.facts_json);
        stored.set_cure(result.cure);
    }
}

[[nodiscard]] bool read(const records::Verdict& wire, model::Verdict& verdict) {
    if (!read_enum(wire.decision(), model::Decision::refuse, verdict.decision)) return false;
    verdict.until = from_us(wire.until_us());
    verdict.results.reserve(static_cast<std::size_t>(wire.results_size()));
    for (const records::RuleResult& stored : wire.results()) {
        model::RuleResult& result = verdict.results.emplace_back();
        if (!read_enum(stored.rule(), model::Rule::expiry, result.rule)) return false;
        if (!read_enum(stored.outcome(), model::Outcome::refuse, result.outcome)) return false;
        result.until = from_us(stored.until_us());
        result.detail = stored.detail();
        result.facts_json = stored.facts_json();
        result.cure = stored.cure();
    }
    return true;
}

void write(const model::Route& route, records::Route& wire) {
    wire.set_account(route.account);
    wire.set_address(route.address);
    wire.set_scope(route.scope);
    write_bytes(route.blind.bytes, *wire.mutable_blind());
    wire.set_own_address(route.own_address);
    wire.set_test_recipient(route.test_recipient);
    wire.set_words(route.words);
    if (route.units > 1) wire.set_units(route.units);
    const model::Recipient& recipient = route.recipient;
    records::Recipient& stored = *wire.mutable_recipient();
    stored.set_valid(recipient.valid);
    stored.set_invalid_why(recipient.invalid_why);
    stored.set_country(recipient.country);
    stored.set_region(recipient.region);
    for (const std::string& zone : recipient.zones) stored.add_zones(zone);
    stored.set_zone_source(recipient.zone_source);
}

[[nodiscard]] bool read(const records::Route& wire, model::Route& route) {
    route.account = wire.account();
    route.address = wire.address();
    route.scope = wire.scope();
    route.own_address = wire.own_address();
    route.test_recipient = wire.test_recipient();
    route.words = wire.words();
    route.units = std::max<std::uint32_t>(wire.units(), 1);
    const records::Recipient& stored = wire.recipient();
    model::Recipient& recipient = route.recipient;
    recipient.valid = stored.valid();
    recipient.invalid_why = stored.invalid_why();
    recipient.country = stored.country();
    recipient.region = stored.region();
    recipient.zones.assign(stored.zones().begin(), stored.zones().end());
    recipient.zone_source = stored.zone_source();
    return read_bytes(wire.blind(), route.blind.bytes);
}

}  // namespace

void write(const model::OutboundRow& row, records::Outbound& wire) {
    write(row.head, *wire.mutable_head());
    for (const model::Route& route : row.routes) write(route, *wire.add_routes());
    wire.set_category(static_cast<std::uint32_t>(row.category));
    wire.set_category_default(row.category_default);
    wire.set_priority(static_cast<std::uint32_t>(row.priority));
    wire.set_content_json(row.content_json);
    wire.set_metadata_json(row.metadata_json);
    wire.set_reply_to(row.reply_to);
    wire.set_thread(row.thread);
    wire.set_send_at_us(to_us(row.send_at));
    wire.set_expires_us(to_us(row.expires));
    wire.set_test(row.test);
    wire.set_human_agent(row.human_agent);
    wire.set_is_template(row.is_template);
    wire.set_template_name(row.template_name);
    wire.set_template_language(row.template_language);
    wire.set_content_hash(row.content_hash);
    wire.set_caller(row.caller);
    write_origin(row.conversation, row.conversation_created, row.conversation_epoch,
                 [&wire] { return wire.mutable_conversation(); });
    wire.set_conversation_opened(row.conversation_opened);
    write_origin(0, row.part_created, row.part_epoch, [&wire] { return wire.mutable_part(); });
    wire.set_contact_created(row.contact_created);
    write(row.verdict, *wire.mutable_verdict());
    wire.set_choice_json(row.choice_json);
}

bool read(const records::Outbound& wire, model::OutboundRow& row) {
    read(wire.head(), row.head);
    row.routes.resize(static_cast<std::size_t>(wire.routes_size()));
    if (row.routes.empty()) return false;
    for (int i = 0; i < wire.routes_size(); ++i) {
        if (!read(wire.routes(i), row.routes[static_cast<std::size_t>(i)])) return false;
    }
    if (!read_enum(wire.category(), model::Category::collections, row.category)) return false;
    if (!read_enum(wire.priority(), model::Priority::low, row.priority)) return false;
    row.category_default = wire.category_default();
    row.content_json = wire.content_json();
    row.metadata_json = wire.metadata_json();
    row.reply_to = wire.reply_to();
    row.thread = wire.thread();
    row.send_at = from_us(wire.send_at_us());
    row.expires = from_us(wire.expires_us());
    row.test = wire.test();
    row.human_agent = wire.human_agent();
    row.is_template = wire.is_template();
    row.template_name = wire.template_name();
    row.template_language = wire.template_language();
    row.content_hash = wire.content_hash();
    row.caller = wire.caller();
    row.conversation = wire.conversation().sequence();
    row.conversation_created = from_us(wire.conversation().created_us());
    row.conversation_epoch = wire.conversation().epoch();
    row.conversation_opened = wire.conversation_opened();
    row.part_created = from_us(wire.part().created_us());
    row.part_epoch = wire.part().epoch();
    row.contact_created = wire.contact_created();
    row.choice_json = wire.choice_json();
    return read(wire.verdict(), row.verdict);
}

void write(const model::StateRow& row, records::State& wire) {
    wire.set_state(static_cast<std::uint32_t>(row.state));
    wire.set_part(row.part);
    wire.set_account(row.account);
    wire.set_route(row.route);
    wire.set_attempts(row.attempts);
    wire.set_lane(row.lane);
    wire.set_not_before_us(to_us(row.not_before));
    wire.set_due(row.due);
    wire.set_possible_duplicate(row.possible_duplicate);
    wire.set_expires_us(to_us(row.expires));
    wire.set_updated_us(to_us(row.updated));
    wire.set_unknown_since_us(to_us(row.unknown_since));
    wire.set_last_event(row.last_event);
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_expiry_due(row.expiry_due);
    wire.set_retry(row.retry);
    wire.set_in_parts(row.in_parts);
    if (row.left != model::Instant{}) {
        // A few bytes instead of nine: every message has one. It left after it was made.
        wire.set_left_after_us(static_cast<std::uint64_t>(to_us(row.left) - to_us(row.created)));
    }
}

bool read(const records::State& wire, model::StateRow& row) {
    row.part = wire.part();
    row.account = wire.account();
    row.route = static_cast<std::uint8_t>(wire.route());
    row.attempts = static_cast<std::uint16_t>(wire.attempts());
    row.lane = wire.lane();
    row.not_before = from_us(wire.not_before_us());
    row.due = wire.due();
    row.possible_duplicate = wire.possible_duplicate();
    row.expires = from_us(wire.expires_us());
    row.updated = from_us(wire.updated_us());
    row.unknown_since = from_us(wire.unknown_since_us());
    row.last_event = wire.last_event();
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.expiry_due = wire.expiry_due();
    row.retry = wire.retry();
    row.in_parts = wire.in_parts();
    if (wire.has_left_after_us())
        row.left = from_us(wire.created_us() + static_cast<std::int64_t>(wire.left_after_us()));
    return wire.route() <= std::numeric_limits<std::uint8_t>::max() &&
           wire.attempts() <= std::numeric_limits<std::uint16_t>::max() &&
           read_enum(wire.state(), model::MessageState::refused, row.state);
}

void write(const model::OutboundEventRow& row, records::OutboundEvent& wire) {
    write(row.head, *wire.mutable_head());
    write_origin(row.message, row.message_created, row.message_epoch,
                 [&wire] { return wire.mutable_message(); });
    wire.set_previous_event(row.previous_event);
    wire.set_state(static_cast<std::uint32_t>(row.state));
    wire.set_attempt(row.attempt);
    wire.set_cause(row.cause);
    wire.set_external_id(row.external_id);
    wire.set_error_class(row.error_class);
    wire.set_error_code(row.error_code);
    wire.set_provider_code(row.provider_code);
    wire.set_error_detail(row.error_detail);
    wire.set_until_us(to_us(row.until));
    if (row.verdict != model::Verdict{}) write(row.verdict, *wire.mutable_verdict());
    wire.set_possible_duplicate(row.possible_duplicate);
    wire.set_provider_us(to_us(row.provider_time));
    wire.set_provider_request(row.provider_request);
    wire.set_dispatched_us(to_us(row.dispatched));
    wire.set_provider_status(row.provider_status);
}

bool read(const records::OutboundEvent& wire, model::OutboundEventRow& row) {
    read(wire.head(), row.head);
    row.message = wire.message().sequence();
    row.message_created = from_us(wire.message().created_us());
    row.message_epoch = wire.message().epoch();
    row.previous_event = wire.previous_event();
    if (!read_enum(wire.state(), model::MessageState::refused, row.state)) return false;
    row.attempt = static_cast<std::uint16_t>(wire.attempt());
    row.cause = wire.cause();
    row.external_id = wire.external_id();
    row.error_class = wire.error_class();
    row.error_code = wire.error_code();
    row.provider_code = wire.provider_code();
    row.error_detail = wire.error_detail();
    row.until = from_us(wire.until_us());
    row.possible_duplicate = wire.possible_duplicate();
    row.provider_time = from_us(wire.provider_us());
    row.provider_request = wire.provider_request();
    row.dispatched = from_us(wire.dispatched_us());
    row.provider_status = static_cast<std::uint16_t>(wire.provider_status());
    return wire.attempt() <= std::numeric_limits<std::uint16_t>::max() &&
           wire.provider_status() <= std::numeric_limits<std::uint16_t>::max() &&
           (!wire.has_verdict() || read(wire.verdict(), row.verdict));
}

void write(const model::ExternalIdRow& row, records::ExternalId& wire) {
    wire.set_message(row.message);
    wire.set_earlier(row.earlier);
}

bool read(const records::ExternalId& wire, model::ExternalIdRow& row) {
    row.message = wire.message();
    row.earlier = wire.earlier();
    return true;
}

void write(const model::DueRow& row, records::Due& wire) {
    wire.set_part(row.part);
}

bool read(const records::Due& wire, model::DueRow& row) {
    row.part = wire.part();
    return true;
}

void write(const model::SlotRow& row, records::Slot& wire) {
    wire.set_message(row.message);
    wire.set_attempt(row.attempt);
}

bool read(const records::Slot& wire, model::SlotRow& row) {
    row.message = wire.message();
    row.attempt = static_cast<std::uint16_t>(wire.attempt());
    return wire.attempt() <= std::numeric_limits<std::uint16_t>::max();
}

void write(const model::AddressNotesRow& row, records::AddressNotes& wire) {
    for (const model::AddressNote& note : row.notes) {
        records::AddressNote& stored = *wire.add_notes();
        stored.set_kind(static_cast<std::uint32_t>(note.kind));
        stored.set_categories(note.categories);
        stored.set_account(note.account);
        stored.set_at_us(to_us(note.at));
        stored.set_source(note.source);
        stored.set_reason(note.reason);
    }
    for (const model::SoftBounce& bounce : row.bounces) {
        records::SoftBounce& stored = *wire.add_bounces();
        stored.set_message(bounce.message);
        stored.set_at_us(to_us(bounce.at));
    }
}

bool read(const records::AddressNotes& wire, model::AddressNotesRow& row) {
    row.notes.reserve(static_cast<std::size_t>(wire.notes_size()));
    for (const records::AddressNote& stored : wire.notes()) {
        model::AddressNote& note = row.notes.emplace_back();
        if (!read_enum(stored.kind(), model::AddressNote::Kind::consent_revoked, note.kind))
            return false;
        if (stored.categories() > model::all_categories) return false;
        note.categories = static_cast<model::Categories>(stored.categories());
        note.account = stored.account();
        note.at = from_us(stored.at_us());
        note.source = stored.source();
        note.reason = stored.reason();
    }
    for (const records::SoftBounce& stored : wire.bounces())
        row.bounces.push_back({stored.message(), from_us(stored.at_us())});
    return true;
}

void write(const model::IdempotencyRow& row, records::Idempotency& wire) {
    write_bytes(row.hash, *wire.mutable_hash());
    records::Origin& answer = *wire.mutable_answer();
    answer.set_sequence(row.answer.sequence);
    answer.set_created_us(static_cast<std::int64_t>(row.answer.milliseconds) * 1000);
    answer.set_epoch(row.answer.epoch);
    wire.set_status(row.status);
    wire.set_body(row.body);
}

bool read(const records::Idempotency& wire, model::IdempotencyRow& row) {
    row.answer.sequence = wire.answer().sequence();
    row.answer.milliseconds = static_cast<std::uint64_t>(wire.answer().created_us() / 1000);
    row.answer.epoch = wire.answer().epoch();
    row.status = static_cast<std::uint16_t>(wire.status());
    row.body = wire.body();
    return wire.status() <= std::numeric_limits<std::uint16_t>::max() &&
           read_bytes(wire.hash(), row.hash);
}

void write(const model::LimitsRow& row, records::Limits& wire) {
    wire.set_account(row.account);
    wire.set_day(row.day);
    wire.set_day_count(row.day_count);
    wire.set_back_off_until_us(to_us(row.back_off_until));
    wire.set_group_back_off_until_us(to_us(row.group_back_off_until));
}

bool read(const records::Limits& wire, model::LimitsRow& row) {
    row.account = wire.account();
    row.day = wire.day();
    row.day_count = wire.day_count();
    row.back_off_until = from_us(wire.back_off_until_us());
    row.group_back_off_until = from_us(wire.group_back_off_until_us());
    return true;
}

void write(const model::ZoneGroupsRow& row, records::ZoneGroups& wire) {
    for (const std::string& group : row.groups) wire.add_groups(group);
}

bool read(const records::ZoneGroups& wire, model::ZoneGroupsRow& row) {
    row.groups.assign(wire.groups().begin(), wire.groups().end());
    return true;
}

}  // namespace postern::codec
