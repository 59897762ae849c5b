// The real threads together, on a real folder: replies come on the caller's thread, after
// durability, and reads see what was written. RI-01: a first message makes a contact.
#include "gateway/runtime/pipeline.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "gateway/runtime/clock.h"

namespace postern::runtime {
namespace {

class PipelineTest : public ::testing::Test {
  protected:
    PipelineTest() { open(); }
    ~PipelineTest() override {
        close();
        std::filesystem::remove_all(folder_);
    }

    void open() {
        RecoveryOptions options;
        options.path = folder_;
        options.segment_bytes = 8u << 20;  // the least that is allowed: a group must fit
        options.ballast_bytes = 4096;
        std::string problem;
        auto ground = recover(options, read_clocks().wall, problem);
        ASSERT_TRUE(ground.has_value()) << problem;
        ground_ = std::move(*ground);
        if (damage_) {
            storage::WriteSet rows = ground_->store->new_write_set();
            rows.put(*damage_, "no envelope at all");
            ASSERT_TRUE(ground_->store->apply(rows.data(), ground_->store->applied()));
        }
        auto tables = load_small_tables(*ground_, problem);
        ASSERT_TRUE(tables.has_value()) << problem;
        io_ = net::make_io_pool(2);
        pipeline_ = std::make_unique<Pipeline>(*ground_, std::move(*tables), PipelineOptions{},
                                               [](const model::RecordPtr&) {});
    }

    void close() {
        if (pipeline_) pipeline_->stop();
        if (io_) io_->stop();
        pipeline_.reset();
        io_.reset();
        ground_.reset();
    }

    static core::Command message(std::uint64_t sender, std::uint64_t id) {
        core::ReceiveMessage c;
        c.inbound.account = 1;
        storage::Blind blind;
        std::memcpy(blind.bytes.data(), &sender, 8);
        c.inbound.identities.push_back({0x8000'0001, blind});
        c.inbound.dedupe_hash = id;
        c.inbound.horizon_s = 86'400;
        c.inbound.fresh_key[0] = static_cast<std::uint8_t>(id);
        c.message.external_id = fmt::format("id-{}", id);
        c.message.sender.aliases.push_back({fmt::format("+57300{:07}", sender), {}});
        c.message.content.text = "hello";
        c.message.provider_time = read_clocks().wall;
        return {std::move(c), {}};
    }

    std::vector<core::Reply> post_and_wait(std::vector<core::Command> commands,
                                           std::size_t thread = 0) {
        std::promise<std::vector<core::Reply>> durable;
        const bool taken =
            pipeline_->post(std::move(commands), Admit::last_shed, io_->at(thread),
                            [&](const auto& replies) { durable.set_value(replies); });
        EXPECT_TRUE(taken);
        return taken ? durable.get_future().get() : std::vector<core::Reply>{};
    }

    model::RecordPtr read(const storage::RowKey& key) {
        std::promise<model::RecordPtr> found;
        EXPECT_TRUE(pipeline_->queries().post([&](Reader& reader) {
            const auto record = reader.get(key);
            found.set_value(record.has_value() ? *record : nullptr);
        }));
        return found.get_future().get();
    }

    const std::string folder_ = ::testing::TempDir() + "pipeline-" + std::to_string(::getpid());
    std::optional<storage::RowKey> damage_;  // a row that open() writes rubbish over
    std::unique_ptr<Ground> ground_;
    std::unique_ptr<net::IoPool> io_;
    std::unique_ptr<Pipeline> pipeline_;
};

TEST_F(PipelineTest, AnswersOnTheCallersThreadOnceItIsDurable) {
    std::promise<bool> answered;
    std::vector<core::Command> commands;
    commands.push_back(message(1, 1));
    ASSERT_TRUE(pipeline_->post(std::move(commands), Admit::first_shed, io_->at(1),
                                [&](const std::vector<core::Reply>& replies) {
                                    const bool durable =
                                        pipeline_->log().durable() >= replies[0].id.sequence;
                                    answered.set_value(durable && io_->at(1).is_current());
                                }));
    EXPECT_TRUE(answered.get_future().get());
}

TEST_F(PipelineTest, ReadsItsOwnWrites) {
    for (std::uint64_t id = 1; id <= 50; ++id) {
        const auto replies = post_and_wait({message(id, id)});
        ASSERT_EQ(replies.size(), 1u);
        const auto record = read(storage::keys::seq_row(replies[0].id.sequence));
        ASSERT_TRUE(record);
        EXPECT_EQ(model::get<model::MessageRow>(*record).message.external_id,
                  fmt::format("id-{}", id));
    }
}

TEST_F(PipelineTest, DropsARedeliveryAlsoAfterARestart) {
    EXPECT_EQ(post_and_wait({message(7, 70)})[0].code, core::ReplyCode::done);
    EXPECT_EQ(post_and_wait({message(7, 70)})[0].code, core::ReplyCode::duplicate);

    close();
    open();

    EXPECT_EQ(post_and_wait({message(7, 70)})[0].code, core::ReplyCode::duplicate);
    EXPECT_EQ(post_and_wait({message(7, 71)})[0].code, core::ReplyCode::done);
}

TEST_F(PipelineTest, AnswersEachCommandInItsPlaceAlsoWhenTheFirstHasToWait) {
    EXPECT_EQ(post_and_wait({message(7, 70)})[0].code, core::ReplyCode::done);
    close();
    open();
    // The first one waits for rows, the second one needs none.
    const auto replies =
        post_and_wait({message(7, 70), {core::Announce{0, "test.happened", "{}"}, {}}});
    ASSERT_EQ(replies.size(), 2u);
    EXPECT_EQ(replies[0].code, core::ReplyCode::duplicate);
    EXPECT_EQ(replies[1].code, core::ReplyCode::done);
}

TEST_F(PipelineTest, ADamagedRowCostsOnlyWhatNeedsIt) {
    const auto first = post_and_wait({message(7, 70)});
    (void)post_and_wait({message(8, 80)});
    for (const storage::RowKey& row :
         {storage::keys::hot(first[0].id.sequence), storage::keys::contact(first[0].id.sequence)}) {
        close();
        damage_ = row;
        open();

        const auto refused = post_and_wait({message(7, 71), message(7, 72)});
        ASSERT_EQ(refused.size(), 2u);
        EXPECT_EQ(refused[0].code, core::ReplyCode::unreadable);
        EXPECT_EQ(refused[1].code, core::ReplyCode::unreadable);
        EXPECT_EQ(pipeline_->probe().refused_unreadable.load(), 2u);
        EXPECT_EQ(post_and_wait({message(8, 80)})[0].code, core::ReplyCode::duplicate);
        EXPECT_EQ(post_and_wait({message(9, row.prefix() + 100u)})[0].code, core::ReplyCode::done);
        // Announced once, although two were refused.
        std::vector<std::string> notices;
        for (model::Sequence s = 1; s <= pipeline_->log().durable(); ++s) {
            const auto record = read(storage::keys::seq_row(s));
            const auto* notice = record ? model::get_if<model::NoticeRow>(record.get()) : nullptr;
            if (notice != nullptr) notices.push_back(notice->type + notice->data_json);
        }
        const std::string expected = "storage.row_unreadable{\"row\":\"" + name_of(row) + "\"}";
        EXPECT_EQ(std::count(notices.begin(), notices.end(), expected), 1);
    }
}

TEST_F(PipelineTest, ADamagedRowHidesNothingFromAScan) {
    std::vector<model::Sequence> rows;
    for (std::uint64_t n = 1; n <= 3; ++n) {
        rows.push_back(post_and_wait({message(n, n * 10)})[0].id.sequence);
    }
    close();
    damage_ = storage::keys::seq_row(rows[1]);
    open();
    const auto visited = [&](bool backwards) {
        std::promise<std::vector<std::pair<model::Sequence, bool>>> done;
        EXPECT_TRUE(pipeline_->queries().post([&](Reader& reader) {
            std::vector<std::pair<model::Sequence, bool>> seen;
            const auto visit = [&](std::string_view key, const model::RecordPtr& record) {
                seen.emplace_back(storage::keys::trailing_u64(key), record != nullptr);
                return true;
            };
            const storage::RowKey from = storage::keys::seq_row(rows[0]);
            const storage::RowKey to = storage::keys::seq_row(rows[2] + 1);
            EXPECT_TRUE(backwards ? reader.scan_back(from, to, visit)
                                  : reader.scan(from, to, visit));
            done.set_value(seen);
        }));
        return done.get_future().get();
    };

    std::vector<std::pair<model::Sequence, bool>> seen = visited(false);
    for (const auto& [sequence, readable] : seen) EXPECT_EQ(readable, sequence != rows[1]);
    EXPECT_EQ(std::count(seen.begin(), seen.end(), std::pair(rows[0], true)), 1);
    EXPECT_EQ(std::count(seen.begin(), seen.end(), std::pair(rows[1], false)), 1);
    EXPECT_EQ(std::count(seen.begin(), seen.end(), std::pair(rows[2], true)), 1);
    EXPECT_EQ(pipeline_->probe().rows_unreadable.load(), 1u);
    std::reverse(seen.begin(), seen.end());
    EXPECT_EQ(visited(true), seen);
    EXPECT_EQ(pipeline_->probe().rows_unreadable.load(), 2u);
}

TEST_F(PipelineTest, RefusesToStartWithoutARowOfItsSmallTables) {
    core::RegisterAccounts accounts;
    accounts.accounts.push_back({"wa-main", "whatsapp"});
    (void)post_and_wait({core::Command{accounts, {}}});
    close();
    RecoveryOptions options;
    options.path = folder_;
    options.segment_bytes = 1u << 20;
    options.ballast_bytes = 4096;
    std::string problem;
    auto ground = recover(options, read_clocks().wall, problem);
    ASSERT_TRUE(ground.has_value()) << problem;
    ASSERT_EQ(load_small_tables(**ground, problem)->accounts.size(), 1u);
    storage::WriteSet rows = (*ground)->store->new_write_set();
    rows.put(storage::keys::account(1), "no envelope at all");
    ASSERT_TRUE((*ground)->store->apply(rows.data(), (*ground)->store->applied()));

    EXPECT_EQ(load_small_tables(**ground, problem).error(), storage::Errc::corrupt);
    EXPECT_FALSE(problem.empty());
}

TEST_F(PipelineTest, TakesCommandsFromManyThreadsAndAnswersEach) {
    constexpr std::uint64_t per_thread = 500;
    std::atomic<std::uint64_t> done{0};
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (std::uint64_t i = 0; i < per_thread; ++i) {
                std::vector<core::Command> commands;
                commands.push_back(message(i % 20, t * per_thread + i + 1));
                while (!pipeline_->post(commands, Admit::last_shed, io_->at(t % 2),
                                        [&](const auto&) { done.fetch_add(1); })) {
                    std::this_thread::yield();
                }
            }
        });
    }
    for (std::thread& t : threads) t.join();
    pipeline_->stop();
    // The last batch is posted by the log thread before it ends and runs before the loops do.
    io_->stop();
    EXPECT_EQ(done.load(), 4 * per_thread);
}

TEST_F(PipelineTest, WakesAStreamThatWaitsForMore) {
    std::promise<void> woken;
    const model::Sequence before = pipeline_->events().readable();
    auto cancel = pipeline_->events().wait(io_->at(0), before, [&] { woken.set_value(); });
    (void)post_and_wait({message(3, 30)}, 1);
    woken.get_future().wait();
    EXPECT_GT(pipeline_->events().readable(), before);
}

}  // namespace
}  // namespace postern::runtime
