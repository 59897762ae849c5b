// What is written as JSON reads back as the same, wherever in the text the odd byte stands.
#include "gateway/model/json.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "gateway/model/time.h"

namespace postern::model {
namespace {

std::string written(std::string_view text) {
    std::string out;
    append_json_string(text, out);
    return out;
}

std::string read_back(const std::string& json) {
    simdjson::dom::parser parser;
    std::string_view text;
    EXPECT_EQ(parser.parse(json).get(text), simdjson::SUCCESS) << json;
    return std::string(text);
}

TEST(JsonString, IsTheSameReadBackWithAnyByteAtAnyPlace) {
    for (int byte = 0; byte < 0x80; ++byte) {
        for (std::size_t at = 0; at < 20; ++at) {
            std::string text(20, 'a');
            text[at] = static_cast<char>(byte);
            ASSERT_EQ(read_back(written(text)), text) << byte << " at " << at;
        }
    }
}

TEST(JsonString, EscapesWhatMustNotStandThere) {
    EXPECT_EQ(written(""), R"("")");
    EXPECT_EQ(written("a"), R"("a")");
    EXPECT_EQ(written("eight---and more"), R"("eight---and more")");
    EXPECT_EQ(written("say \"hi\" \\ bye"), R"("say \"hi\" \\ bye")");
    EXPECT_EQ(written("a line\nand\x01 more\x7f"), R"("a line\nand\u0001 more\u007f")");
}

TEST(JsonString, KeepsUtf8AndReplacesWhatIsNone) {
    EXPECT_EQ(written("ma\xC3\xB1"
                      "ana, \xF0\x9F\x99\x82 and on"),
              "\"ma\xC3\xB1"
              "ana, \xF0\x9F\x99\x82 and on\"");
    EXPECT_EQ(written("12345678\xC3"), "\"12345678\xEF\xBF\xBD\"");
}

TEST(FormatTime, IsReadBackAsTheSameMillisecond) {
    using namespace std::chrono;
    for (const std::int64_t ms : {0LL, 1LL, 999LL, 1'767'225'600'000LL, 951'782'399'999LL,
                                  253'402'300'799'999LL, -1LL, -62'135'596'800'000LL}) {
        const Instant moment{milliseconds{ms}};
        Instant back{};
        ASSERT_TRUE(parse_time(format_time(moment), back)) << format_time(moment);
        EXPECT_EQ(back, moment);
    }
    EXPECT_EQ(format_time(Instant{milliseconds{1'767'225'600'007}}), "2026-01-01T00:00:00.007Z");
}

}  // namespace
}  // namespace postern::model
