// The contract's content table, row by row, and what is refused of it.
#include "gateway/model/outbound_content.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

using adapters::ButtonKind;
using adapters::ContentType;
using adapters::FieldProblem;
using adapters::MediaKind;
using adapters::OutboundContent;

OutboundContent read(std::string_view json) {
    OutboundContent content;
    FieldProblem problem;
    EXPECT_TRUE(parse_content(json, content, problem))
        << json << ": " << problem.field << " " << problem.code << " " << problem.detail;
    return content;
}

/// "field: code" of what is wrong; "" if nothing is.
std::string wrong(std::string_view json) {
    OutboundContent content;
    FieldProblem problem;
    if (parse_content(json, content, problem)) return "";
    EXPECT_FALSE(problem.detail.empty()) << json;
    return problem.field + ": " + problem.code;
}

TEST(OutboundContent, ReadsTextAndMedia) {
    const auto text = read(R"({"type":"text","text":"Hola","preview_url":true})");
    EXPECT_EQ(text.type, ContentType::text);
    EXPECT_EQ(text.text, "Hola");
    EXPECT_TRUE(text.preview_url);

    const auto media =
        read(R"({"type":"media","kind":"video","url":"https://a.co/v","mime":"video/mp4",
        "caption":"C","filename":"v.mp4"})");
    EXPECT_EQ(media.media, MediaKind::video);
    EXPECT_EQ(media.url, "https://a.co/v");
    EXPECT_EQ(media.text, "C");
    EXPECT_EQ(media.filename, "v.mp4");
    EXPECT_EQ(read(R"({"type":"media","kind":"image","upload":"upl_1"})").upload, "upl_1");
}

TEST(OutboundContent, ReadsATemplateWithItsVariablesInTheOrderGiven) {
    const auto content = read(R"({"type":"template","name":"hola","language":"es",
        "variables":{"2":"b","1":"a"},"header":{"kind":"image","url":"https://a.co/i"},
        "buttons":[{"index":1,"payload":"p"},{"index":2,"payload":"x","kind":"url"}]})");
    ASSERT_EQ(content.variables.size(), 2U);
    EXPECT_EQ(content.variables[0].first, "2");
    ASSERT_TRUE(content.header);
    EXPECT_EQ(content.header->media, MediaKind::image);
    ASSERT_EQ(content.template_buttons.size(), 2U);
    EXPECT_EQ(content.template_buttons[0].kind, ButtonKind::reply);
    EXPECT_EQ(content.template_buttons[1].kind, ButtonKind::url);
    EXPECT_TRUE(content.buttons.empty());
}

TEST(OutboundContent, ReadsButtonsAndLists) {
    const auto buttons = read(R"({"type":"buttons","text":"T","header":"H","footer":"F","buttons":[
        {"id":"a","title":"A"},{"kind":"url","title":"U","url":"https://a.co"},
        {"kind":"phone","title":"P","phone":"+57300"},{"kind":"location"}]})");
    EXPECT_EQ(buttons.header->text, "H");
    ASSERT_EQ(buttons.buttons.size(), 4U);
    EXPECT_EQ(buttons.buttons[0].kind, ButtonKind::reply);
    EXPECT_EQ(buttons.buttons[3].kind, ButtonKind::location);

    const auto list =
        read(R"({"type":"list","text":"T","button":"B","header":{"text":"H"},"sections":[
        {"title":"S","rows":[{"id":"1","title":"R","description":"D"}]}]})");
    ASSERT_EQ(list.sections.size(), 1U);
    EXPECT_EQ(list.sections[0].rows[0].description, "D");
}

TEST(OutboundContent, ReadsLocationContactsAndReaction) {
    const auto place = read(R"({"type":"location","latitude":4,"longitude":-74.5,"name":"N"})");
    EXPECT_EQ(place.point->latitude, 4);
    EXPECT_EQ(place.point->longitude, -74.5);
    const auto cards = read(R"({"type":"contacts","contacts":[{"name":"Ana","phones":["+57300"],
        "emails":["a@a.co"],"organization":"O"}]})");
    EXPECT_EQ(cards.contacts[0].phones[0], "+57300");
    const auto removed = read(R"({"type":"reaction","message":"wamid.1","emoji":""})");
    EXPECT_EQ(removed.reaction_to, "wamid.1");
    EXPECT_TRUE(removed.emoji.empty());
}

TEST(OutboundContent, TakesANullForNoField) {
    EXPECT_EQ(read(R"({"type":"text","text":"a","preview_url":null})"),
              read(R"({"type":"text","text":"a"})"));
    EXPECT_EQ(wrong(R"({"type":"text","text":null})"), "text: required");
}

TEST(OutboundContent, NamesTheFieldAtFault) {
    const std::pair<const char*, const char*> table[] = {
        {"", ": malformed_json"},
        {"{", ": malformed_json"},
        {"{\"type\":\"text\",\"text\":\"\xff\"}", ": malformed_json"},
        {R"({"type":"text","text":"a"} x)", ": malformed_json"},
        {"[]", ": invalid"},
        {"{}", "type: required"},
        {R"({"type":"choice","text":"a"})", "type: invalid"},
        {R"({"type":"unsupported"})", "type: invalid"},
        {R"({"type":1})", "type: invalid"},
        {R"({"type":"text","text":"a","text":"b"})", "text: duplicate"},
        {R"({"type":"text","text":""})", "text: required"},
        {R"({"type":"text","text":5})", "text: invalid"},
        {R"({"type":"text","text":"a\u0000b"})", "text: invalid"},
        {R"({"type":"text","text":"a","caption":"b"})", "caption: unknown_field"},
        {R"({"type":"text","text":"a","preview_url":"yes"})", "preview_url: invalid"},
        {R"({"type":"media","url":"https://a.co"})", "kind: required"},
        {R"({"type":"media","kind":"gif","url":"https://a.co"})", "kind: invalid"},
        {R"({"type":"media","kind":"image"})", "url: required"},
        {R"({"type":"media","kind":"image","url":"ftp://a.co"})", "url: invalid"},
        {R"({"type":"media","kind":"image","url":"https://a.co","upload":"u"})", "upload: invalid"},
        {R"({"type":"template","language":"es"})", "name: required"},
        {R"({"type":"template","name":"n"})", "language: required"},
        {R"({"type":"template","name":"n","language":"es","variables":[]})", "variables: invalid"},
        {R"({"type":"template","name":"n","language":"es","variables":{"a":1}})",
         "variables.a: invalid"},
        {R"({"type":"template","name":"n","language":"es","variables":{"a":"","a":""}})",
         "variables.a: duplicate"},
        {R"({"type":"template","name":"n","language":"es","header":{"kind":"image"}})",
         "header.url: required"},
        {R"({"type":"template","name":"n","language":"es","header":{"text":"a","x":1}})",
         "header.x: unknown_field"},
        {R"({"type":"template","name":"n","language":"es","buttons":[{"index":-1,"payload":"p"}]})",
         "buttons[0].index: invalid"},
        {R"({"type":"template","name":"n","language":"es","buttons":[{"index":0,"payload":"p",
            "kind":"phone"}]})",
         "buttons[0].kind: invalid"},
        {R"({"type":"buttons","text":"t","buttons":[]})", "buttons: required"},
        {R"({"type":"buttons","text":"t","buttons":{}})", "buttons: invalid"},
        {R"({"type":"buttons","text":"t","buttons":[{"id":"a","title":"A"},{"id":"b"}]})",
         "buttons[1].title: required"},
        {R"({"type":"buttons","text":"t","buttons":[{"title":"A"}]})", "buttons[0].id: required"},
        {R"({"type":"buttons","text":"t","buttons":[{"kind":"url","title":"A"}]})",
         "buttons[0].url: required"},
        {R"({"type":"buttons","text":"t","buttons":["a"]})", "buttons[0]: invalid"},
        {R"({"type":"list","text":"t","button":"b","sections":[{"rows":[{"id":"1"}]}]})",
         "sections[0].rows[0].title: required"},
        {R"({"type":"list","text":"t","button":"b","sections":[{"title":"s"}]})",
         "sections[0].rows: required"},
        {R"({"type":"location","latitude":91,"longitude":0})", "latitude: invalid"},
        {R"({"type":"location","latitude":1})", "longitude: required"},
        {R"({"type":"contacts","contacts":[{"name":"A","phones":[""]}]})",
         "contacts[0].phones[0]: required"},
        {R"({"type":"reaction","emoji":"x"})", "message: required"},
    };
    for (const auto& [json, expected] : table) EXPECT_EQ(wrong(json), expected) << json;
}

TEST(OutboundContent, HoldsTextToItsLimit) {
    const std::string most(content_text_bytes_max, 'a');
    EXPECT_EQ(wrong(R"({"type":"text","text":")" + most + "\"}"), "");
    EXPECT_EQ(wrong(R"({"type":"text","text":")" + most + "a\"}"), "text: too_long");
    std::string buttons = R"({"type":"buttons","text":"t","buttons":[)";
    for (int i = 0; i < 33; ++i) buttons += R"({"id":"a","title":"A"},)";
    buttons.back() = ']';
    EXPECT_EQ(wrong(buttons + "}"), "buttons: too_many");
}

TEST(OutboundContent, WritesOneSpellingOnly) {
    const auto content = read(R"({ "emoji": "👍" , "message":"m", "type" :"reaction"})");
    EXPECT_EQ(write_content(content), R"({"type":"reaction","message":"m","emoji":"👍"})");
}

}  // namespace
}  // namespace postern::model
