// long_text: where a text is cut, what each channel makes of it, and what is refused. CG-35.
#include "adapters/long_text.h"

#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "adapters/shared/split_text.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

using shared::split_text;

std::vector<std::string> cut(std::string_view text, std::size_t bytes, std::size_t parts = 1'000) {
    std::vector<std::string> out;
    for (const std::string_view part : split_text(
             text, [bytes](std::string_view piece) { return piece.size() <= bytes; }, parts))
        out.emplace_back(part);
    return out;
}

using Parts = std::vector<std::string>;

TEST(SplitText, CutsWherePeopleWould) {
    const std::string_view heart = "\xe2\x9d\xa4\xef\xb8\x8f";  // with a variation selector
    const std::string_view accent = "e\xcc\x81";                // e and a combining mark
    const std::string_view family = "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7";  // joined
    const std::string_view flag = "\xf0\x9f\x87\xa8\xf0\x9f\x87\xb4";                // two letters
    const auto twice = [](std::string_view one) { return std::string(one).append(one); };
    EXPECT_EQ(cut("One two.\n\nThree four.", 15), (Parts{"One two.", "Three four."}));
    EXPECT_EQ(cut("uno dos\ntres cuatro", 15), (Parts{"uno dos", "tres cuatro"}));
    EXPECT_EQ(cut("It is done. We go on now", 18), (Parts{"It is done.", "We go on now"}));
    EXPECT_EQ(cut("alpha beta gamma", 12), (Parts{"alpha beta", "gamma"}));
    EXPECT_EQ(cut("alpha beta gamma", 10), (Parts{"alpha beta", "gamma"}));
    EXPECT_EQ(cut("abcdefghij", 4), (Parts{"abcd", "efgh", "ij"}));
    EXPECT_EQ(cut(twice(heart), 8), (Parts{std::string(heart), std::string(heart)}));
    EXPECT_EQ(cut(twice(accent), 4), (Parts{std::string(accent), std::string(accent)}));
    EXPECT_EQ(cut(twice(family), 15), (Parts{std::string(family), std::string(family)}));
    EXPECT_EQ(cut(twice(flag), 12), (Parts{std::string(flag), std::string(flag)}));
    EXPECT_EQ(cut("\xe4\xbd\xa0\xe5\xa5\xbd\xe5\x90\x97", 7),
              (Parts{"\xe4\xbd\xa0\xe5\xa5\xbd", "\xe5\x90\x97"}));
    EXPECT_EQ(cut("short", 100), Parts{"short"});
    EXPECT_EQ(cut("", 3), Parts{});
    // One that is wider than a message alone goes to pieces, but to whole code points.
    EXPECT_EQ(cut(family, 5), (Parts{"\xf0\x9f\x91\xa9", "\xe2\x80\x8d", "\xf0\x9f\x91\xa7"}));
    EXPECT_EQ(cut(heart, 2), Parts{});
    EXPECT_EQ(cut("a b c d", 1, 3), Parts{});
}

TEST(SplitText, LosesNothingButWhiteSpaceAndKeepsTheOrder) {
    constexpr std::string_view pieces[] = {
        "a",        "palabra",          " ",         "  ", "\n",          "\n\n", ". ",
        "\xc3\xb1", "\xf0\x9f\x98\x80", "e\xcc\x81", "!",  "\xe4\xbd\xa0"};
    const auto words = [](std::string_view text) {
        std::string out;
        for (const char c : text) {
            if (c != ' ' && c != '\n') out += c;
        }
        return out;
    };
    std::uint64_t state = 20'260'131;
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (int i = 0; i < 60; ++i) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            text += pieces[(state >> 33U) % std::size(pieces)];
        }
        const std::size_t most = 4 + (state >> 40U) % 60;
        std::string joined;
        for (const std::string& part : cut(text, most)) {
            EXPECT_LE(part.size(), most);
            EXPECT_FALSE(part.empty());
            EXPECT_NE(static_cast<unsigned char>(part.front()) & 0xc0U, 0x80U) << text;
            joined += part;
        }
        EXPECT_EQ(words(joined), words(text)) << "at most " << most;
    }
}

std::unique_ptr<SendingAdapter> adapter_of(std::string channel, std::string wish,
                                           std::string from = {}) {
    AdapterConfig config = sending_config(std::move(channel));
    if (!wish.empty()) config.settings["long_text"] = std::move(wish);
    if (!from.empty()) config.settings["from"] = std::move(from);
    std::string problem;
    auto out = make_sending_adapter(config, problem);
    EXPECT_NE(out, nullptr) << problem;
    return out;
}

OutboundContent text_of(std::string text) {
    OutboundContent content;
    content.text = std::move(text);
    return content;
}

std::string paragraphs(std::size_t count, std::size_t bytes) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += (i == 0 ? "" : "\n\n") + std::string(bytes - 1, 'a' + static_cast<char>(i)) + ".";
    return out;
}

struct Limit {
    const char* channel;
    std::size_t most;  // ASCII letters in one message
    const char* from = "";
};

class LongText : public testing::TestWithParam<Limit> {};

TEST_P(LongText, GoesAsSeveralMessagesWhereTheAccountWishesSo) {
    const auto [channel, most, from] = GetParam();
    const OutboundContent content = text_of(paragraphs(3, most));
    const auto usual = adapter_of(channel, "", from);
    const auto problem = usual->check(content);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->field + " " + problem->code, "text too_long");
    EXPECT_NE(problem->detail.find(std::to_string(most)), std::string::npos) << problem->detail;
    EXPECT_TRUE(usual->parts(content).empty());

    const auto adapter = adapter_of(channel, "split", from);
    EXPECT_FALSE(adapter->check(content));
    const std::vector<OutboundContent> parts = adapter->parts(content);
    ASSERT_EQ(parts.size(), 3U);
    std::string joined;
    for (const OutboundContent& part : parts) {
        EXPECT_FALSE(usual->check(part));
        EXPECT_TRUE(adapter->parts(part).empty());
        joined += (joined.empty() ? "" : "\n\n") + part.text;
    }
    EXPECT_EQ(joined, content.text);
    EXPECT_TRUE(adapter->parts(text_of("Hola")).empty());

    const auto endless = adapter->check(text_of(paragraphs(11, most)));
    ASSERT_TRUE(endless);
    EXPECT_EQ(endless->code, "too_long");
    EXPECT_NE(endless->detail.find("at most 10 messages"), std::string::npos) << endless->detail;
}

INSTANTIATE_TEST_SUITE_P(Channels, LongText,
                         testing::Values(Limit{"whatsapp", 4096}, Limit{"messenger", 2000},
                                         Limit{"instagram", 1000}, Limit{"telegram", 4096},
                                         Limit{"viber", 7000}, Limit{"wechat", 2048},
                                         Limit{"twilio", 1600},
                                         Limit{"twilio", 1600, "whatsapp:+15005550006"},
                                         Limit{"vonage", 3200}));

TEST(LongTexts, AreShownWithAllTheirRequestsAndQuoteOnce) {
    const auto adapter = adapter_of("telegram", "split");
    const OutboundContent content = text_of(paragraphs(2, 4096));
    const SendRequest request{.to = "77", .content = content, .reply_to = "77:5", .now = {}};
    const auto rendered = adapter->rendered(request);
    ASSERT_TRUE(rendered);
    ASSERT_EQ(rendered->handed.size(), 2U);
    EXPECT_NE(rendered->handed[0].body.find("reply_parameters"), std::string::npos);
    EXPECT_EQ(rendered->handed[1].body.find("reply_parameters"), std::string::npos);
    EXPECT_NE(rendered->handed[1].body.find(std::string(4095, 'b') + "."), std::string::npos);
}

TEST(LongTexts, EmojiCountTwiceAtTelegram) {
    std::string faces;
    for (int i = 0; i < 2'049; ++i) faces += "\xf0\x9f\x98\x80";
    EXPECT_TRUE(adapter_of("telegram", "")->check(text_of(faces)));
    const auto parts = adapter_of("telegram", "split")->parts(text_of(faces));
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].text.size(), 4U * 2'048U);
}

TEST(LongTexts, LineTakesFiveInOnePush) {
    const OutboundContent content = text_of(paragraphs(5, 5000));
    EXPECT_TRUE(adapter_of("line", "")->check(content));
    const auto adapter = adapter_of("line", "split");
    EXPECT_FALSE(adapter->check(content));
    EXPECT_TRUE(adapter->parts(content).empty());
    const auto step = adapter->first_step({.to = "U1", .content = content, .now = {}});
    ASSERT_TRUE(step);
    std::size_t messages = 0;
    for (std::size_t at = step->call.body.find(R"("type":"text")"); at != std::string::npos;
         at = step->call.body.find(R"("type":"text")", at + 1))
        ++messages;
    EXPECT_EQ(messages, 5U);
    // More than that are pushes of their own.
    EXPECT_EQ(adapter->parts(text_of(paragraphs(6, 5000))).size(), 2U);
}

TEST(LongTexts, AWindowOfWebChatScrolls) {
    EXPECT_TRUE(adapter_of("webchat", "")->check(text_of(std::string(8'001, 'a'))));
    const auto adapter = adapter_of("webchat", "split");
    EXPECT_FALSE(adapter->check(text_of(std::string(60'000, 'a'))));
    EXPECT_TRUE(adapter->parts(text_of(std::string(60'000, 'a'))).empty());
}

TEST(LongTexts, AnAccountMayRefuseMoreThanOneSms) {
    for (const char* const channel : {"twilio", "vonage"}) {
        EXPECT_FALSE(adapter_of(channel, "")->check(text_of(std::string(161, 'a'))));
        const auto adapter = adapter_of(channel, "refuse");
        EXPECT_FALSE(adapter->check(text_of(std::string(160, 'a'))));
        const auto problem = adapter->check(text_of(std::string(161, 'a')));
        ASSERT_TRUE(problem);
        EXPECT_EQ(problem->field + " " + problem->code, "text too_long");
        EXPECT_NE(problem->detail.find("2 SMS"), std::string::npos) << problem->detail;
    }
    // No SMS, no segments.
    EXPECT_FALSE(adapter_of("twilio", "refuse", "whatsapp:+15005550006")
                     ->check(text_of(std::string(161, 'a'))));
}

TEST(LongTexts, CaptionsAndButtonsKeepTheirLimits) {
    const auto adapter = adapter_of("whatsapp", "split");
    OutboundContent media;
    media.type = ContentType::media;
    media.url = "https://cdn.example.com/1.pdf";
    media.text = std::string(1'025, 'a');
    const auto problem = adapter->check(media);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->field, "caption");
    EXPECT_TRUE(adapter->parts(media).empty());
}

}  // namespace
}  // namespace postern::adapters
