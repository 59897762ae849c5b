#include "gateway/policy/keywords.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "gateway/policy/keyword_table.h"

namespace postern::policy {
namespace {

TEST(Keywords, EachIsDefiniteHoweverItIsDressed) {
    for (const Keyword& keyword : keywords()) {
        for (const std::string& dressed :
             {std::string(keyword.text), "  " + std::string(keyword.text) + "!!",
              "\"" + std::string(keyword.text) + "\".",
              "🛑 " + std::string(keyword.text) + " 🙏"}) {
            const KeywordMatch said = match_keyword(dressed);
            EXPECT_EQ(keyword.wish, said.wish) << dressed;
            EXPECT_EQ(Certainty::definite, said.certainty) << dressed;
        }
    }
}

struct Row {
    std::string_view text;
    Wish wish;
    Certainty certainty = Certainty::definite;
};

TEST(Keywords, SpellingsOfTheSameWordAreOne) {
    for (const Row& row : {
             Row{"STOP", Wish::stop},
             Row{"Stop.", Wish::stop},
             Row{"ＳＴＯＰ", Wish::stop},  // full width
             Row{"DETÉN", Wish::stop},
             Row{"DETE\xCC\x81N", Wish::stop},  // the accent on its own
             Row{"Opt-Out", Wish::stop},
             Row{"opt_out", Wish::stop},
             Row{"STOP  ALL", Wish::stop},
             Row{"¡Baja!", Wish::stop},
             Row{"Arrêt", Wish::stop},
             Row{"Désinscrire", Wish::stop},
             Row{"No más", Wish::stop},
             Row{"Стоп", Wish::stop},
             Row{"수신거부", Wish::stop},
             Row{"Sí", Wish::start},
             Row{"Début", Wish::start},
             Row{"ayuda?", Wish::help},
         }) {
        const KeywordMatch said = match_keyword(row.text);
        EXPECT_EQ(row.wish, said.wish) << row.text;
        EXPECT_EQ(row.certainty, said.certainty) << row.text;
    }
    EXPECT_TRUE(match_keyword("Stop all").all);
    EXPECT_FALSE(match_keyword("Stop").all);
    EXPECT_TRUE(match_keyword("yes").only_back);
    EXPECT_TRUE(match_keyword("si").only_back);
    EXPECT_FALSE(match_keyword("start").only_back);
}

TEST(Keywords, WhatAReasonablePersonWouldUnderstandIsProbable) {
    for (const std::string_view text :
         {"stop sending me these", "Unsubscribe me please", "Baja por favor",
          "please stop texting me", "Remove me from this", "no me escriban más",
          "Não quero receber isso", "take me off!", "UNSUBSCIBE", "unsubscrbie", "cancelarr",
          "wypis"}) {
        const KeywordMatch said = match_keyword(text);
        EXPECT_EQ(Wish::stop, said.wish) << text;
        EXPECT_EQ(Certainty::probable, said.certainty) << text;
    }
}

TEST(Keywords, ConversationIsNone) {
    for (const std::string_view text :
         {"", "   ", "🙏", "SHOP", "Where is the bus stop?", "At the end of the week", "yes please",
          "no", "I want to cancel my order", "Alto precio", "parar aquí por favor",
          "stop by my place on the way home today", "the non stop texting machine is great",
          "nonstop texting", "can you help me", "end of month", "\xFF\xFE", "ret mig"}) {
        EXPECT_EQ(Wish::none, match_keyword(text).wish) << text;
    }
    EXPECT_EQ(Wish::none, match_keyword("stop " + std::string(5'000, 'a')).wish);
}

/// Compliance 3.2, in the six languages that it promises: the whole message, the same politely, and
/// the same words in conversation.
TEST(Keywords, SaysStopInSixLanguagesAndNothingElseDoes) {
    using C = Certainty;
    for (const Row& row : {
             Row{"Stop", Wish::stop},
             Row{"STOP please!", Wish::stop, C::probable},
             Row{"stop sending me messages", Wish::stop, C::probable},
             Row{"please stop texting me", Wish::stop, C::probable},
             Row{"unsubscribe ana@example.com", Wish::stop, C::probable},
             Row{"please don't stop", Wish::none},
             Row{"don't stop texting me", Wish::none},
             Row{"Not interested, remove me", Wish::stop, C::probable},
             Row{"Can you stop texting me", Wish::stop, C::probable},
             Row{"Never stop texting? Stop texting", Wish::stop, C::probable},
             Row{"I will not. Stop texting", Wish::stop, C::probable},
             Row{"I will not stop texting", Wish::none},
             Row{"Don't... stop texting me", Wish::none},
             Row{"Don't...", Wish::none},
             Row{"Don't.. ? stop texting me", Wish::stop, C::probable},
             Row{"Non, ne plus recevoir", Wish::stop, C::probable},
             Row{"stop it!", Wish::stop, C::probable},
             Row{"Stop calling my house", Wish::stop, C::probable},
             Row{"STOP my number now ok", Wish::stop, C::probable},
             Row{"stop my number now ok thanks", Wish::none},
             Row{"Stop bye", Wish::stop, C::probable},
             Row{"Stop by the shop", Wish::none},
             Row{"stop, he said no", Wish::none},
             Row{"bus stop", Wish::none},
             Row{"unstop", Wish::start},
             Row{"cancer", Wish::none},
             Row{"BAJA", Wish::stop},
             Row{"Baja, por favor", Wish::stop, C::probable},
             Row{"stop mensajes ya", Wish::stop, C::probable},
             Row{"baja el precio", Wish::none},
             Row{"para mañana", Wish::none},
             Row{"Para", Wish::none},
             Row{"Pagar", Wish::none},
             Row{"Salió", Wish::none},
             Row{"Hasta", Wish::none},
             Row{"Sair", Wish::stop},
             Row{"stop por favor, obrigado", Wish::stop, C::probable},
             Row{"não pare", Wish::none},
             Row{"vou sair agora", Wish::none},
             Row{"ARRÊTER", Wish::stop},
             Row{"Stop s'il vous plaît", Wish::stop, C::probable},
             Row{"Ne plus recevoir de SMS", Wish::stop, C::probable},
             Row{"arrêt de bus", Wish::none},
             Row{"n'arrête pas", Wish::none},
             Row{"Basta", Wish::stop},
             Row{"stop messaggi grazie", Wish::stop, C::probable},
             Row{"Pasta", Wish::none},
             Row{"basta così poco", Wish::none},
             Row{"Abmelden!", Wish::stop},
             Row{"Stop bitte", Wish::stop, C::probable},
             Row{"ABMELDNE", Wish::stop, C::probable},
             Row{"Shoppen", Wish::none},
             Row{"am Ende der Woche", Wish::none},
             Row{"Ich will mich anmelden", Wish::none},
         }) {
        const KeywordMatch said = match_keyword(row.text);
        EXPECT_EQ(row.wish, said.wish) << row.text;
        if (row.wish != Wish::none) {
            EXPECT_EQ(row.certainty, said.certainty) << row.text;
        }
    }
}

TEST(Keywords, EverydayBeginningsAreConversation) {
    for (const std::string_view beginning : everyday_beginnings()) {
        EXPECT_EQ(Wish::none, match_keyword(beginning).wish) << beginning;
        const std::string text = std::string(beginning) + " mañana";
        EXPECT_EQ(Wish::none, match_keyword(text).wish) << text;
        EXPECT_EQ(normal_words(beginning), beginning) << "it is compared as it stands";
        EXPECT_EQ(Wish::stop, match_keyword(text.substr(0, text.find(' ')) + " ya").wish);
    }
}

TEST(Keywords, NoEverydayNeighbourIsAKeyword) {
    for (const std::string_view word : everyday_neighbours())
        EXPECT_EQ(Wish::none, match_keyword(word).wish) << word;
}

TEST(Keywords, PlainAsciiReadsAsItDoesBesideOtherLetters) {
    // A trailing no-break space is a gap, and takes the text the way through Unicode.
    const auto expect_same = [](const std::string& text) {
        EXPECT_EQ(normal_words(text + "\u00A0"), normal_words(text))
            << ::testing::PrintToString(text);
    };
    for (int a = 0; a < 128; ++a) {
        for (int b = 0; b < 128; ++b)
            expect_same({static_cast<char>(a), static_cast<char>(b), 'x', static_cast<char>(a)});
    }
    std::mt19937 random(41);
    for (int i = 0; i < 2'000; ++i) {
        std::string text(random() % 80, ' ');
        for (char& c : text) c = static_cast<char>(random() % 128);
        expect_same(text);
    }
    EXPECT_EQ("stop all 24 7", normal_words("\t STOP_all, 24/7!\r\n"));
}

TEST(Keywords, LongMultibyteTextsAreNotCutInTheMiddle) {
    std::string text;
    for (int i = 0; i < 130; ++i) text += "ﷺ";  // each becomes 18 letters
    EXPECT_EQ("", normal_words(text));
    EXPECT_EQ("stop now", normal_words("  STOP…\u200B\tnow\n"));
}

}  // namespace
}  // namespace postern::policy
