// The real daemon, the simulator as providers that get an upload's bytes: which do, once for how
// many messages, and what is said where none can.
#include "tests/media/daemon_media.h"

namespace postern::media {
namespace {

using namespace std::chrono_literals;

TEST_F(DaemonMedia, NamesTheSettingWhereNobodyCouldFetchAnUpload) {
    rig_.config.sections =
        "\n[[account]]\nid = \"ln-main\"\nchannel = \"line\"\n"
        "credentials.channel_secret = \"a-secret\"\n"
        "credentials.access_token = \"a-token\"\n";
    ASSERT_TRUE(rig_.start()) << rig_.problem << rig_.log();
    const Got refused =
        send_from("ln-main", "U0123456789abcdef0123456789abcdef", upload(jpeg(1000)).at("/id"));
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.at("/errors/0/code"), "no_public_url") << refused.body;
    EXPECT_NE(refused.body.find("media.public_url"), std::string::npos);
}

TEST_F(DaemonMedia, GivesWhatsAppTheBytesWhereNobodyCouldFetchThem) {
    rig_.config.sections.clear();
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const Got asked = send(upload(jpeg(300'000)).at("/id"));
    ASSERT_EQ(asked.status, 202) << asked.body;
    const auto ledger = [&] {
        return ask("GET", simulator_->url() + "/_sim/ledger?channel=whatsapp").body;
    };
    // The id that the simulator gives to what was uploaded first.
    EXPECT_TRUE(crash::eventually(
        20s, [&] { return ledger().find("7000000000000001") != std::string::npos; }))
        << api("GET", "/v1/messages/" + asked.at("/id")).body << ledger() << rig_.log();
}

// CG-35: WeChat fetches nothing, and nobody outside needs to reach this gateway.
TEST_F(DaemonMedia, UploadsTheBytesOnceToAProviderThatFetchesNothing) {
    rig_.config.sections = fmt::format(
        "\n[[account]]\nid = \"wc-main\"\nchannel = \"wechat\"\n"
        "app_id = \"wx0000000000000001\"\nbase_url = \"{}/wechat\"\n"
        "credentials.token = \"wechattoken\"\ncredentials.app_secret = \"wechat-secret\"\n",
        simulator_->url());
    ASSERT_TRUE(rig_.start()) << rig_.problem << rig_.log();
    ASSERT_EQ(simulator_->inbound(fmt::format(
                  R"({{"channel":"wechat","account":"wc-main","secret":"wechattoken",)"
                  R"("url":"{}/wc-main","kind":"text","from":"oA1","text":"hola","count":1}})",
                  rig_.webhooks_url())),
              "");
    const std::string picture = upload(jpeg(3'000'000)).at("/id");
    const std::string sound = upload("RIFF....WAVEfmt ", "audio/wav").at("/id");
    EXPECT_EQ(send_from("wc-main", "oA1", sound, "voice").at("/errors/0/code"), "wrong_type");
    const auto is_sent = [&](const Got& asked) {
        return api("GET", "/v1/messages/" + asked.at("/id")).at("/state") == "sent";
    };
    for (int i = 0; i < 2; ++i) {
        const Got asked = send_from("wc-main", "oA1", picture);
        ASSERT_EQ(asked.status, 202) << asked.body;
        ASSERT_TRUE(crash::eventually(20s, [&] { return is_sent(asked); }))
            << api("GET", "/v1/messages/" + asked.at("/id")).body << rig_.log();
    }
    const std::string ledger = ask("GET", simulator_->url() + "/_sim/ledger?channel=wechat").body;
    EXPECT_NE(ledger.find("SIM-image-00000001"), std::string::npos) << ledger;
    EXPECT_EQ(ledger.find("SIM-image-00000002"), std::string::npos) << ledger;
}

// CG-35: a page is given a file once, for its Messenger and for the Instagram account linked to it.
TEST_F(DaemonMedia, GivesMetaTheBytesWhereNobodyCouldFetchThem) {
    const auto account = [&](const std::string& id, const std::string& channel,
                             const std::string& settings) {
        return fmt::format(
            "\n[[account]]\nid = \"{}\"\nchannel = \"{}\"\nbase_url = \"{}/{}\"\n{}"
            "credentials.app_secret = \"meta-secret\"\ncredentials.verify_token = \"v\"\n"
            "credentials.access_token = \"EAAtoken\"\n",
            id, channel, simulator_->url(), channel, settings);
    };
    rig_.config.sections =
        account("fb-main", "messenger", "page_id = \"400300\"\n") +
        account("ig-page", "instagram", "page_id = \"400300\"\ninstagram_id = \"17840001\"\n") +
        account("ig-own", "instagram", "instagram_id = \"17840002\"\n");
    ASSERT_TRUE(rig_.start()) << rig_.problem << rig_.log();
    const auto writes = [&](const std::string& channel, const std::string& id,
                            const std::string& own_id) {
        return simulator_->inbound(fmt::format(
            R"({{"channel":"{}","account":"{}","secret":"meta-secret","phone_number_id":"{}",)"
            R"("url":"{}/{}","kind":"text","from":"7001","text":"hola","count":1}})",
            channel, id, own_id, rig_.webhooks_url(), id));
    };
    ASSERT_EQ(writes("messenger", "fb-main", "400300"), "");
    ASSERT_EQ(writes("instagram", "ig-page", "17840001"), "");
    const std::string picture = upload(jpeg(3'000'000)).at("/id");
    const auto is_sent = [&](const Got& asked) {
        return api("GET", "/v1/messages/" + asked.at("/id")).at("/state") == "sent";
    };
    for (const char* id : {"fb-main", "fb-main", "ig-page", "ig-page"}) {
        const Got asked = send_from(id, "7001", picture);
        ASSERT_EQ(asked.status, 202) << asked.body;
        ASSERT_TRUE(crash::eventually(20s, [&] { return is_sent(asked); }))
            << api("GET", "/v1/messages/" + asked.at("/id")).body << rig_.log();
    }
    for (const char* channel : {"messenger", "instagram"}) {
        const std::string ledger =
            ask("GET", simulator_->url() + "/_sim/ledger?channel=" + channel).body;
        EXPECT_NE(ledger.find("1800000000000001"), std::string::npos) << ledger;
        EXPECT_EQ(ledger.find("1800000000000002"), std::string::npos) << ledger;
    }
    const Got webp =
        send_from("ig-page", "7001", upload("RIFF....WEBPVP8 ", "image/webp").at("/id"));
    EXPECT_EQ(webp.at("/errors/0/code"), "wrong_type") << webp.body;
    const Got large = send_from("ig-page", "7001", upload(jpeg((8 << 20) + 1)).at("/id"));
    EXPECT_EQ(large.at("/errors/0/code"), "too_large") << large.body;
    const Got own = send_from("ig-own", "7001", picture);
    EXPECT_EQ(own.status, 422);
    EXPECT_EQ(own.at("/errors/0/code"), "no_public_url") << own.body;
}

}  // namespace
}  // namespace postern::media
