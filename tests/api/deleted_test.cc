// What the API shows of a message that its sender took back: that it was, when, and nothing of it.
#include "gateway/api/media_json.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

using adapters::SignalKind;

constexpr const char* ana = "+573001234567";
constexpr const char* secret = "the code is 4711";

class Deleted : public ApiRig {
  protected:
    core::ReceiveSignal signal(SignalKind kind, const std::string& target) {
        core::ReceiveSignal c;
        c.inbound.account = 1;
        const auto scope = model::channel_scope(model::channel_number("whatsapp"));
        c.inbound.identities = {{scope, reader_.blind("identity", ana)}};
        c.inbound.dedupe_hash = 1'000 + ++told_;
        c.inbound.horizon_s = 8 * 86'400;
        c.signal.kind = kind;
        c.signal.dedupe_id = "s" + std::to_string(told_);
        c.signal.target = target;
        c.signal.sender = adapters::Sender{};
        c.signal.sender->aliases = {{ana, adapters::IdentityScope::channel}};
        c.signal.provider_time = thread_.now().wall;
        thread_.advance(std::chrono::seconds{1});
        return c;
    }
    void took_back(const std::string& target) {
        (void)core_.apply(signal(SignalKind::message_deleted, target));
    }
    std::uint64_t told_ = 0;
};

TEST_F(Deleted, NoReaderSeesTheWordsAnyMore) {
    receive(ana, secret);
    core::ReceiveSignal edit = signal(SignalKind::message_edited, "wamid.1");
    edit.signal.content = adapters::Content{};
    edit.signal.content->text = secret;
    (void)core_.apply(std::move(edit));
    const Reply before = get("/v1/events?limit=100");
    ASSERT_EQ(before.count(secret), 2u) << before.body;
    const std::string cursor = before.member("id");
    const std::string contact = get("/v1/contacts").member("id");

    took_back("wamid.1");

    const Reply events = get("/v1/events?limit=100");
    EXPECT_FALSE(events.has(secret)) << events.body;
    EXPECT_EQ(events.count(R"("type":"message.received")"), 1u);
    EXPECT_EQ(events.count(R"("type":"message.edited")"), 1u);
    EXPECT_EQ(events.count(R"("type":"message.deleted")"), 1u);
    EXPECT_EQ(events.count(R"("content":{"type":"unsupported","provider_type":"deleted"})"), 2u);
    EXPECT_EQ(events.count("\"deleted_at\":\"2"), 2u);
    // What a reader remembers as its place is still one.
    EXPECT_EQ(get("/v1/events?after=" + cursor).status, 200);
    const Reply timeline = get("/v1/contacts/" + contact + "/timeline");
    EXPECT_EQ(timeline.status, 200);
    EXPECT_FALSE(timeline.has(secret));
    EXPECT_TRUE(timeline.has("message.deleted"));
    const Reply messages = get("/v1/messages");
    EXPECT_FALSE(messages.has(secret));
    EXPECT_TRUE(messages.has(R"("external_id":"wamid.1")"));
    const Reply message = get("/v1/messages/" + messages.member("id"));
    EXPECT_EQ(message.status, 200);
    EXPECT_FALSE(message.has(secret));
    EXPECT_FALSE(message.member("deleted_at").empty());
    EXPECT_EQ(message.member("updated_at"), message.member("deleted_at"));
    EXPECT_TRUE(message.has(R"("attachments":[])"));
}

TEST_F(Deleted, OtherMessagesHaveNoSuchMember) {
    receive(ana, "hola");
    receive(ana, secret);
    took_back("wamid.2");
    const Reply messages = get("/v1/messages");
    EXPECT_EQ(messages.count("deleted_at"), 1u);
    EXPECT_TRUE(messages.has("hola"));
}

TEST(DeletedAttachment, IsGoneAndOneThatNeverWasIsNotFound) {
    model::MessageRow row;
    row.head.created = model::Instant{std::chrono::hours{1}};
    row.head.epoch = 3;
    AttachmentName name;
    name.event.ulid = model::make_ulid(row.head.created, 3, 7);
    const auto problem = [&] {
        return missing_attachment(std::make_shared<const model::Record>(row), name);
    };
    EXPECT_EQ(problem().status, 404);
    row.deleted = model::Instant{std::chrono::hours{2}};
    EXPECT_EQ(problem().status, 410);
    EXPECT_EQ(problem().code, "message_deleted");
    row.head.epoch = 4;
    EXPECT_EQ(problem().status, 404) << "another history's";
    EXPECT_EQ(missing_attachment(nullptr, name).status, 404);
}

}  // namespace
}  // namespace postern::api
