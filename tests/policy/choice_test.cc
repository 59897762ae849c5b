// CG-38: the account of a message that names none, by rule.
#include "gateway/policy/choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::policy {
namespace {

using model::Instant;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant noon = Instant{} + hours{24 * 365 * 56};

AccountUse use(std::uint32_t account, std::string name, hours wrote_ago, hours used_ago) {
    AccountUse out{account, std::move(name), {}, {}};
    if (wrote_ago != hours{0}) out.last_inbound = noon - wrote_ago;
    if (used_ago != hours{0}) out.last_used = noon - used_ago;
    return out;
}

/// They wrote on WhatsApp a day ago, were written to by SMS an hour ago; mail was never used.
std::vector<AccountUse> known() {
    return {use(1, "mail", {}, {}), use(2, "sms", {}, hours{1}), use(3, "tg", hours{90}, hours{90}),
            use(4, "wa", hours{24}, hours{24})};
}

std::vector<std::string> names(const Choice& choice) {
    std::vector<std::string> out;
    for (const Considered& one : choice.considered) out.push_back(one.name);
    return out;
}

Verdict verdict(Decision decision, Rule rule = Rule::mode, Instant until = {}) {
    Verdict out;
    out.decision = decision;
    out.until = until;
    if (decision == Decision::send) return out;
    const Outcome outcome = decision == Decision::wait ? Outcome::wait : Outcome::refuse;
    out.results.push_back({rule, outcome, until, "Because.", {}, {}});
    return out;
}

TEST(Choice, AnswersWhereThePersonWroteLastAndElseTakesWhatWasUsedLast) {
    const Choice reply = consider({}, Category::reply, Named::contact, known());
    EXPECT_THAT(names(reply), testing::ElementsAre("wa", "sms", "tg"));
    EXPECT_EQ(reply.rule, "default");
    EXPECT_EQ(reply.considered[0].source, "last_inbound");

    const Choice notice = consider({}, Category::transactional, Named::contact, known());
    EXPECT_THAT(names(notice), testing::ElementsAre("sms", "wa", "tg"));
    EXPECT_EQ(notice.considered[0].source, "recent");
}

TEST(Choice, PrefersTheRuleOfTheCategoryToTheOneOfAll) {
    const std::vector<RouteRule> rules = {{std::nullopt, {"tg", "recent"}},
                                          {Category::marketing, {"mail", "gone", "wa"}}};
    const Choice marketing = consider(rules, Category::marketing, Named::contact, known());
    EXPECT_THAT(names(marketing), testing::ElementsAre("mail", "wa"));
    EXPECT_EQ(marketing.rule, "route:marketing");
    EXPECT_EQ(marketing.considered[0].source, "listed");

    const Choice other = consider(rules, Category::reply, Named::contact, known());
    EXPECT_THAT(names(other), testing::ElementsAre("tg", "sms", "wa"));
    EXPECT_EQ(other.rule, "route:*");
}

TEST(Choice, OfAnAddressEveryAccountOfItsChannelIsConsideredWhereTheRuleNamesNone) {
    const std::vector<AccountUse> sms = {use(7, "sms-b", {}, {}), use(8, "sms-a", {}, {}),
                                         use(9, "sms-c", {}, hours{5})};
    const std::vector<RouteRule> rules = {{std::nullopt, {"wa"}}};
    const Choice all = consider(rules, Category::reply, Named::address, sms);
    EXPECT_THAT(names(all), testing::ElementsAre("sms-c", "sms-a", "sms-b"));
    EXPECT_EQ(all.considered[0].source, "channel");
    EXPECT_TRUE(consider(rules, Category::reply, Named::contact, sms).considered.empty());
}

TEST(Choice, NamesNobodyTwiceAndAtMostEight) {
    std::vector<AccountUse> many;
    for (std::uint32_t i = 1; i <= 12; ++i)
        many.push_back(use(i, "a" + std::to_string(i), hours{i}, hours{i}));
    const Choice choice = consider({}, Category::reply, Named::contact, many);
    EXPECT_EQ(choice.considered.size(), considered_max);
    EXPECT_THAT(names(choice),
                testing::ElementsAre("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"));
}

TEST(Choice, TakesTheFirstThatMayGoNowAndElseTheFirstThatMayWait) {
    const Verdict send = verdict(Decision::send);
    const Verdict refuse = verdict(Decision::refuse, Rule::window_24h);
    const Verdict later = verdict(Decision::wait, Rule::quiet_hours, noon + hours{8});
    const Verdict paused = verdict(Decision::wait, Rule::account_active);
    const Verdict pace = verdict(Decision::wait, Rule::rate, noon + seconds{2});
    const auto choice = [](std::vector<Verdict> of) { return choose(of, noon); };

    EXPECT_EQ(choice({refuse, later, send}), 2u);
    EXPECT_EQ(choice({refuse, later, paused}), 1u);
    EXPECT_EQ(choice({paused, later}), 0u);
    // A provider's pace is no reason to leave the channel; a minute is the most that it is.
    EXPECT_EQ(choice({pace, send}), 0u);
    EXPECT_EQ(choice({verdict(Decision::wait, Rule::rate, noon + minutes{2}), send}), 1u);
    EXPECT_EQ(choice({refuse, refuse}), std::nullopt);
    EXPECT_EQ(choice({}), std::nullopt);
}

TEST(Choice, TellsWhyThisOneAndWhyNotTheOnesBefore) {
    Choice choice{"route:marketing",
                  {{1, "wa", "listed", {}, {}},
                   {2, "tg", "listed", "no_address", "the person has no address there"},
                   {3, "sms", "recent", {}, {}},
                   {4, "mail", "recent", {}, {}}},
                  false};
    const std::vector<Verdict> verdicts = {verdict(Decision::refuse, Rule::window_24h),
                                           verdict(Decision::send), verdict(Decision::send)};
    const std::string json = choice_json(choice, verdicts, choose(verdicts, noon));

    EXPECT_EQ(json,
              R"({"account":"sms","rule":"route:marketing","text":"sms was chosen )"
              R"((route:marketing): it was used with the person lately. Not before it: wa: )"
              R"(window_24h refuses it; tg: the person has no address there.","considered":[)"
              R"({"account":"wa","source":"listed","outcome":"refuse","rule":"window_24h",)"
              R"("until":null,"detail":"Because."},)"
              R"({"account":"tg","source":"listed","outcome":"not_possible","rule":"no_address",)"
              R"("until":null,"detail":"the person has no address there"},)"
              R"({"account":"sms","source":"recent","outcome":"chosen","rule":null,"until":null,)"
              R"("detail":null},)"
              R"({"account":"mail","source":"recent","outcome":"send","rule":null,"until":null,)"
              R"("detail":null}]})");
    const std::vector<Verdict> none(3, verdict(Decision::refuse, Rule::opt_out));
    const std::string nobody = choice_json(choice, none, choose(none, noon));
    EXPECT_THAT(nobody, testing::StartsWith(R"({"account":null,)"));
    EXPECT_THAT(nobody, testing::HasSubstr("No account can be chosen"));
}

}  // namespace
}  // namespace postern::policy
