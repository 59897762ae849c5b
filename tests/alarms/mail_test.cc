// Alarms as mails: what they say, to whom they go, and how many of them there are.
#include "gateway/alarms/mailing.h"

#include <algorithm>
#include <map>
#include <mutex>

#include <gtest/gtest.h>

#include "gateway/alarms/mail_words.h"
#include "tests/net/support.h"

namespace postern::alarms {
namespace {

using adapters::SendResult;
using net::test::eventually;

constexpr model::Instant start{std::chrono::seconds{1'800'000'000}};

Notice notice(Turn turn, Kind kind, std::string subject) {
    return {turn,
            {kind, std::move(subject), "Something is wrong."},
            start,
            start + std::chrono::hours(2)};
}

/// Answers what a test says for an address, else takes it.
class Relay final : public egress::Courier {
  public:
    void send(egress::Parcel parcel, net::IoThread& thread,
              std::function<void(egress::Handed)> done) override {
        egress::Handed handed;
        handed.outcome.result = SendResult::accepted;
        {
            const std::lock_guard lock(mutex);
            const auto found = answers.find(parcel.to);
            if (found != answers.end()) handed.outcome.result = found->second;
            handed.outcome.code = "as_told";
            parcels.push_back(std::move(parcel));
        }
        thread.post([done = std::move(done), handed] { done(handed); });
    }
    void stop(std::chrono::milliseconds, std::function<void()> stopped) override { stopped(); }

    std::size_t count() {
        const std::lock_guard lock(mutex);
        return parcels.size();
    }
    std::size_t sent_to(std::string_view address) {
        const std::lock_guard lock(mutex);
        return static_cast<std::size_t>(
            std::count_if(parcels.begin(), parcels.end(),
                          [&](const egress::Parcel& parcel) { return parcel.to == address; }));
    }

    /// In the order in which they came, a line each.
    std::string subjects_to(std::string_view address) {
        const std::lock_guard lock(mutex);
        std::string out;
        for (const egress::Parcel& parcel : parcels)
            if (parcel.to == address) out += parcel.content.subject + "\n";
        return out;
    }
    void answer_all() {
        const std::lock_guard lock(mutex);
        answers.clear();
    }

    std::mutex mutex;
    std::map<std::string, SendResult, std::less<>> answers;
    std::vector<egress::Parcel> parcels;
};

class AlarmMail : public ::testing::Test {
  protected:
    AlarmMail()
        : pool_(net::make_io_pool(1)),
          mailing_(pool_->at(0), [] { return start + std::chrono::hours(2); }) {}
    ~AlarmMail() override {
        mailing_.stop();
        pool_->stop();
    }
    void configure(const std::vector<std::string>& to) { mailing_.configure(relay_, to, "box-1"); }
    [[nodiscard]] bool delivered(std::uint64_t notices) {
        return eventually([&] { return mailing_.figures().delivered == notices; });
    }
    [[nodiscard]] bool waits(std::uint64_t notices) {
        return eventually([&] { return mailing_.figures().waiting == notices; });
    }
    [[nodiscard]] bool failed(std::uint64_t tries) {
        return eventually([&] { return mailing_.figures().failed == tries; });
    }

    std::shared_ptr<Relay> relay_ = std::make_shared<Relay>();
    std::unique_ptr<net::IoPool> pool_;
    Mailing mailing_;
};

TEST_F(AlarmMail, SaysWhatSinceWhenAndWhatToDo) {
    configure({"ops@example.com"});
    mailing_.tell({notice(Turn::began, Kind::account_broken, "wa-main")});
    ASSERT_TRUE(delivered(1));
    const egress::Parcel& mail = relay_->parcels.at(0);
    EXPECT_EQ(mail.to, "ops@example.com");
    EXPECT_EQ(mail.content.subject, "[Postern on box-1] account_broken (wa-main)");
    EXPECT_EQ(mail.content.text,
              "account_broken (wa-main)\n"
              "  Something is wrong.\n"
              "  Since 2027-01-15 08:00:00 UTC.\n"
              "  What to do: Replace the account's credentials and reload the daemon, then run "
              "\"postern accounts resume ACCOUNT\". Its messages wait until then.\n\n"
              "Postern on box-1. \"postern status\" shows what is open; alarm.email_to says who "
              "reads this.\n");
    EXPECT_TRUE(mail.echo.starts_with("alm_"));
    EXPECT_FALSE(mail.proactive);  // nobody unsubscribes from it
    EXPECT_EQ(mail.category, "alarm");
}

/// The first goes at once; what comes in the minute after it waits, and is one mail.
TEST_F(AlarmMail, IsOneMailForAllThatCameMeanwhile) {
    configure({"ops@example.com"});
    mailing_.tell({notice(Turn::began, Kind::disk_space, "low")});
    ASSERT_TRUE(delivered(1));
    mailing_.tell({notice(Turn::lasts, Kind::read_only, "")});
    mailing_.tell({notice(Turn::ended, Kind::disk_space, "low")});
    ASSERT_TRUE(eventually([&] { return mailing_.figures().waiting == 2; }));
    EXPECT_EQ(relay_->count(), 1u);
    configure({"ops@example.com"});  // a reload does not wait for the minute to end
    ASSERT_TRUE(delivered(3));
    ASSERT_EQ(relay_->count(), 2u);
    const auto& content = relay_->parcels.at(1).content;
    EXPECT_EQ(content.subject,
              "[Postern on box-1] 2 notices: still: read_only, over: disk_space (low)");
    EXPECT_NE(content.text.find("over: disk_space (low)\n  Something is wrong.\n  From 2027-01-15 "
                                "08:00:00 UTC to 2027-01-15 10:00:00 UTC.\n"),
              std::string::npos)
        << content.text;
}

TEST_F(AlarmMail, IsOneMailForAllThatBeganTogether) {
    configure({"ops@example.com"});
    mailing_.tell(
        {notice(Turn::began, Kind::log_error, ""), notice(Turn::began, Kind::read_only, "")});
    ASSERT_TRUE(delivered(2));
    EXPECT_EQ(relay_->count(), 1u);
}

TEST_F(AlarmMail, IsHeldUpForNobodyByAnAddressThatIsPutOff) {
    relay_->answers["late@example.com"] = SendResult::transient;
    configure({"ops@example.com", "late@example.com"});
    mailing_.tell({notice(Turn::began, Kind::read_only, "")});
    ASSERT_TRUE(delivered(1));
    ASSERT_TRUE(failed(1));
    EXPECT_TRUE(waits(1));
    mailing_.tell({notice(Turn::began, Kind::log_error, "")});
    configure({"ops@example.com", "late@example.com"});  // the minute after a mail is over
    ASSERT_TRUE(delivered(2));
    EXPECT_EQ(relay_->subjects_to("ops@example.com"),
              "[Postern on box-1] read_only\n[Postern on box-1] log_error\n");
    ASSERT_TRUE(failed(2));
    relay_->answer_all();
    configure({"ops@example.com", "late@example.com"});
    ASSERT_TRUE(delivered(4));
    EXPECT_EQ(relay_->sent_to("ops@example.com"), 2u);
}

TEST_F(AlarmMail, IsTriedAgainAndAgainWhereItIsRefusedAndGoesToWhoeverComesInstead) {
    relay_->answers["gone@example.com"] = SendResult::permanent;
    configure({"gone@example.com", "ops@example.com"});
    mailing_.tell({notice(Turn::began, Kind::read_only, "")});
    ASSERT_TRUE(delivered(1));
    ASSERT_TRUE(failed(1));
    EXPECT_TRUE(waits(1));
    configure({"ops@example.com", "new@example.com"});
    ASSERT_TRUE(delivered(2));
    EXPECT_EQ(relay_->subjects_to("new@example.com"), "[Postern on box-1] read_only\n");
    EXPECT_EQ(relay_->sent_to("ops@example.com"), 1u);
    EXPECT_TRUE(waits(0));
}

TEST(AlarmWords, HaveAnAdviceForEveryKind) {
    for (const Kind kind : kinds) {
        EXPECT_NE(advice(kind), "Look at \"postern status\".") << to_string(kind);
        EXPECT_TRUE(advice(kind).ends_with(".")) << to_string(kind);
    }
}

TEST(AlarmWords, HaveASubjectThatFits) {
    std::vector<Telling> many;
    for (int i = 0; i < 60; ++i)
        many.push_back({notice(Turn::began, Kind::account_paused, "account-" + std::to_string(i)),
                        "alm_" + std::to_string(i)});
    const std::string subject = mail_subject(many, "box-1");
    EXPECT_LT(subject.size(), 250u);
    EXPECT_NE(subject.find("60 notices: account_paused (account-0), "), std::string::npos);
    EXPECT_NE(mail_text(many, "box-1").find("account-59"), std::string::npos);
}

}  // namespace
}  // namespace postern::alarms
