#include "gateway/runtime/core_thread.h"

#include <cstring>
#include <set>

#include <gtest/gtest.h>

namespace postern::runtime {
namespace {

constexpr model::AccountNumber account = 1;

core::Command message_from(std::uint32_t person, std::uint64_t id) {
    core::ReceiveMessage c;
    c.inbound.account = account;
    storage::Blind blind;
    std::memcpy(blind.bytes.data(), &person, sizeof person);
    c.inbound.identities = {{account, blind}};
    c.inbound.dedupe_hash = id;
    c.inbound.horizon_s = 86'400;
    c.message.external_id = std::to_string(id);
    c.message.sender.aliases = {{std::to_string(person), adapters::IdentityScope::account}};
    c.message.content.text = "hola";
    return {std::move(c), {}};
}

/// The core thread's rounds on the test's own thread, over a store that holds nothing and a clock
/// that moves with each look.
class CoreThreadTest : public ::testing::Test {
  protected:
    /// One round, and those that bring the rows it asked for.
    void run(InboxItem item) {
        std::vector<InboxItem> items;
        items.push_back(std::move(item));
        thread_.run_batch(items);
        while (!requests_.empty()) {
            std::vector<InboxItem> answers;
            for (PrefetchRequest& request : requests_) {
                PrefetchedRows rows;
                rows.records.resize(request.keys.size());
                rows.keys = std::move(request.keys);
                rows.lanes = std::move(request.lanes);
                answers.emplace_back(std::move(rows));
            }
            requests_.clear();
            thread_.run_batch(answers);
        }
    }

    /// One message each from this many people, posted together.
    void run_messages(std::uint32_t people, std::uint64_t first_id) {
        std::vector<core::Command> commands;
        for (std::uint32_t n = 0; n < people; ++n)
            commands.push_back(message_from(n, first_id + n));
        run(std::move(commands));
    }

    template <class Row>
    std::vector<Row> rows() const {
        std::vector<Row> out;
        for (const core::Effects& group : groups_) {
            for (const core::RowWrite& write : group.writes) {
                if (const auto* row = model::get_if<Row>(write.record.get())) out.push_back(*row);
            }
        }
        return out;
    }

    static core::SmallTables tables() {
        model::AccountRow row;
        row.number = account;
        row.name = "main";
        row.channel = "whatsapp";
        core::SmallTables tables;
        tables.accounts.push_back(row);
        return tables;
    }

    std::chrono::microseconds clock_{1'790'000'000'000'000};
    std::vector<core::Effects> groups_;
    std::vector<PrefetchRequest> requests_;
    Probe probe_;
    CoreThread thread_{
        core::Core({}, tables()), 1024,
        CoreThread::Ports{
            .commit = [this](core::Effects e) { groups_.push_back(std::move(e)); },
            .prefetch = [this](PrefetchRequest r) { requests_.push_back(std::move(r)); },
            .applied = [] { return model::Sequence{0}; },
            .now =
                [this] {
                    ++clock_;
                    return model::Now{model::Instant{clock_}, clock_};
                }},
        nullptr, probe_};
};

TEST_F(CoreThreadTest, WhatIsPostedTogetherIsAppliedInItsOrderWhoeverWaitsForRows) {
    std::vector<core::Command> commands;
    for (const std::uint64_t id : {11u, 21u, 12u, 22u, 13u})
        commands.push_back(message_from(static_cast<std::uint32_t>(id / 10), id));
    run(std::move(commands));
    std::vector<std::string> first, second;
    for (const model::MessageRow& row : rows<model::MessageRow>()) {
        const std::string& id = row.message.external_id;
        (id[0] == '1' ? first : second).push_back(id);
    }
    EXPECT_EQ(first, (std::vector<std::string>{"11", "12", "13"}));
    EXPECT_EQ(second, (std::vector<std::string>{"21", "22"}));
    EXPECT_TRUE(thread_.idle());
}

TEST_F(CoreThreadTest, MessagesShareALookAtTheClockForAWhile) {
    run_messages(64, 1);  // known from now on: nobody waits for rows
    groups_.clear();
    run_messages(64, 101);
    std::set<model::Instant> moments;
    for (const model::MessageRow& row : rows<model::MessageRow>()) moments.insert(row.head.created);
    EXPECT_EQ(rows<model::MessageRow>().size(), 64u);
    EXPECT_EQ(moments.size(), 2u);
}

TEST_F(CoreThreadTest, WhatIsNoMessageLooksAtTheClockItself) {
    run(message_from(1, 1));
    groups_.clear();
    std::vector<core::Command> commands;
    commands.push_back(message_from(1, 2));
    commands.push_back({core::Announce{account, "test", "{}"}, {}});
    commands.push_back({core::Announce{account, "test", "{}"}, {}});
    commands.push_back(message_from(1, 3));
    run(std::move(commands));
    const auto messages = rows<model::MessageRow>();
    const auto notices = rows<model::NoticeRow>();
    ASSERT_EQ(messages.size(), 2u);
    ASSERT_EQ(notices.size(), 2u);
    EXPECT_LT(messages[0].head.created, notices[0].head.created);
    EXPECT_LT(notices[0].head.created, notices[1].head.created);
    EXPECT_EQ(notices[1].head.created, messages[1].head.created);
}

TEST_F(CoreThreadTest, ManyCommandsInOneItemLeaveInBoundedGroups) {
    run_messages(2'500, 1);
    groups_.clear();
    run_messages(2'500, 10'001);
    EXPECT_EQ(rows<model::MessageRow>().size(), 2'500u);
    EXPECT_GT(groups_.size(), 1u);
    for (const core::Effects& group : groups_)
        EXPECT_LT(group.writes.size(), 4'096 + core::rows_per_apply_max);
}

}  // namespace
}  // namespace postern::runtime
