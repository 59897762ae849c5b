// Rows against the events that they must become, byte for byte (tests/events/golden/*.jsonl: one
// event a line). POSTERN_UPDATE_GOLDEN=1 writes the files anew: look at the difference before
// committing it.
#include "gateway/events/render.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/events/sample_history.h"

namespace postern::events {
namespace {

std::string render_lines(const model::Record& record, const EventFilter& filter = {}) {
    std::vector<Event> events;
    render(std::make_shared<const model::Record>(record), 12, *sample_accounts(), filter, events);
    std::string lines;
    for (const Event& event : events) lines += event.json + "\n";
    return lines;
}

void expect_golden(const std::string& name, const model::Record& record) {
    const std::string path = POSTERN_SOURCE_DIR "/tests/events/golden/" + name + ".jsonl";
    const std::string lines = render_lines(record);
    if (std::getenv("POSTERN_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << lines;
    std::stringstream expected;
    expected << std::ifstream(path).rdbuf();
    EXPECT_EQ(lines, expected.str()) << name;
}

TEST(Render, TellsOfANewContactItsConversationAndTheMessageInOrder) {
    model::MessageRow row = text_row(60, "hola \"mundo\"\n\xC3\xA9 \xFF");
    row.contact_created = row.contact_updated = row.conversation_opened = true;
    row.message.sender.username = "ana";
    row.message.sender.language = "es";
    row.message.sender.aliases.push_back({"ana-id", adapters::IdentityScope::account});
    row.message.reply_to = "wamid.0";
    row.message.forwarded = true;
    row.message.referral_json = "{ \"ad\" : 9 }";
    expect_golden("message_new_contact", row);
}

TEST(Render, WritesMediaAsAttachments) {
    model::MessageRow row = text_row(61, "una foto");
    row.message.content.type = adapters::ContentType::media;
    row.message.group = "group-1";
    adapters::Attachment voice;
    voice.kind = adapters::AttachmentKind::voice;
    voice.media_id = "m1";
    voice.mime = "audio/ogg";
    adapters::Attachment place;
    place.kind = adapters::AttachmentKind::location;
    place.point = adapters::GeoPoint{4.6, -74.08};
    adapters::Attachment file;
    file.url = "https://example.com/f";
    file.filename = "f.pdf";
    file.caption = "la factura";
    file.sha256 = "ab";
    file.view_once = true;
    row.message.attachments = {voice, place, file};
    expect_golden("message_media", row);
}

TEST(Render, WritesEachContentTypeWithItsOwnFields) {
    model::MessageRow row = text_row(62, "");
    adapters::Content& content = row.message.content;
    content.type = adapters::ContentType::location;
    content.point = adapters::GeoPoint{4.6, -74.08};
    content.name = "Plaza";
    expect_golden("message_location", row);

    content = {};
    content.type = adapters::ContentType::contacts;
    content.contacts = {{"Beto", {"+571"}, {"b@example.com"}, "Acme"}, {}};
    expect_golden("message_contacts", row);

    content = {};
    content.type = adapters::ContentType::reaction;
    content.reaction_to = "wamid.9";
    expect_golden("message_reaction", row);

    content = {};
    content.type = adapters::ContentType::choice;
    content.choice = adapters::ChoiceKind::button;
    content.choice_id = "yes";
    content.text = "Si";
    expect_golden("message_choice", row);

    content = {};
    content.type = adapters::ContentType::unsupported;
    content.provider_type = "order";
    content.details_json = "not json";  // left out: one bad fact must not spoil the event
    row.raw = R"({"type":"order"})";
    expect_golden("message_unsupported", row);
}

TEST(Render, SaysThatAStatusIsOfAForeignMessage) {
    model::StatusRow row;
    row.head = text_row(63, "").head;
    row.status.external_id = "wamid.7";
    row.status.state = adapters::ReceiptState::failed;
    row.status.recipient = "+573001234567";
    row.status.error = adapters::ProviderError{"131047", "Re-engagement message", "24 hours"};
    row.status.provider_time = at(62);
    row.status.details_json = R"({"pricing":{"billable":true}})";
    expect_golden("status_failed", row);

    row.status = {.external_id = "wamid.8", .state = adapters::ReceiptState::accepted};
    expect_golden("status_accepted", row);
}

TEST(Render, MakesASignalAnEventOfItsOwn) {
    model::SignalRow row;
    row.head = text_row(64, "").head;
    row.signal.kind = adapters::SignalKind::message_edited;
    row.signal.sender = text_row(0, "").message.sender;
    row.signal.target = "wamid.3";
    row.signal.content = adapters::Content{.text = "corregido"};
    row.signal.provider_type = "edited_message";
    row.signal.provider_time = at(63);
    row.part_created = at(0);
    row.part_epoch = 5;
    row.contact_created = true;
    expect_golden("signal_edited", row);

    model::SignalRow health;
    health.head = {.created = at(65), .epoch = 5, .account = 2};
    health.signal.kind = adapters::SignalKind::account_health;
    health.signal.provider_type = "quality";
    health.signal.details_json = R"({"quality":"RED"})";
    expect_golden("signal_health", health);
}

TEST(Render, TellsAStopInOneShapeWhoeverTellsIt) {
    model::SignalRow row;
    row.head = {.created = at(69), .epoch = 5, .account = 1, .part = 10, .previous = 11};
    row.signal.kind = adapters::SignalKind::opted_out;
    row.signal.sender = adapters::Sender{{{"+573001234567", {}}}, "Ana", {}, {}};
    row.signal.target = "wamid.5";
    row.signal.provider_time = at(68);
    row.part_created = at(0);
    row.part_epoch = 5;
    row.keyword = "Baja";
    expect_golden("stop_in_a_word", row);
    row.keyword.clear();
    row.signal.target.clear();
    row.signal.category = "marketing";
    row.signal.provider_type = "user_preferences";
    row.signal.details_json = R"({"value":"stop"})";
    expect_golden("stop_of_the_provider", row);
    model::SignalRow of_send = row;
    of_send.signal.sender->name.clear();
    of_send.signal.category.clear();
    of_send.signal.target = "SM42";
    of_send.signal.provider_type = "21610";
    of_send.signal.details_json = R"({"message_id":"msg_01KG9YVAW80000A0000000001K"})";
    expect_golden("stop_of_a_send", of_send);
    row.contact_created = row.told_before = true;
    EXPECT_EQ(render_lines(row).find("contact.opted_out"), std::string::npos);
    EXPECT_NE(render_lines(row).find("contact.created"), std::string::npos);
}

/// What the business wrote outside of Postern is from the business, and to the customer.
TEST(Render, TellsWhoWroteWhatTheBusinessSaid) {
    model::SignalRow row;
    row.head = {.created = at(67), .epoch = 5, .account = 1, .part = 10, .previous = 3};
    row.signal.kind = adapters::SignalKind::message_echoed;
    row.signal.sender = adapters::Sender{{{"+573001234567", {}}}, "Ana", {}, {}};
    row.signal.target = "wamid.4";
    row.signal.content.emplace().text = "escrito a mano";
    row.signal.provider_type = "text";
    row.signal.provider_time = at(66);
    row.part_created = at(0);
    row.part_epoch = 5;
    expect_golden("signal_echoed", row);
    row.signal.kind = adapters::SignalKind::message_edited;
    row.signal.details_json = R"({"by_business":true})";
    expect_golden("signal_edited_by_business", row);
}

TEST(Render, NamesWhatAContactToldBesideTheirAddress) {
    model::MessageRow row = text_row(68, "mi correo");
    row.contact_updated = true;
    row.message.sender.told = {{adapters::PersonKey::phone, "+573001234567", true},
                               {adapters::PersonKey::email, "ana@example.com", false}};
    expect_golden("message_told", row);
}

TEST(Render, PassesANoticeThrough) {
    model::NoticeRow row{
        {.created = at(66), .epoch = 5}, "workspace.mode", R"({"mode": "inactive"})"};
    expect_golden("notice", row);
    row.data_json = "";
    expect_golden("notice_without_data", row);
}

TEST(Render, GivesNothingForAnErasedRowOrAnotherTable) {
    std::vector<Event> events;
    render(nullptr, 12, *sample_accounts(), {}, events);
    render(std::make_shared<const model::Record>(model::HotRow{}), 12, *sample_accounts(), {},
           events);
    EXPECT_TRUE(events.empty());
}

TEST(Render, LeavesOutWhatTheFilterDoesNotWant) {
    model::MessageRow row = text_row(60, "hola");
    row.contact_created = row.conversation_opened = true;

    EventFilter filter;
    filter.types = {"conversation.*"};
    EXPECT_NE(render_lines(row, filter).find("conversation.opened"), std::string::npos);
    EXPECT_EQ(render_lines(row, filter).find("message.received"), std::string::npos);
    filter.types = split_types(" message.received , contact.created,");
    EXPECT_EQ(filter.types.size(), 2u);
    EXPECT_EQ(render_lines(row, filter).find("conversation.opened\""), std::string::npos);
    filter = {.account = 2};
    EXPECT_EQ(render_lines(row, filter), "");
    filter = {.no_account = true};
    EXPECT_EQ(render_lines(row, filter), "");
}

}  // namespace
}  // namespace postern::events
