// What the ways out share: writing JSON, look-ups in tables of codes, words fit to be kept, URLs.
#include <gtest/gtest.h>

#include <cmath>

#include "adapters/model/outbound.h"
#include "adapters/shared/content_check.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/json_build.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::shared {
namespace {

TEST(JsonBuilder, PutsCommasWhereTheyBelong) {
    json::Builder out;
    out.open().text("a", "{").flag("b", false).open_list("c").text({}, "[").integer({}, -7);
    out.open().close().open().close().close_list().number("d", 0.1).raw("e", "null");
    out.number("f", std::nan("")).open_list("g").close_list().text_if("h", "").close();
    EXPECT_EQ(out.finish(),
              R"({"a":"{","b":false,"c":["[",-7,{},{}],"d":0.1,"e":null,"f":0,"g":[]})");
}

TEST(Outcome, FindsTheRowOfACodeAndNothingBetweenRows) {
    constexpr CodeRule rules[] = {{.first = 5, .last = 0, .result = SendResult::transient},
                                  {.first = 10, .last = 20, .result = SendResult::permanent}};
    static_assert(is_sorted(rules));
    EXPECT_EQ(find_rule(rules, 4), nullptr);
    EXPECT_EQ(find_rule(rules, 5), &rules[0]);
    EXPECT_EQ(find_rule(rules, 6), nullptr);
    EXPECT_EQ(find_rule(rules, 10), &rules[1]);
    EXPECT_EQ(find_rule(rules, 20), &rules[1]);
    EXPECT_EQ(find_rule(rules, 21), nullptr);
    EXPECT_EQ(find_rule({}, 5), nullptr);
}

TEST(Outcome, RefusesATableThatIsNotInOrder) {
    constexpr CodeRule overlapping[] = {{.first = 1, .last = 5}, {.first = 5}};
    static_assert(!is_sorted(overlapping));
    EXPECT_FALSE(is_sorted(overlapping));
}

TEST(Outcome, CutsAProvidersWordsBetweenCharacters) {
    const std::string long_text = std::string(499, 'x') + "ñ";
    EXPECT_EQ(detail_of(long_text, {}), std::string(499, 'x'));
    EXPECT_EQ(detail_of("a\xff", {}), "a\xef\xbf\xbd");
    const std::string broken(500, '\xff');
    EXPECT_EQ(detail_of(broken, {}).size(), 498u);
}

TEST(Outcome, StrikesOutEveryCredentialEvenAtTheCut) {
    const Secret secrets[] = {Secret("hunter2"), Secret("")};
    EXPECT_EQ(detail_of("a hunter2 b hunter2", secrets), "a *** b ***");
    const std::string at_the_cut = std::string(496, 'x') + "hunter2";
    EXPECT_EQ(detail_of(at_the_cut, secrets), std::string(496, 'x') + "***");
}

TEST(Outcome, StrikesOutACredentialInEverySpelling) {
    const Secret secrets[] = {Secret("12:A/b \"c<&")};
    EXPECT_EQ(detail_of("<12:A/b \"c<&>", secrets), "<***>");
    EXPECT_EQ(detail_of("/bot12%3AA%2Fb%20%22c%3C%26/getMe", secrets), "/bot***/getMe");
    EXPECT_EQ(detail_of("?k=12%3aA%2fb+%22c%3c%26&x", secrets), "?k=***&x");
    EXPECT_EQ(detail_of(R"({"k":"12:A\/b \"c\u003c\u0026"})", secrets), R"({"k":"***"})");
    EXPECT_EQ(detail_of("12:A/b &quot;c&lt;&amp; 12:A/b &#34;c&#x3c;&#38;", secrets), "*** ***");
    EXPECT_EQ(detail_of("12:A/b &amp;c and 12%3AB %", secrets), "12:A/b &amp;c and 12%3AB %");
    const Secret escaped[] = {Secret("a%25\\u0041+"), Secret("x\ny")};
    EXPECT_EQ(detail_of("a%25\\u0041+ a%2525%5Cu0041%2B x\\ny", escaped), "*** *** ***");
}

TEST(Outcome, StrikesOutTheBeginningOfACredentialThatTheWordsAreCutIn) {
    const Secret secrets[] = {Secret(std::string(300, 's'))};
    const std::string found = detail_of(std::string(9000, 's'), secrets);
    EXPECT_EQ(found.find('s'), std::string::npos);
    EXPECT_EQ(detail_of("sss", secrets), "sss");
}

TEST(Endpoint, AddsAParameterBeforeTheFragmentAndAfterTheQuery) {
    EXPECT_EQ(with_parameter("https://a.test/x", "p", "a b"), "https://a.test/x?p=a+b");
    EXPECT_EQ(with_parameter("https://a.test/x?t=1#rc=3", "p", "1"),
              "https://a.test/x?t=1&p=1#rc=3");
}

TEST(Encoding, WritesBase64AsItReadsIt) {
    for (const std::string& bytes : {std::string(), std::string("f"), std::string("fo"),
                                     std::string("foo"), std::string("\0\xff\x10", 3)}) {
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    }
    EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
    EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
}

TEST(ContentCheck, KeepsTheFirstProblemAndCountsCharactersNotBytes) {
    EXPECT_EQ(characters("ñ😀a"), 3u);
    ContentCheck check("X");
    check.length("a", "ñññ", 3);
    check.bytes("b", "ññ", 3);
    check.required("c", "");
    const auto problem = check.take();
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->field, "b");
    EXPECT_EQ(problem->code, "too_long");
    EXPECT_EQ(problem->detail, "X takes at most 3 bytes here");
}

TEST(OutboundModel, SpellsItsWordsAsTheContractDoes) {
    EXPECT_EQ(to_string(MediaKind::image), "image");
    EXPECT_EQ(to_string(MediaKind::voice), "voice");
    EXPECT_EQ(to_string(MediaKind::sticker), "sticker");
    EXPECT_EQ(to_string(ButtonKind::location), "location");
    EXPECT_EQ(to_string(SendResult::rate_limited), "rate_limited");
    EXPECT_EQ(to_string(SendResult::unknown), "unknown");
}

}  // namespace
}  // namespace postern::adapters::shared
