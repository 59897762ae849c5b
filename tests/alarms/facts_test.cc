// What needs a person, from what is known of the machine.
#include "gateway/alarms/facts.h"

#include <gtest/gtest.h>

namespace postern::alarms {
namespace {

using namespace std::chrono_literals;

constexpr model::Instant start{std::chrono::seconds{1'800'000'000}};

std::vector<std::string> names(const Facts& facts) {
    SignatureWatch signatures;
    std::vector<std::string> out;
    for (const Condition& condition : conditions_of(facts, signatures)) {
        std::string name(to_string(condition.kind));
        if (!condition.subject.empty()) name += " " + condition.subject;
        EXPECT_TRUE(condition.detail.ends_with('.')) << condition.detail;
        out.push_back(name);
    }
    return out;
}

Facts quiet() {
    Facts facts;
    facts.now = start;
    facts.last_backup = start;
    facts.accounts.push_back({.name = "wa-main"});
    return facts;
}

using Names = std::vector<std::string>;

TEST(AlarmFacts, OfAQuietMachineAreNone) {
    EXPECT_EQ(names(quiet()), Names{});
}

TEST(AlarmFacts, NameEachAccountThatIsBrokenOrPaused) {
    Facts facts = quiet();
    facts.accounts[0].broken = true;
    facts.accounts[0].broken_reason = "credential";
    facts.accounts.push_back({.name = "sms-main", .paused = true});
    EXPECT_EQ(names(facts), (Names{"account_broken wa-main", "account_paused sms-main"}));
}

TEST(AlarmFacts, NameAnAccountOnceWhoseLoginIsRefusedBothWays) {
    Facts facts = quiet();
    facts.accounts[0].stopped = "login_refused: not you";
    EXPECT_EQ(names(facts), Names{"account_broken wa-main"});
    facts.accounts[0].broken = true;
    EXPECT_EQ(names(facts), Names{"account_broken wa-main"});
}

TEST(AlarmFacts, AreOneAlarmForEachTierThatTheDiskPasses) {
    Facts facts = quiet();
    facts.disk = storage::DiskTier::low;
    EXPECT_EQ(names(facts), Names{"disk_space low"});
    facts.disk = storage::DiskTier::outcomes_only;
    EXPECT_EQ(names(facts),
              (Names{"disk_space low", "disk_space no_sends", "disk_space outcomes_only"}));
}

TEST(AlarmFacts, WarnOfACertificateFourteenAndThreeDaysAhead) {
    const std::int64_t now = 1'800'000'000, day = 86'400;
    Facts facts = quiet();
    facts.certificates = {{"listen.webhooks", now + 14 * day + 1}};
    EXPECT_EQ(names(facts), Names{});
    facts.certificates = {{"listen.webhooks", now + 14 * day}};
    EXPECT_EQ(names(facts), Names{"certificate_expiring listen.webhooks 14d"});
    facts.certificates = {{"listen.webhooks", now + 3 * day}};
    EXPECT_EQ(names(facts), (Names{"certificate_expiring listen.webhooks 14d",
                                   "certificate_expiring listen.webhooks 3d"}));
    facts.certificates = {{"listen.webhooks", now - 1}};
    EXPECT_EQ(names(facts).size(), 2u);
    facts.certificates = {{"listen.webhooks", 0}};  // no TLS
    EXPECT_EQ(names(facts), Names{});
}

TEST(AlarmFacts, MissABackupOnlyWhereOneIsWanted) {
    Facts facts = quiet();
    facts.last_backup = start - 30h;
    EXPECT_EQ(names(facts), Names{});
    facts.backup_age_max = 26h;
    EXPECT_EQ(names(facts), Names{"backup_old"});
    facts.last_backup = start - 26h;
    EXPECT_EQ(names(facts), Names{});
}

TEST(AlarmFacts, TellOfTheMachine) {
    Facts facts = quiet();
    facts.log_errors = 1;
    facts.unreadable = 2;
    facts.read_only = true;
    facts.clock_synchronised = false;
    facts.memory_short = true;
    EXPECT_EQ(names(facts), (Names{"log_error", "row_unreadable", "read_only",
                                   "clock_unsynchronised", "memory_short"}));
}

TEST(SignatureWatch, WantsTenFailuresInTenMinutesThatOutweighWhatVerifies) {
    SignatureWatch watch;
    AccountFacts account{.name = "wa-main"};
    EXPECT_FALSE(watch.look(account, start));
    account.bad_signatures = 9;
    EXPECT_FALSE(watch.look(account, start + 1min));
    account.bad_signatures = 10;
    EXPECT_TRUE(watch.look(account, start + 2min));
    account.webhooks = 10;  // forged ones beside the provider's own
    EXPECT_FALSE(watch.look(account, start + 3min));
}

TEST(SignatureWatch, ForgetsWhatIsTenMinutesAgo) {
    SignatureWatch watch;
    AccountFacts account{.name = "wa-main"};
    EXPECT_FALSE(watch.look(account, start));
    account.bad_signatures = 50;
    EXPECT_TRUE(watch.look(account, start + 1min));
    for (int minute = 2; minute <= 10; ++minute)
        EXPECT_TRUE(watch.look(account, start + std::chrono::minutes{minute})) << minute;
    EXPECT_FALSE(watch.look(account, start + 12min));
}

TEST(SignatureWatch, CountsFromNewAfterCountersBeganAgain) {
    SignatureWatch watch;
    AccountFacts account{.name = "wa-main", .bad_signatures = 500};
    EXPECT_FALSE(watch.look(account, start));
    account.bad_signatures = 2;
    EXPECT_FALSE(watch.look(account, start + 5s));
    account.bad_signatures = 12;
    EXPECT_TRUE(watch.look(account, start + 10s));
}

TEST(AlarmKinds, HaveAWordEachThatIsReadBack) {
    for (const Kind kind : kinds) {
        Kind read{};
        EXPECT_TRUE(parse_kind(to_string(kind), read)) << to_string(kind);
        EXPECT_EQ(read, kind);
    }
    Kind none{};
    EXPECT_FALSE(parse_kind("unknown", none));
}

}  // namespace
}  // namespace postern::alarms
