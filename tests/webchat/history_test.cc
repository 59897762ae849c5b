// What a window is told of before: both sides in order, nothing that has not left, nothing of
// another person or account.
#include "gateway/webchat/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/webchat/arrival.h"
#include "gateway/model/channel.h"
#include "tests/support/fake_runtime.h"

namespace postern::webchat {
namespace {

using model::MessageState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr model::AccountNumber account = 7;
constexpr model::Part part = 100;
const std::string visitor = "0123456789abcdef0123456789abcdef";

/// A person's rows, written one behind the other.
struct Chain {
    Chain() {
        reader.put(storage::keys::identity(model::account_scope(account),
                                           reader.blind("identity", visitor)),
                   model::IdentityRow{part});
    }
    model::SeqHead head(model::AccountNumber of) {
        model::SeqHead made;
        made.created = testing::FakeThread::start;
        made.account = of;
        made.part = part;
        made.previous = last;
        return made;
    }
    void close() {
        model::HotRow hot;
        hot.last = last;
        reader.put(storage::keys::hot(part), hot);
    }
    model::Sequence theirs(std::string text, model::AccountNumber of = account) {
        model::MessageRow row;
        row.head = head(of);
        row.message.external_id = adapters::webchat::external_id(visitor, "c-" + text);
        row.message.content.text = std::move(text);
        return put(row);
    }
    model::Sequence ours(std::string text, MessageState state, std::string to = visitor) {
        model::OutboundRow row;
        row.head = head(account);
        model::Route route;
        route.account = account;
        route.address = std::move(to);
        row.routes.push_back(route);
        row.content_json = R"({"type":"text","text":")" + text + "\"}";
        const model::Sequence at = put(row);
        model::StateRow standing;
        standing.state = state;
        reader.put(storage::keys::state(at), standing);
        return at;
    }
    template <class Row>
    model::Sequence put(const Row& row) {
        last = last == 0 ? part : last + 1;
        reader.put(storage::keys::seq_row(last), row);
        return last;
    }
    History read(model::Sequence after = 0) {
        close();
        return read_history(reader, {account, visitor, after, [](const model::UploadId&) {
                                         return std::string("/media/token");
                                     }});
    }

    testing::FakeReader reader;
    model::Sequence last = 0;
};

std::vector<std::string> texts(const History& history) {
    std::vector<std::string> out;
    for (const Past& past : history.messages) {
        const auto at = past.frame.find("\"text\":\"") + 8;
        out.push_back(past.frame.substr(at, past.frame.find('"', at) - at));
    }
    return out;
}

TEST(ChatHistory, TellsBothSidesOldestFirst) {
    Chain chain;
    chain.theirs("hola");
    const auto answer = chain.ours("buenas", MessageState::delivered);
    chain.theirs("gracias");

    const History history = chain.read();

    EXPECT_TRUE(history.readable && history.known);
    EXPECT_THAT(texts(history), ElementsAre("hola", "buenas", "gracias"));
    EXPECT_EQ(history.messages[1].message, answer);
    EXPECT_EQ(history.messages[0].message, 0u);
    EXPECT_THAT(history.messages[0].frame, HasSubstr(R"("c":"c-hola")"));
    EXPECT_THAT(history.messages[1].frame, HasSubstr(R"("received":true)"));
}

TEST(ChatHistory, LeavesOutWhatHasNotLeft) {
    Chain chain;
    for (const MessageState state :
         {MessageState::queued, MessageState::waiting, MessageState::failed, MessageState::expired,
          MessageState::cancelled, MessageState::refused})
        chain.ours("hidden", state);
    for (const MessageState state :
         {MessageState::sending, MessageState::unknown, MessageState::sent, MessageState::delivered,
          MessageState::read})
        chain.ours("shown", state);

    EXPECT_THAT(texts(chain.read()), ElementsAre("shown", "shown", "shown", "shown", "shown"));
}

TEST(ChatHistory, IsOfThisVisitorOnThisAccountAlone) {
    Chain chain;
    chain.theirs("by another way", account + 1);
    chain.ours("to another address", MessageState::sent, std::string(32, 'a'));
    chain.theirs("here");

    EXPECT_THAT(texts(chain.read()), ElementsAre("here"));
    EXPECT_FALSE(read_history(chain.reader, {account, std::string(32, 'b'), 0, {}}).known);
}

TEST(ChatHistory, GoesBackToWhatTheBrowserKnowsAndSomeRowsMore) {
    Chain chain;
    for (std::size_t i = 0; i < history_rows_min + 100; ++i) chain.theirs(std::to_string(i));

    EXPECT_EQ(chain.read().messages.size(), history_rows_min);
    // The browser's last one is older than that.
    const History longer = chain.read(part + 50);
    EXPECT_EQ(texts(longer).front(), "50");
    EXPECT_EQ(longer.messages.size(), history_rows_min + 50);
}

TEST(ChatHistory, StaysWithinWhatOneSocketMayHold) {
    Chain chain;
    for (int i = 0; i < 100; ++i) chain.theirs(std::string(4000, 'x'));

    std::size_t bytes = 0;
    for (const Past& past : chain.read().messages) bytes += past.frame.size();
    EXPECT_GT(bytes, history_bytes_max / 2);
    EXPECT_LE(bytes, history_bytes_max);
}

TEST(ChatHistory, SaysWhenTheStoreDoesNotRead) {
    Chain chain;
    chain.theirs("hola");
    chain.close();
    chain.reader.broken = true;
    EXPECT_FALSE(read_history(chain.reader, {account, visitor, 0, {}}).readable);
}

}  // namespace
}  // namespace postern::webchat
