// One «stop», one event: webhooks as providers send them, through their adapter and the core, to
// what an app reads.
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "gateway/events/render.h"
#include "gateway/ingress/commands.h"
#include "gateway/model/channel.h"
#include "tests/adapters/situation.h"
#include "tests/core/bench.h"

namespace postern::ingress {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

class Wishes : public ::testing::Test {
  protected:
    /// Account 1 of the situation's channel, over an empty store.
    void begin(const std::string& routing = {}) {
        std::string problem;
        auto account = std::make_unique<Account>();
        account->name = "main";
        account->channel = situation_.config.channel;
        account->number = 1;
        account->channel_number = model::channel_number(account->channel);
        account->adapter = adapters::make(situation_.config, problem);
        EXPECT_NE(account->adapter, nullptr) << problem;
        account->routing = routing;
        account->health = std::make_shared<Health>();
        std::vector<std::unique_ptr<Account>> accounts;
        accounts.push_back(std::move(account));
        table_ = std::make_unique<AccountTable>(std::move(accounts));
        bench_ = std::make_unique<core::Bench>();
        told_.clear();
    }
    void take(adapters::InboundBatch batch) {
        std::string orphans;
        const Account& account = *table_->find("main");
        for (core::Command& command : maker_.make(*table_, account, batch, now_, orphans))
            run(std::move(command.payload));
        EXPECT_EQ(orphans, "");
    }
    void run(core::Payload payload) {
        now_ += 1s;
        for (const core::RowWrite& write : bench_->run(std::move(payload), now_).writes) {
            if (write.key.family != storage::Family::seq || !write.record) continue;
            events::render(write.record, storage::keys::trailing_u64(write.key.view()), names_, {},
                           told_);
        }
    }
    void read(const std::string& file) {
        situation_ = adapters::read_situation(POSTERN_SOURCE_DIR "/tests/adapters/" + file);
    }
    /// SMS, where the person hears from the provider that their word was taken.
    void begin_sms() {
        read("twilio/text.form");
        begin();
    }
    /// A body of tests/adapters, decoded; `again`: as if it had been said once more.
    adapters::InboundBatch decoded(const std::string& file, bool again) {
        read(file);
        if (!again) begin();
        const auto* adapter = table_->find("main")->adapter.get();
        auto batch = adapter->decode(situation_.request.view(), situation_.now);
        EXPECT_TRUE(batch) << file;
        if (!again && !batch->items.empty()) begin(batch->items.front().routing);
        for (adapters::InboundItem& item : batch->items) {
            if (!again) continue;
            if (auto* signal = std::get_if<adapters::InboundSignal>(&item.what))
                signal->dedupe_id += "-again";
            if (auto* message = std::get_if<adapters::InboundMessage>(&item.what))
                message->dedupe_id = message->external_id += "-again";
        }
        return std::move(*batch);
    }
    void says(const std::string& text) {
        adapters::InboundMessage message;
        message.external_id = "m" + std::to_string(++messages_);
        message.sender.aliases = {{"+573001234567", adapters::IdentityScope::channel}};
        message.content.text = text;
        message.provider_time = now_;
        adapters::InboundBatch batch;
        batch.items.push_back({std::move(message), {}, {}});
        take(std::move(batch));
    }
    /// Wishes and blocks told since the last call.
    Names told() {
        Names types;
        for (const events::Event& event : told_) {
            const std::string_view what = event.type;
            if (what.starts_with("contact.") && what != "contact.created" &&
                what != "contact.updated")
                types.push_back(event.type);
        }
        last_ = told_.empty() ? "" : told_.back().json;
        told_.clear();
        return types;
    }

    CommandMaker maker_{storage::KeyBytes{}};
    std::unique_ptr<AccountTable> table_;
    std::unique_ptr<core::Bench> bench_;
    const events::AccountTable names_;
    adapters::Situation situation_;
    std::vector<events::Event> told_;
    std::string last_;
    model::Instant now_ = core::at(0s);
    int messages_ = 0;
};

TEST_F(Wishes, OfAProviderAreToldOnceHoweverItSaysThem) {
    for (const char* file :
         {"twilio/opt_out.form", "twilio/status_failed.form", "whatsapp/opt_out.json",
          "whatsapp/status_marketing_refused.json", "messenger/optin_stop.json",
          "vonage/receipt_opted_out.json", "vonage/status_opted_out.json", "http/opted_out.json",
          "email/sendgrid_event_unsubscribe.json", "email/sendgrid_event_spamreport.json",
          "email/ses_complaint.json", "email/ses_preferences_nothing.json",
          "email/mailgun_event_unsubscribed.json", "email/postmark_event_unsubscribed.json"}) {
        take(decoded(file, false));
        EXPECT_EQ(told(), Names{"contact.opted_out"}) << file;
        take(decoded(file, true));
        EXPECT_EQ(told(), Names{}) << file;
    }
    for (const char* file : {"twilio/opt_in.form", "whatsapp/opt_in.json",
                             "messenger/optin_resume.json", "instagram/optin_marketing.json"}) {
        take(decoded(file, false));
        EXPECT_EQ(told(), Names{"contact.opted_in"}) << file;
        take(decoded(file, true));
        EXPECT_EQ(told(), Names{}) << file;
    }
}

/// Nothing is said of categories: it ends when the person writes or follows again.
TEST_F(Wishes, ToBlockIsNoOptOutAndAnEventOfItsOwn) {
    for (const char* file : {"telegram/blocked.json", "line/unfollow.json",
                             "viber/unsubscribed.json", "wechat/unsubscribe.xml"}) {
        take(decoded(file, false));
        EXPECT_EQ(told(), Names{"contact.blocked"}) << file;
        take(decoded(file, true));
        EXPECT_EQ(told(), Names{}) << file;
    }
}

TEST_F(Wishes, InAWordAreToldOnceInAnyLanguage) {
    for (const auto& [stop, start] : {std::pair{"STOP", "START"}, std::pair{"¡Baja!", "Alta"}}) {
        begin_sms();
        says("hola");
        EXPECT_EQ(told(), Names{});
        says(stop);
        EXPECT_EQ(told(), Names{"contact.opted_out"}) << stop;
        EXPECT_NE(last_.find(std::string(R"("source":"keyword","keyword":")") + stop + '"'),
                  std::string::npos)
            << last_;
        says(stop);
        EXPECT_EQ(told(), Names{}) << "nothing changed";
        says(start);
        EXPECT_EQ(told(), Names{"contact.opted_in"}) << start;
        says(start);
        EXPECT_EQ(told(), Names{});
        says(stop);
        EXPECT_EQ(told(), Names{"contact.opted_out"}) << "after a start it is news";
    }
}

TEST_F(Wishes, FollowTheMessageThatSaysThemInThePersonsChain) {
    begin_sms();
    says("STOP");
    ASSERT_EQ(told_.back().type, "contact.opted_out");
    const events::Event& message = told_[told_.size() - 2];
    EXPECT_EQ(message.type, "message.received");
    EXPECT_EQ(told_.back().lane, message.lane);
    const std::size_t id = message.json.find("\"id\":\"msg_") + 6;
    EXPECT_NE(told_.back().json.find("\"message_id\":\"" + message.json.substr(id, 30) + '"'),
              std::string::npos)
        << told_.back().json;
    const auto* row = bench_->written<model::SignalRow>();
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->head.previous, message.cursor.sequence);
    EXPECT_EQ(bench_->written<model::HotRow>()->last, told_.back().cursor.sequence);
    for (const core::RowWrite& write : bench_->effects().writes) {
        if (!write.record || !model::holds<model::SignalRow>(*write.record)) continue;
        EXPECT_EQ(write.seal, core::Seal::part) << "it goes with what is erased of them";
    }
}

TEST_F(Wishes, AreNewsWhereOnlyOthersHadNotedThem) {
    begin_sms();
    says("hola");
    core::NoteAddress note;
    note.scope = model::channel_scope(model::channel_number("twilio"));
    note.blind = storage::Sealer(storage::KeyBytes{}).blind("identity", "+573001234567");
    note.note.kind = model::AddressNote::Kind::opted_out;
    note.note.source = "import";
    run(note);
    EXPECT_EQ(told(), Names{});
    says("STOP");
    EXPECT_EQ(told(), Names{"contact.opted_out"});
    note.note.kind = model::AddressNote::Kind::consent;
    note.note.source = "api";
    run(note);
    EXPECT_EQ(told(), Names{}) << "an operator's note is told as such, by who writes it";
    says("STOP");
    EXPECT_EQ(told(), Names{"contact.opted_out"}) << "the consent had lifted the first";
}

TEST_F(Wishes, StayToldWhenTheNumberChanges) {
    begin_sms();
    adapters::InboundMessage message;
    message.external_id = "m0";
    message.sender.aliases = {{"CO.1", adapters::IdentityScope::channel}};
    message.content.text = "STOP";
    adapters::InboundBatch batch;
    batch.items.push_back({message, {}, {}});
    take(std::move(batch));
    EXPECT_EQ(told(), Names{"contact.opted_out"});

    adapters::InboundSignal renamed;
    renamed.kind = adapters::SignalKind::identity_changed;
    renamed.dedupe_id = "renamed";
    renamed.sender = message.sender;
    renamed.sender->aliases.push_back({"+573001234567", adapters::IdentityScope::channel});
    batch = {};
    batch.items.push_back({std::move(renamed), {}, {}});
    take(std::move(batch));
    EXPECT_EQ(told(), Names{"contact.identity_changed"});
    says("STOP");
    EXPECT_EQ(told(), Names{}) << "under the new number it was said before";
}

}  // namespace
}  // namespace postern::ingress
