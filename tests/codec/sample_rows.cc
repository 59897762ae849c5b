// Values are all different, so that two fields that were swapped are told apart.
#include "tests/codec/sample_rows.h"

namespace postern::codec {
namespace {

using model::Instant;
using std::chrono::microseconds;

Instant at(std::int64_t n) {
    return Instant{microseconds{1'790'000'000'000'000 + n}};
}

adapters::Sender full_sender() {
    return {.aliases = {{"+573001234567", adapters::IdentityScope::channel},
                        {"page-77", adapters::IdentityScope::account}},
            .name =
                "Ana Mar\xC3\xAD"
                "a",
            .username = "ana",
            .language = "es-CO",
            .told = {{adapters::PersonKey::email, "ana@example.com", true}}};
}

adapters::Content full_content() {
    adapters::Content c;
    c.type = adapters::ContentType::choice;
    c.text = std::string("zero \0 and \xFF stay", 17);
    c.point = adapters::GeoPoint{4.6, -74.1};
    c.name = "Plaza";
    c.address = "Carrera 7";
    c.contacts = {{"Beto", {"+571", "+572"}, {"b@example.com"}, "Acme"}, {}};
    c.reaction_to = "wamid.1";
    c.emoji = "\xF0\x9F\x91\x8D";
    c.choice = adapters::ChoiceKind::quick_reply;
    c.choice_id = "yes";
    c.provider_type = "order";
    c.details_json = R"({"a":1})";
    return c;
}

std::vector<adapters::Attachment> full_attachments() {
    adapters::Attachment a;
    a.kind = adapters::AttachmentKind::contact;
    a.url = "https://example.com/a";
    a.media_id = "m1";
    a.mime = "audio/ogg";
    a.filename = "a.ogg";
    a.caption = "caption";
    a.sha256 = "abcd";
    a.point = adapters::GeoPoint{0, 0};
    a.voice = true;
    a.view_once = true;
    return {a, adapters::Attachment{}};
}

model::SeqHead full_head() {
    return {.created = at(1), .epoch = 7, .account = 3, .part = sample_part, .previous = 99};
}

model::MessageRow full_message() {
    model::MessageRow row;
    row.head = full_head();
    row.message = {.external_id = "wamid.2",
                   .dedupe_id = "d2",
                   .sender = full_sender(),
                   .group = "group-1",
                   .content = full_content(),
                   .attachments = full_attachments(),
                   .reply_to = "wamid.0",
                   .forwarded = true,
                   .referral_json = R"({"ad":"9"})",
                   .provider_time = at(2)};
    row.conversation = 51;
    row.conversation_created = at(3);
    row.conversation_epoch = 8;
    row.part_created = at(4);
    row.part_epoch = 9;
    row.contact_created = row.contact_updated = row.conversation_opened = true;
    row.raw = std::string(300'000, 'r');  // beyond what the encoder keeps allocated
    row.deleted = at(61);
    return row;
}

model::StatusRow full_status() {
    model::StatusRow row;
    row.head = full_head();
    row.status = {
        .external_id = "wamid.3",
        .state = adapters::ReceiptState::failed,
        .recipient = "+573009999999",
        .echo = "ours",
        .error = adapters::ProviderError{"131047", "Re-engagement", "24 hours",
                                         adapters::SendResult::transient, "window_closed"},
        .provider_time = at(5),
        .details_json = R"({"pricing":{}})",
        .watermark = at(6)};
    row.message = 77;
    return row;
}

model::SignalRow full_signal() {
    model::SignalRow row;
    row.head = full_head();
    row.signal = {.kind = adapters::SignalKind::other,
                  .dedupe_id = "d4",
                  .sender = full_sender(),
                  .group = "group-2",
                  .target = "wamid.5",
                  .category = "marketing",
                  .content = full_content(),
                  .attachments = full_attachments(),
                  .provider_type = "phone_number_quality_update",
                  .details_json = R"({"b":2})",
                  .provider_time = at(6)};
    row.part_created = at(7);
    row.part_epoch = 10;
    row.contact_created = row.contact_updated = true;
    row.raw = "{}";
    row.keyword = "STOP";
    row.probable = true;
    row.told_before = true;
    row.deleted = at(62);
    return row;
}

model::HotRow full_hot() {
    model::HotRow row{.created = at(8), .epoch = 11, .last = 60, .last_activity = at(9)};
    row.standings = {{3,
                      51,
                      at(10),
                      12,
                      at(11),
                      true,
                      52,
                      {{53, 4, at(24)}, {54, 255, {}}},
                      at(25),
                      at(26),
                      at(27),
                      at(28),
                      true},
                     {4, 0, {}, 0, at(12), false, 0, {}, {}, {}, {}, {}, false}};
    row.seen = {{0xFFFF'FFFF'FFFF'FFFF, 1'790'000'000, 3}, {1, 2, 4}};
    row.past = {
        {at(24), model::Category::marketing, 3, 0xFFFF'FFFF'FFFF'FFF7, 53, 0xFF'FFF1, 0xFFFF'FFF2},
        {}};
    row.spilled = true;
    return row;
}

model::ContactRow full_contact() {
    return {
        .created = at(13),
        .epoch = 13,
        .updated = at(14),
        .version = 5,
        .state = model::ContactState::trash,
        .display_name = "Ana",
        .username = "ana1",
        .language = "es",
        .phones = {"+573001234567", "+571"},
        .emails = {"ana@example.com"},
        .identities = {{3, "+573001234567", "Ana", adapters::IdentityScope::account, "whatsapp"}},
        .unverified = {"+571"},
        .key = sample_part_key()};
}

model::SuggestionRow full_suggestion() {
    return {.id = 53,
            .created = at(53),
            .epoch = 24,
            .updated = at(54),
            .state = model::SuggestionState::dismissed,
            .contacts = {{{sample_part, at(13), 13}, {52, at(52), 24}}},
            .keys = {{adapters::PersonKey::phone, "+571", true, true},
                     {adapters::PersonKey::email, "ana@example.com", false, false}},
            .same_name = true};
}

model::WorkspaceRow full_workspace() {
    model::WorkspaceRow row{"inactive"};
    row.pauses.push_back(
        {3, model::Category::authentication, model::Priority::low, 15, "too many", at(24)});
    row.pauses.emplace_back();
    return row;
}

model::ApiKeyRow full_api_key() {
    model::ApiKeyRow row{.id = 15, .created = at(15), .epoch = 16, .name = "crm"};
    row.scopes = {"messages:read", "events:read"};
    row.hash.fill(1);
    row.previous_hash.fill(2);
    row.previous_until = at(16);
    row.expires = at(17);
    row.revoked = at(18);
    row.last_used = at(19);
    row.uses = 20;
    row.last_source = "192.0.2.1";
    row.per_second = 21;
    return row;
}

model::QuarantineRow full_quarantine() {
    return {.created = at(20),
            .epoch = 22,
            .account = 3,
            .reason = "no `entry`",
            .method = "POST",
            .target = "/webhooks/wa-main",
            .headers = {{"Content-Type", "application/json"}, {"User-Agent", "x"}},
            .body = std::string("\0\xFE", 2),
            .attempts = 2,
            .resolved = true,
            .taken = {1, 0xFFFF'FFFF'FFFF'FFFF}};
}

model::TemplateRow full_template() {
    model::TemplateRow row{.id = 50, .created = at(50), .epoch = 51, .updated = at(52)};
    row.version = 53;
    row.account = 54;
    row.name = "order_ready";
    row.language = "es_CO";
    row.category = model::Category::marketing;
    row.body = "Hola {{name}}";
    row.header = adapters::OutboundHeader{adapters::MediaKind::video, "https://a.example", "words"};
    row.footer = "Tienda";
    row.buttons = {{adapters::ButtonKind::phone, "id", "Llamar", "https://b.example", "+571"}, {}};
    row.provider_name = "order_ready_v2";
    row.provider_id = "594425";
    row.status = model::TemplateStatus::paused;
    row.reason = "FIRST_PAUSE";
    row.status_at = at(55);
    return row;
}

model::SubscriptionRow full_subscription() {
    model::SubscriptionRow row{.id = 30, .created = at(30), .epoch = 31};
    row.url = "https://crm.example.com/hook";
    row.types = {"message.*", "contact.created"};
    row.secret = std::string(32, '\xA5');
    row.previous_secret = std::string("\0\xFF", 2);
    row.previous_until = at(32);
    row.state = model::SubscriptionState::disabled;
    row.disabled = at(33);
    row.progress = {{34, 35, 36}, at(37), 38, "status 500"};
    row.warned = true;
    row.run = 39;
    row.description = "the CRM";
    return row;
}

model::MediaRow full_media() {
    model::MediaRow row{.id = 40, .created = at(41), .epoch = 42, .event = 43, .place = 44};
    row.sha256.fill(0x5A);
    row.size = 45;
    row.mime = "image/jpeg";
    row.filename = std::string("a\xFF.jpg");
    row.deleted = at(46);
    return row;
}

}  // namespace

model::PartKey sample_part_key() {
    model::PartKey key;
    key.fill(0xA5);
    return key;
}

std::vector<Sample> samples() {
    namespace keys = storage::keys;
    storage::Blind blind;
    blind.bytes.fill(6);
    model::ContactRow empty_contact;
    empty_contact.key = sample_part_key();
    std::vector<Sample> samples{
        {keys::seq_row(100), full_message(), model::MessageRow{}},
        {keys::seq_row(101), full_status(), model::StatusRow{}},
        {keys::seq_row(102), full_signal(), model::SignalRow{}},
        {keys::seq_row(103), model::NoticeRow{full_head(), "mode.changed", R"({"mode":"active"})"},
         model::NoticeRow{}},
        {keys::hot(sample_part), full_hot(), model::HotRow{}},
        {keys::contact(sample_part), full_contact(), empty_contact},
        {keys::identity(3, blind), model::IdentityRow{sample_part}, model::IdentityRow{}},
        {keys::told_key(3, blind, sample_part), model::IdentityRow{sample_part},
         model::IdentityRow{}},
        {keys::suggestion(sample_part, 52), full_suggestion(), model::SuggestionRow{}},
        {keys::suggestion_pair(53), model::SuggestionPairRow{sample_part, 52},
         model::SuggestionPairRow{}},
        {keys::group(3, blind), model::GroupRow{61, at(21), 23}, model::GroupRow{}},
        {keys::dedupe(1, 2, 3), model::DedupeRow{100}, model::DedupeRow{}},
        {keys::parked_receipt(3, blind),
         model::ParkedReceiptRow{adapters::ReceiptState::read,
                                 true,
                                 at(22),
                                 "window_closed",
                                 adapters::SendResult::transient,
                                 {7, ~std::uint64_t{}}},
         model::ParkedReceiptRow{}},
        {keys::quarantine(104), full_quarantine(), model::QuarantineRow{}},
        {keys::api_key(15), full_api_key(), model::ApiKeyRow{}},
        {keys::subscription(30), full_subscription(), model::SubscriptionRow{}},
        {keys::message_template(50), full_template(), model::TemplateRow{}},
        {keys::media_upload(40), full_media(), model::MediaRow{}},
        {keys::audit(51),
         model::AuditRow{at(51), 23, model::ActorKind::key, "key_1", "crm", "mode.changed",
                         "workspace", R"({"mode":"active"})", R"({"mode":"inactive"})"},
         model::AuditRow{}},
        {keys::media_use(40, 47), model::MediaUseRow{47}, model::MediaUseRow{}},
        {keys::account(3),
         model::AccountRow{3, "wa-main", "whatsapp", true, "by hand", true, "credential", at(23)},
         model::AccountRow{}},
        {keys::meta("workspace"), full_workspace(), model::WorkspaceRow{}},
    };
    for (Sample& sample : sending_samples()) samples.push_back(std::move(sample));
    return samples;
}

}  // namespace postern::codec
