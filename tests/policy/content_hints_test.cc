// CG-34, CG-39: advice on a message's words.
#include "gateway/policy/content_hints.h"

#include <string>

#include <gtest/gtest.h>

namespace postern::policy {
namespace {

std::string codes(const Wording& wording) {
    std::string out;
    for (const Hint& hint : content_hints(wording)) {
        EXPECT_FALSE(hint.detail.empty());
        out.append(out.empty() ? "" : " ").append(hint.code);
    }
    return out;
}

TEST(ContentHints, OfOrdinaryMessagesNothingIsSaid) {
    EXPECT_EQ(codes({.text = "Su pedido 4711 sale hoy."}), "");
    EXPECT_EQ(codes({.text = "Hola Ana, ¿cuándo te viene bien? 🙂"}), "");
    EXPECT_EQ(codes({.text = ""}), "");
    EXPECT_EQ(codes({.text = "NASA, USA"}), "") << "a few capitals are words";
}

TEST(ContentHints, AnSmsIsChargedByPart) {
    EXPECT_EQ(codes({.text = "long", .sms = true, .parts = 3}), "many_parts");
    EXPECT_EQ(codes({.text = "“quoted” and more", .sms = true, .parts = 2}), "costly_characters");
    EXPECT_EQ(codes({.text = "“quoted”", .sms = true, .parts = 1}), "") << "it costs no more";
    EXPECT_EQ(codes({.text = "ñandú", .sms = true, .parts = 2}), "costly_characters");
    const auto hints = content_hints({.text = "ú “ú”", .sms = true, .parts = 2});
    ASSERT_EQ(hints.size(), 1u);
    EXPECT_EQ(hints[0].detail.find("ú “ ” are not"), 0u) << "each once: " << hints[0].detail;
}

TEST(ContentHints, ScreensAreSmall) {
    EXPECT_EQ(codes({.text = std::string(1'001, 'a')}), "long_text");
    EXPECT_EQ(codes({.text = std::string(1'000, 'a')}), "");
}

TEST(ContentHints, MarketingAsksForSomethingAndSaysHowToStopIt) {
    EXPECT_EQ(codes({.text = "Llegó la nueva colección.", .marketing = true}),
              "no_call_to_action no_way_out");
    EXPECT_EQ(codes({.text = "Nueva colección: https://shop.example/n Responde BAJA para salir",
                     .marketing = true}),
              "");
    const std::string far = std::string(900, 'a') + " ¿Sí? Para salir: BAJA";
    EXPECT_EQ(codes({.text = far, .marketing = true}), "") << "at its end";
    EXPECT_EQ(codes({.text = "News. Reply STOP to end", .marketing = true, .can_answer = true}),
              "");
    EXPECT_EQ(codes({.text = "Call 5550100200", .marketing = true, .has_way_out = true}), "");
    EXPECT_EQ(codes({.text = "Llegó la nueva colección."}), "") << "not marketing";
}

TEST(ContentHints, EmojiSuitSomeMessages) {
    EXPECT_EQ(codes({.text = "🎉🎉🎉"}), "");
    EXPECT_EQ(codes({.text = "🎉🎉🎉🎉"}), "many_emoji");
    EXPECT_EQ(codes({.text = "Debe 3 cuotas 😢", .collections = true}), "emoji_in_collections");
    EXPECT_EQ(codes({.text = "Debe 3 cuotas #1 ©", .collections = true}), "");
}

TEST(ContentHints, FormIsLookedAt) {
    EXPECT_EQ(codes({.text = "Hola {{name}}"}), "unfilled_variable");
    EXPECT_EQ(codes({.text = "LAST DAY OF THE GREAT SALE"}), "capitals");
    EXPECT_EQ(codes({.text = "Now?!!"}), "punctuation");
    EXPECT_EQ(codes({.text = "two  spaces"}), "spaces");
    EXPECT_EQ(codes({.text = "see http://shop.example"}), "insecure_link");
    EXPECT_EQ(codes({.text = "see https://bit.ly/x"}), "shared_shortener");
    EXPECT_EQ(codes({.text = "\xFF\xFE"}), "") << "bytes that are no text are no reason to fail";
}

}  // namespace
}  // namespace postern::policy
