// The rows of sending. Values are all different here too.
#include "tests/codec/sample_rows.h"

namespace postern::codec {
namespace {

using model::Instant;
using std::chrono::microseconds;

Instant at(std::int64_t n) {
    return Instant{microseconds{1'790'000'100'000'000 + n}};
}

storage::Blind blind_of(std::uint8_t byte) {
    storage::Blind blind;
    blind.bytes.fill(byte);
    return blind;
}

model::SeqHead full_head() {
    return {.created = at(1), .epoch = 17, .account = 5, .part = sample_part, .previous = 199};
}

model::Verdict full_verdict() {
    return {.decision = model::Decision::refuse,
            .until = at(2),
            .results = {{model::Rule::expiry, model::Outcome::wait, at(3), "too late",
                         R"({"hours":24})", "send it again"},
                        {model::Rule::account_active, model::Outcome::refuse, {}, "", "", ""}}};
}

model::Route full_route() {
    model::Route route{.account = 5, .address = "+573001112233", .scope = 0x8000'0005};
    route.blind = blind_of(0xB1);
    route.recipient = {.valid = false,
                       .invalid_why = "too short",
                       .country = "us",
                       .region = "fl",
                       .zones = {"America/Chicago", "America/New_York"},
                       .zone_source = "number"};
    route.own_address = true;
    route.test_recipient = true;
    route.words = "Hola Ana";
    route.units = 3;
    return route;
}

model::OutboundRow full_outbound() {
    model::OutboundRow row;
    row.head = full_head();
    row.routes = {full_route(), model::Route{}};
    row.category = model::Category::collections;
    row.category_default = true;
    row.priority = model::Priority::low;
    row.content_json = R"({"type":"text","text":"hola"})";
    row.metadata_json = R"({"order":7})";
    row.reply_to = "wamid.9";
    row.thread = "wamid.1 wamid.8";
    row.send_at = at(4);
    row.expires = at(5);
    row.test = row.human_agent = row.is_template = true;
    row.template_name = "order_ready";
    row.template_language = "es_CO";
    row.content_hash = 0xFFFF'FFFF'FFFF'FFFE;
    row.caller = 201;
    row.conversation = 202;
    row.conversation_created = at(6);
    row.conversation_epoch = 18;
    row.conversation_opened = true;
    row.part_created = at(7);
    row.part_epoch = 19;
    row.contact_created = true;
    row.verdict = full_verdict();
    row.choice_json = R"({"account":"wa-main","rule":"default"})";
    return row;
}

/// A message always has a route: without one it is damage.
model::OutboundRow empty_outbound() {
    model::OutboundRow row;
    row.routes.emplace_back();
    return row;
}

model::StateRow full_state() {
    return {.state = model::MessageState::refused,
            .created = at(8),
            .epoch = 20,
            .part = sample_part,
            .account = 6,
            .route = 255,
            .attempts = 65'535,
            .lane = 0xFFFF'FFFF'FFFF'FFFD,
            .not_before = at(9),
            .due = true,
            .expiry_due = true,
            .possible_duplicate = true,
            .retry = true,
            .in_parts = true,
            .expires = at(10),
            .updated = at(11),
            .unknown_since = at(12),
            .left = at(13),
            .last_event = 203};
}

model::OutboundEventRow full_event() {
    return {.head = full_head(),
            .message = 204,
            .message_created = at(13),
            .message_epoch = 21,
            .previous_event = 205,
            .state = model::MessageState::cancelled,
            .attempt = 3,
            .cause = "answer",
            .external_id = "wamid.10",
            .error_class = "transient",
            .error_code = "busy",
            .provider_code = "131016",
            .error_detail = "Service unavailable",
            .until = at(14),
            .verdict = full_verdict(),
            .possible_duplicate = true,
            .provider_time = at(15),
            .dispatched = at(17),
            .provider_status = 503,
            .provider_request = "AbFbTraceId"};
}

model::AddressNotesRow full_notes() {
    return {{{model::AddressNote::Kind::consent_revoked, model::only(model::Category::marketing), 7,
              at(16), "keyword", "STOP"},
             model::AddressNote{}},
            {{207, at(17)}, {208, at(18)}}};
}

model::IdempotencyRow full_idempotency() {
    model::IdempotencyRow row;
    row.hash.fill(0xC2);
    row.answer = {.milliseconds = 1'790'000'100'017, .epoch = 22, .sequence = 206};
    row.status = 201;
    row.body = R"({"id":"key_1"})";
    return row;
}

}  // namespace

std::vector<Sample> sending_samples() {
    namespace keys = storage::keys;
    return {
        {keys::seq_row(207), full_outbound(), empty_outbound()},
        {keys::state(207), full_state(), model::StateRow{}},
        {keys::seq_row(208), full_event(), model::OutboundEventRow{}},
        {keys::external_id(5, blind_of(1)), model::ExternalIdRow{207}, model::ExternalIdRow{}},
        {keys::due(5, 0xFFFF'FFFF'FFFF'FFF0, 1'790'000'100'000'018, 207),
         model::DueRow{sample_part}, model::DueRow{}},
        {keys::slot(9), model::SlotRow{207, 65'535}, model::SlotRow{}},
        {keys::address_notes(0x8000'0005, blind_of(2)), full_notes(), model::AddressNotesRow{}},
        {keys::idempotency(blind_of(3)), full_idempotency(), model::IdempotencyRow{}},
        {keys::limits(5), model::LimitsRow{5, 20'717, 210, at(19), at(16)}, model::LimitsRow{}},
        {keys::ledger(5),
         model::LedgerRow{5, 20, 3, 2, 1, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 20'717, 4},
         model::LedgerRow{}},
        {keys::meta("zone_groups"), model::ZoneGroupsRow{{"", "America/Bogota,America/Lima"}},
         model::ZoneGroupsRow{}},
    };
}

}  // namespace postern::codec
