#include "gateway/recording/fields.h"

#include <gtest/gtest.h>

#include "gateway/core/command.h"
#include "gateway/core/sending_settings.h"

namespace postern::recording {
namespace {

template <class T>
T again(const T& value) {
    std::string bytes;
    put(bytes, value);
    Reading in{bytes};
    T read{};
    get(in, read);
    EXPECT_FALSE(in.bad);
    EXPECT_TRUE(in.rest.empty());
    return read;
}

core::Command received() {
    core::ReceiveMessage c;
    c.inbound.account = 7;
    c.inbound.identities = {{3, {}}, {4, {}}};
    c.inbound.horizon_s = 691'200;
    c.message.external_id = "wamid.1";
    c.message.sender.aliases = {{"+573001234567", adapters::IdentityScope::channel}};
    c.message.content.point = adapters::GeoPoint{4.6, -74.1};
    c.message.attachments.resize(2);
    c.message.attachments[1].mime = "image/png";
    c.message.provider_time = model::Instant{std::chrono::microseconds{1'700'000'000'000'123}};
    c.wish.confirmation_json = R"({"type":"text"})";
    return {std::move(c), {2, 99, 1}};
}

core::Command submitted() {
    core::SubmitMessage c;
    c.row.routes.resize(2);
    c.row.routes[1].address = "ana@example.org";
    c.row.routes[1].recipient.zones = {"America/Bogota", "America/Lima"};
    c.row.verdict.results.push_back({});
    c.idempotency.emplace();
    c.idempotency->hash[15] = 42;
    c.choice = policy::Choice{"route:*", {{1, "wa", "recent", "no_address", "none"}}, true};
    return {std::move(c), {}};
}

TEST(Fields, BringBackWhatWasPut) {
    EXPECT_EQ(again(received()), received());
    EXPECT_EQ(again(submitted()), submitted());
}

TEST(Fields, BringBackRowsOfEveryShape) {
    model::HotRow hot;
    hot.seen.resize(3);
    hot.seen[2].hash = 0xFFFF'FFFF'FFFF'FFFFu;
    hot.standings.resize(1);
    hot.standings[0].blocked = true;
    const model::RecordPtr row = std::make_shared<const model::Record>(hot);
    const model::RecordPtr read = again(row);
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(*read, *row);
    EXPECT_EQ(again(model::RecordPtr{}), nullptr);
}

TEST(Fields, LeaveTheConfigurationOut) {
    core::Configure c;
    c.settings = std::make_shared<const core::SendingSettings>();
    EXPECT_EQ(again(c).settings, nullptr);
}

TEST(Fields, SayThatBytesEndEarlyWhereverTheyAreCut) {
    std::string bytes;
    put(bytes, submitted());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        Reading in{std::string_view(bytes).substr(0, size)};
        core::Command read;
        get(in, read);
        EXPECT_TRUE(in.bad) << "cut at " << size;
    }
}

TEST(Fields, RefuseALengthBeyondTheBytes) {
    const std::string bytes("\xFF\xFF\xFF\x7Fxx", 6);
    std::vector<std::uint64_t> list;
    Reading in{bytes};
    get(in, list);
    EXPECT_TRUE(in.bad);
    EXPECT_TRUE(list.empty());
}

}  // namespace
}  // namespace postern::recording
