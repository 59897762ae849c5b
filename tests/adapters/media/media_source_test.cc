// From a reference to requests: ids that are looked up, URLs that want credentials, and where
// credentials must not go.
#include "adapters/media/media_source.h"

#include <gtest/gtest.h>

#include "adapters/media/media_limits.h"

namespace postern::adapters {
namespace {

AdapterConfig config_of(std::string channel, std::string base = {}) {
    AdapterConfig config;
    config.channel = std::move(channel);
    if (!base.empty()) config.settings["base_url"] = std::move(base);
    config.settings["account_sid"] = "AC1";
    config.credentials["access_token"].emplace_back("secret-token");
    config.credentials["bot_token"].emplace_back("7:bot");
    config.credentials["auth_token"].emplace_back("auth");
    return config;
}

std::string authorization(const MediaStep& step) {
    for (const auto& [name, value] : step.call.headers) {
        if (name == "Authorization") return value;
    }
    return {};
}

MediaStep located(const MediaSource& source, std::string body) {
    const std::size_t size = body.size();
    body.append(64, '\0');
    ProviderAnswer answer;
    answer.status = 200;
    answer.body = std::string_view(body).substr(0, size);
    return source.located({}, answer);
}

TEST(MediaSource, WhatsAppLooksTheIdUpAndShowsItsTokenTwice) {
    const auto source = make_media_source(config_of("whatsapp", "https://graph.test/v25.0"));
    EXPECT_EQ(source->origin(), "https://graph.test");

    const MediaStep first = source->first_step({"", "1037543291543636", "image/jpeg"});
    EXPECT_EQ(first.kind, MediaStep::Kind::lookup);
    EXPECT_EQ(first.call.method, "GET");
    EXPECT_EQ(first.call.url, "https://graph.test/v25.0/1037543291543636");
    EXPECT_EQ(authorization(first), "Bearer secret-token");

    const MediaStep second = located(
        *source, R"({"url":"https://lookaside.test/x?y=1","mime_type":"image/jpeg","id":"1"})");
    EXPECT_EQ(second.kind, MediaStep::Kind::download);
    EXPECT_EQ(second.call.url, "https://lookaside.test/x?y=1");
    EXPECT_EQ(second.mime, "image/jpeg");
    EXPECT_EQ(authorization(second), "Bearer secret-token");
}

TEST(MediaSource, WhatsAppSaysWhatIsWrongWithAnAnswer) {
    const auto source = make_media_source(config_of("whatsapp"));
    EXPECT_EQ(located(*source, "no json").kind, MediaStep::Kind::none);
    EXPECT_FALSE(located(*source, R"({"id":"1"})").problem.empty());
    EXPECT_EQ(source->first_step({"", "../../me", ""}).kind, MediaStep::Kind::none);
    EXPECT_EQ(source->first_step({"", "", ""}).kind, MediaStep::Kind::none);
}

TEST(MediaSource, TelegramAsksForThePathAndFetchesItBelowItsToken) {
    const auto source = make_media_source(config_of("telegram", "http://127.0.0.1:9/telegram"));

    const MediaStep first = source->first_step({"", "AgAC-1_x", ""});
    EXPECT_EQ(first.kind, MediaStep::Kind::lookup);
    EXPECT_EQ(first.call.url, "http://127.0.0.1:9/telegram/bot7:bot/getFile?file_id=AgAC-1_x");

    const MediaStep second =
        located(*source, R"({"ok":true,"result":{"file_id":"AgAC","file_path":"photos/1.jpg"}})");
    EXPECT_EQ(second.call.url, "http://127.0.0.1:9/telegram/file/bot7:bot/photos/1.jpg");
    EXPECT_EQ(located(*source, R"({"ok":true,"result":{"file_path":"../x"}})").kind,
              MediaStep::Kind::none);
}

TEST(MediaSource, MailgunsStoredFilesWantTheKeyAndNobodyElseGetsIt) {  // CG-37
    AdapterConfig config = config_of("email");
    config.settings["inbound"] = "mailgun";
    const std::string kept =
        "https://storage-us-east4.api.mailgun.net/v3/domains/acme.example/messages/x/attachments/0";
    const auto without = make_media_source(config)->first_step({kept, "", ""});
    EXPECT_EQ(without.kind, MediaStep::Kind::none);
    EXPECT_NE(without.problem.find("credentials.api_key"), std::string::npos);

    config.credentials["api_key"].emplace_back("key-1");
    const auto source = make_media_source(config);
    EXPECT_EQ(authorization(source->first_step({kept, "", ""})), "Basic YXBpOmtleS0x");
    for (const char* const elsewhere :
         {"https://files.example/messages/1", "http://storage.api.mailgun.net/messages/1",
          "https://api.mailgun.net.evil.example/messages/1",
          "https://u@storage.api.mailgun.net/messages/1", "https://evilmailgun.net/messages/1",
          "https://evil.example?x/messages/.mailgun.net",
          "https://evil.example#/messages/x.mailgun.net",
          "https://evil.example\\/messages/.mailgun.net",
          "https://evil.example:443@api.mailgun.net/v3/messages/1",
          "https://evil.example:1.mailgun.net/messages/1",
          "https://evil.example%2f.mailgun.net/messages/1", "https:///messages/.mailgun.net",
          // Of Mailgun's, what is no file of a mail is not fetched in our name.
          "https://api.mailgun.net/v3/domains", "https://api.mailgun.net/v3/routes?x=/messages/1",
          "https://api.mailgun.net/v3/messages/../routes"}) {
        const MediaStep step = source->first_step({elsewhere, "", ""});
        EXPECT_EQ(step.kind, MediaStep::Kind::download);
        EXPECT_EQ(authorization(step), "") << elsewhere;
    }
    config.settings["base_url"] = "http://127.0.0.1:9/email";
    const auto test = make_media_source(config);
    EXPECT_EQ(authorization(test->first_step({"http://127.0.0.1:9/email/messages/a", "", ""})),
              "Basic YXBpOmtleS0x");
    const MediaRef hostile{"http://127.0.0.1:9@evil.example/messages/a", "", ""};
    EXPECT_EQ(authorization(test->first_step(hostile)), "");
}

TEST(MediaSource, TwilioSendsItsCredentialsToItsOwnHostsAlone) {
    const auto source = make_media_source(config_of("twilio"));
    const MediaStep own = source->first_step({"https://api.twilio.com/x/Media/ME1", "", ""});
    EXPECT_EQ(own.kind, MediaStep::Kind::download);
    EXPECT_EQ(authorization(own), "Basic QUMxOmF1dGg=");
    for (const char* url : {"https://evil.example/ME1", "https://api.twilio.com.evil.example/ME1",
                            "http://mms.twilio.com/ME1", "https://evil.example/.twilio.com",
                            "https://evil.example?.twilio.com", "https://evil.example#.twilio.com",
                            "https://evil.example\\.twilio.com", "https://u@api.twilio.com/ME1",
                            "https://api.twilio.com@evil.example/ME1",
                            "https://evil.example:1.twilio.com/ME1", "nowhere"}) {
        const MediaStep other = source->first_step({url, "", ""});
        EXPECT_EQ(other.kind, MediaStep::Kind::download) << url;
        EXPECT_EQ(authorization(other), "") << url;
    }
}

TEST(MediaSource, LineHasAHostForContent) {
    const auto source = make_media_source(config_of("line", "https://api.line.me"));
    const MediaStep step = source->first_step({"", "3257080", ""});
    EXPECT_EQ(step.call.url, "https://api-data.line.me/v2/bot/message/3257080/content");
    EXPECT_EQ(authorization(step), "Bearer secret-token");
    // Content that somebody else keeps is fetched there, without our token.
    EXPECT_EQ(authorization(source->first_step({"https://cdn.example/a.jpg", "3257080", ""})), "");
}

TEST(MediaSource, WeChatWantsTheAccountsAccessToken) {
    const auto source = make_media_source(config_of("wechat", "https://wx.test"));
    const MediaStep step = source->first_step({"", "MEDIA-1", "audio/amr"});
    EXPECT_EQ(step.kind, MediaStep::Kind::download);
    EXPECT_EQ(step.call.method, "GET");
    EXPECT_EQ(step.call.url, "https://wx.test/cgi-bin/media/get?media_id=MEDIA-1");
    EXPECT_EQ(step.call.token_in, "access_token");
    EXPECT_TRUE(step.text_is_error);
    // A picture comes with a URL that wants nothing.
    EXPECT_EQ(source->first_step({"https://mmbiz.test/1", "M", ""}).call.token_in, "");
    const auto refused = [&](std::string body) {
        const std::size_t size = body.size();
        body.append(64, '\0');
        ProviderAnswer answer;
        answer.status = 200;
        answer.body = std::string_view(body).substr(0, size);
        return source->token_refused(answer);
    };
    EXPECT_TRUE(refused(R"({"errcode":42001,"errmsg":"access_token expired"})"));
    EXPECT_FALSE(refused(R"({"errcode":40007,"errmsg":"invalid media_id"})"));
}

TEST(MediaSource, OtherChannelsFetchTheUrlAsItIs) {
    const auto source = make_media_source(config_of("http", "https://sms.example"));
    const MediaStep step = source->first_step({"https://cdn.example/a.jpg", "", "image/jpeg"});
    EXPECT_EQ(step.kind, MediaStep::Kind::download);
    EXPECT_TRUE(step.call.headers.empty());
    EXPECT_EQ(source->first_step({"", "id-1", ""}).kind, MediaStep::Kind::none);
    EXPECT_EQ(source->first_step({"https://x/\r\nEvil: 1", "", ""}).kind, MediaStep::Kind::none);
}

TEST(MediaLimits, KnowKindsAndChannels) {  // CG-35
    EXPECT_EQ(media_bytes_max({"whatsapp", MediaKind::image}), 5U << 20);
    EXPECT_EQ(media_bytes_max({"whatsapp", MediaKind::sticker}), 500U * 1024);
    EXPECT_EQ(media_bytes_max({"http", MediaKind::image}), 0U);
    EXPECT_TRUE(kind_takes(MediaKind::image, "image/png"));
    EXPECT_FALSE(kind_takes(MediaKind::image, "application/pdf"));
    EXPECT_TRUE(kind_takes(MediaKind::document, "application/pdf"));
    EXPECT_FALSE(kind_takes(MediaKind::voice, "image/png"));
    EXPECT_TRUE(kind_takes(MediaKind::voice, "audio/ogg"));
    EXPECT_FALSE(kind_takes(MediaKind::video, "audio/ogg"));
}

}  // namespace
}  // namespace postern::adapters
