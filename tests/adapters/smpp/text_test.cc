// Alphabets both ways, parts as phones count them, and what an account may say of itself. CG-37
// (SMS).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "adapters/shared/code_points.h"
#include "adapters/shared/sms_segments.h"
#include "adapters/smpp/send.h"
#include "adapters/smpp/split.h"
#include "tests/adapters/smpp/octets.h"

namespace postern::adapters::smpp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string times(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

TEST(SmppCoding, WritesEveryCharacterOfTheAlphabetAndReadsItBack) {
    std::size_t characters = 0;
    for (char32_t c = 1; c < 0x3000; ++c) {
        const std::string septets = gsm7_octets(c);
        ASSERT_EQ(septets.size(), shared::gsm7_septets(c)) << "U+" << static_cast<unsigned>(c);
        if (septets.empty()) continue;
        ++characters;
        std::string utf8;
        append_utf8(utf8, c);
        EXPECT_EQ(from_gsm7(septets), utf8);
    }
    EXPECT_EQ(characters, 127u + 10u);
}

TEST(SmppCoding, ReadsEachDataCoding) {
    const auto read = [](std::string_view hex, std::uint8_t coding,
                         Charset standard = Charset::gsm7) {
        return decode_text(octets(hex), coding, standard).value_or("no text");
    };
    EXPECT_EQ(read("00a7", 0, Charset::latin1), std::string("\0§", 3));
    EXPECT_EQ(read("001b65", 0), "@€");
    EXPECT_EQ(read("0041", 0, Charset::ucs2), "A");
    EXPECT_EQ(read("48e9", 1), "H�");
    EXPECT_EQ(read("e9f1", 3), "éñ");
    EXPECT_EQ(read("bfe0", 6), "Пр");
    EXPECT_EQ(read("e9ec", 7), "יל");
    EXPECT_EQ(read("041f0440d83dde00", 8), "Пр😀");
    EXPECT_EQ(read("0041d83d", 8), "A�");
    EXPECT_EQ(read("004100", 8), "A�");
    EXPECT_EQ(read("00", 0xf0), "@");
    EXPECT_EQ(read("0041", 0x18), "A");
    EXPECT_EQ(read("0001", 4), "no text");
    EXPECT_EQ(read("0001", 2), "no text");
    EXPECT_EQ(read("0001", 0xf4), "no text");
}

TEST(SmppSplit, MakesAsManyPartsAsTheSegmentCountSays) {
    for (const std::string& text :
         {std::string("hola"), times("a", 160), times("a", 161), times("a", 307), times("€", 81),
          times("a", 152) + "€" + times("a", 153), times("á", 70), times("á", 71),
          times("á", 66) + "😀" + times("á", 67), times("😀", 36)}) {
        const auto counted = shared::sms_segments(text);
        const Split parts = split(text, Charset::gsm7, LongMode::udh);
        EXPECT_EQ(parts.parts.size(), counted.count) << text;
        EXPECT_EQ(parts.data_coding, counted.encoding == shared::SmsEncoding::gsm7 ? 0 : 8);
        std::string joined;
        for (const std::string& part : parts.parts)
            joined += *decode_text(part, parts.data_coding, Charset::gsm7);
        EXPECT_EQ(joined, text);
    }
}

TEST(SmppSplit, UsesTheCentresOwnAlphabetOnlyForWhatPhonesHaveToo) {
    EXPECT_EQ(to_hex(split("ñ{", Charset::latin1, LongMode::udh).parts.front()), "f17b");
    EXPECT_EQ(split("€", Charset::latin1, LongMode::udh).data_coding, dcs::ucs2);
    EXPECT_EQ(split("á", Charset::latin1, LongMode::udh).data_coding, dcs::ucs2);
    EXPECT_EQ(split("ñ", Charset::ascii, LongMode::udh).data_coding, dcs::ucs2);
    EXPECT_EQ(split("n", Charset::ucs2, LongMode::udh).data_coding, dcs::ucs2);
    // A brace is two septets on the air although it is one octet here.
    EXPECT_EQ(split(times("{", 81), Charset::latin1, LongMode::udh).parts.size(), 2u);
}

TEST(SmppSplit, JoinsPartsInTheWayOfTheAccount) {
    Options options;
    options.source = address_of("ACME");
    const std::string text = times("a", 200);
    const Envelope envelope{"+573001234567", 0x1234, {}, {}};
    const auto udh = submissions(text, envelope, options);
    ASSERT_EQ(udh.size(), 2u);
    EXPECT_EQ(to_hex(udh[1].text.substr(0, 6)), "050003340202");
    EXPECT_EQ(udh[0].text.size(), 159u);
    EXPECT_EQ(udh[0].esm_class, esm::udh);
    options.long_mode = LongMode::udh16;
    EXPECT_EQ(to_hex(submissions(text, envelope, options)[1].text.substr(0, 7)), "06080412340202");
    options.long_mode = LongMode::sar;
    const auto sar = submissions(text, envelope, options);
    EXPECT_EQ(sar[1].esm_class, 0);
    EXPECT_EQ(number(sar[1].tlvs, tag::sar_msg_ref_num), 0x1234);
    EXPECT_EQ(number(sar[1].tlvs, tag::sar_segment_seqnum), 2);
    options.long_mode = LongMode::payload;
    const auto payload = submissions(text, envelope, options);
    ASSERT_EQ(payload.size(), 1u);
    EXPECT_TRUE(payload[0].text.empty());
    EXPECT_EQ(payload[0].octets(), text);
    EXPECT_EQ(payload[0].registered_delivery, 1);
}

TEST(SmppSplit, TellsTheCentreWhenAMessageIsWorthNothing) {
    const Instant now = std::chrono::sys_days{std::chrono::year{2026} / 12 / 31} + 23h + 59min;
    EXPECT_EQ(validity_of(now + 90s, now), "270101000030000+");
    EXPECT_EQ(validity_of(now + 24h * 30, now), "270103235900000+");
    EXPECT_EQ(validity_of({}, now), "");
}

TEST(SmppAddress, KnowsNumbersShortCodesAndNames) {
    EXPECT_EQ(address_of("+573001234567"), (Address{1, 1, "573001234567"}));
    EXPECT_EQ(address_of("12345"), (Address{3, 0, "12345"}));
    EXPECT_EQ(address_of("ACME"), (Address{5, 0, "ACME"}));
    EXPECT_EQ(address_of(""), (Address{}));
}

AdapterConfig config_of() {
    AdapterConfig config;
    config.account = "sms";
    config.channel = "smpp";
    config.credentials["password"] = {Secret("s")};
    config.settings = {{"host", "smsc.example.com"}, {"system_id", "acme"}};
    return config;
}

TEST(SmppOptions, ReadsHostsBindsAndWords) {
    AdapterConfig config = config_of();
    config.settings["host"] = "a.example, b.example:3550,[::1]:2776,::2";
    config.settings["port"] = "2777";
    config.settings["binds"] = "2";
    config.settings["bind"] = "transmitter+receiver";
    config.settings["default_charset"] = "ISO-8859-1";
    std::string problem;
    const auto options = read_options(config, problem);
    ASSERT_TRUE(options) << problem;
    EXPECT_THAT(options->hosts,
                testing::ElementsAre(Endpoint{"a.example", 2777}, Endpoint{"b.example", 3550},
                                     Endpoint{"::1", 2776}, Endpoint{"::2", 2777}));
    EXPECT_EQ(options->binds.size(), 4u);
    EXPECT_TRUE(options->sends());
    EXPECT_EQ(options->charset, Charset::latin1);
}

TEST(SmppOptions, SaysWhatIsWrongAndWhatToWrite) {
    const auto problem_of = [](const std::string& key, const std::string& value) {
        AdapterConfig config = config_of();
        config.settings[key] = value;
        std::string problem;
        EXPECT_EQ(adapters::make(config, problem), nullptr);
        return problem;
    };
    EXPECT_THAT(problem_of("host", ""), HasSubstr("host:"));
    EXPECT_THAT(problem_of("system_id", ""), HasSubstr("system_id:"));
    EXPECT_THAT(problem_of("bind", "both"), HasSubstr("transmitter+receiver"));
    EXPECT_THAT(problem_of("binds", "99"), HasSubstr("1 to 16"));
    EXPECT_THAT(problem_of("window", "0"), HasSubstr("1 to 1000"));
    EXPECT_THAT(problem_of("default_charset", "ebcdic"), HasSubstr("gsm7, latin1"));
    EXPECT_THAT(problem_of("tls", "yes"), HasSubstr("true or false"));
    EXPECT_THAT(problem_of("source_ton", "300"), HasSubstr("0 to 255"));
    AdapterConfig silent = config_of();
    silent.credentials.clear();
    std::string problem;
    EXPECT_EQ(adapters::make(silent, problem), nullptr);
    EXPECT_THAT(problem, HasSubstr("credentials.password"));
}

TEST(SmppSending, SendsTextOfSoManyPartsAndNothingElse) {
    AdapterConfig config = config_of();
    config.settings["parts_max"] = "2";
    std::string problem;
    const auto sending = make_sending_adapter(config, problem);
    ASSERT_TRUE(sending);
    EXPECT_TRUE(sending->send_traits().receipts);
    OutboundContent content;
    content.text = times("a", 306);
    EXPECT_FALSE(sending->check(content));
    content.text += "a";
    ASSERT_TRUE(sending->check(content));
    EXPECT_EQ(sending->check(content)->code, "too_long");
    content.text.clear();
    EXPECT_EQ(sending->check(content)->code, "required");
    content.type = ContentType::media;
    EXPECT_EQ(sending->check(content)->code, "not_supported");
    config.settings["bind"] = "receiver";
    EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
    EXPECT_EQ(problem, "");
}

}  // namespace
}  // namespace postern::adapters::smpp
