// Messages that go out, and what becomes of them, against the events that they must become.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "gateway/events/outbound_json.h"
#include "gateway/events/render.h"
#include "gateway/model/channel.h"
#include "tests/events/sample_history.h"

namespace postern::events {
namespace {

void expect_golden(const std::string& name, const model::Record& record) {
    std::vector<Event> events;
    render(std::make_shared<const model::Record>(record), 12, *sample_accounts(), {}, events);
    std::string lines;
    for (const Event& event : events) lines += event.json + "\n";
    const std::string path = POSTERN_SOURCE_DIR "/tests/events/golden/" + name + ".jsonl";
    if (std::getenv("POSTERN_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << lines;
    std::stringstream expected;
    expected << std::ifstream(path).rdbuf();
    EXPECT_EQ(lines, expected.str()) << name;
}

model::OutboundRow accepted_row() {
    model::OutboundRow row;
    row.head = {.created = at(60), .epoch = 5, .account = 1, .part = 10, .previous = 11};
    model::Route first;
    first.account = 1;
    first.address = "+573001234567";
    first.scope = model::channel_scope(model::channel_number("whatsapp"));
    model::Route second = first;
    second.account = 2;
    second.address = "4711";
    row.routes = {first, second};
    row.category = model::Category::marketing;
    row.content_json = R"({"type":"text","text":"hola"})";
    row.metadata_json = R"({"order":7})";
    row.expires = at(3600);
    row.conversation = 10;
    row.conversation_created = row.part_created = at(0);
    row.conversation_epoch = row.part_epoch = 5;
    return row;
}

TEST(RenderOutbound, TellsOfANewContactItsConversationAndTheMessage) {
    model::OutboundRow row = accepted_row();
    row.contact_created = row.conversation_opened = true;
    expect_golden("outbound_new_contact", row);
}

TEST(RenderOutbound, SaysThatItWaitsWhereARuleSaidSo) {
    model::OutboundRow row = accepted_row();
    row.category_default = true;
    row.verdict.decision = model::Decision::wait;
    row.verdict.until = at(1800);
    row.verdict.results = {{model::Rule::quiet_hours, model::Outcome::wait, at(1800),
                            "It is night there.", R"({"zone":"America/Bogota"})", ""}};
    expect_golden("outbound_waiting", row);
}

TEST(RenderOutbound, WritesEachChange) {
    model::OutboundEventRow row;
    row.head = {.created = at(61), .epoch = 5, .account = 1, .part = 10};
    row.message = 11;
    row.message_created = at(60);
    row.message_epoch = 5;
    row.state = model::MessageState::sent;
    row.attempt = 1;
    row.cause = "answer";
    row.external_id = "wamid.9";
    expect_golden("outbound_sent", row);

    row.state = model::MessageState::waiting;
    row.external_id.clear();
    row.error_class = "transient";
    row.error_code = "server_error";
    row.provider_code = "131000";
    row.error_detail = "Something went wrong";
    row.until = at(90);
    row.possible_duplicate = true;
    expect_golden("outbound_waiting_again", row);
}

TEST(OutboundJson, AnswersARepeatedRequestFromTheRowAlone) {
    const model::OutboundRow row = accepted_row();
    std::string once, twice;
    model::JsonWriter first(once), second(twice);
    write_message(first, row, 12, accepted_standing(row), *sample_accounts());
    write_message(second, row, 12, accepted_standing(row), *sample_accounts());
    EXPECT_EQ(once, twice);
    EXPECT_NE(once.find(R"("state":"queued")"), std::string::npos);
}

TEST(OutboundJson, NamesTheAccountInUseAfterAFallback) {
    const model::OutboundRow row = accepted_row();
    OutboundStanding standing = accepted_standing(row);
    standing.route = 1;
    standing.state = model::MessageState::delivered;
    std::string out;
    model::JsonWriter json(out);
    write_message(json, row, 12, standing, *sample_accounts());
    EXPECT_NE(out.find(R"("account":"tg-shop","channel":"telegram")"), std::string::npos);
    EXPECT_NE(out.find(R"("address":"4711")"), std::string::npos);
}

}  // namespace
}  // namespace postern::events
