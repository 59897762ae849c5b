// Media whose bytes are sent: the frame around the file, and which request follows which.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/media/media_limits.h"
#include "adapters/registry.h"
#include "adapters/shared/file_form.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
constexpr std::string_view token_answer = R"({"access_token":"tok","expires_in":7200})";

/// One message of one account, asked and answered step by step.
class Upload {
  public:
    explicit Upload(std::string channel, MediaKind kind = MediaKind::image) {
        adapter_ = make_sending_adapter(sending_config(std::move(channel)), problem_);
        EXPECT_EQ(problem_, "");
        content_.type = ContentType::media;
        content_.media = kind;
        content_.upload = "upl_01KG9YV3280000A0000000000C";
    }

    SendFile file{hash, 1000, "image/jpeg", "foto.jpg", {}};
    std::string to = "+573001234567";
    std::string reply_to;
    OutboundContent& content() { return content_; }
    [[nodiscard]] const SendTraits& traits() const { return adapter_->send_traits(); }
    [[nodiscard]] std::optional<FieldProblem> check() const { return adapter_->check(content_); }

    SendStep begin() {
        const auto first = adapter_->first_step(request());
        EXPECT_TRUE(first.has_value());
        return taken(first.has_value() ? *first : SendStep{});
    }
    [[nodiscard]] bool can_begin_without_the_file() {
        const SendRequest bare{to, content_, {}, "msg_1.1", {}, sending_now()};
        return adapter_->first_step(bare).has_value();
    }
    SendStep then(int status, std::string_view body) {
        auto next = answered(status, body);
        EXPECT_TRUE(std::holds_alternative<SendStep>(next)) << body;
        return std::holds_alternative<SendStep>(next) ? taken(std::get<SendStep>(next))
                                                      : SendStep{};
    }
    SendOutcome end(int status, std::string_view body) {
        auto next = answered(status, body);
        EXPECT_TRUE(std::holds_alternative<SendOutcome>(next)) << body;
        return std::holds_alternative<SendOutcome>(next) ? std::get<SendOutcome>(next)
                                                         : SendOutcome{};
    }

  private:
    SendRequest request() {
        SendRequest out{to, content_, reply_to, "msg_1.1", {}, sending_now()};
        out.file = &file;
        out.carried = carried_;
        return out;
    }
    std::variant<SendStep, SendOutcome> answered(int status, std::string_view body) {
        OwnedAnswer answer(status, body);
        return adapter_->answered(request(), step_, answer.view());
    }
    SendStep taken(SendStep step) {
        carried_ = step.carry;
        ++steps_;
        step_ = steps_ - 1;
        return step;
    }

    std::string problem_;
    std::unique_ptr<SendingAdapter> adapter_;
    OutboundContent content_;
    std::string carried_;
    std::size_t steps_ = 0;
    std::size_t step_ = 0;
};

/// What stands before the file, and behind it.
std::pair<std::string, std::string> halves(const ProviderCall& call) {
    EXPECT_TRUE(call.file_at.has_value());
    const std::size_t at = call.file_at.value_or(0);
    EXPECT_LE(at, call.body.size());
    return {call.body.substr(0, at), call.body.substr(at)};
}

std::string header(const ProviderCall& call, std::string_view name) {
    for (const auto& [key, value] : call.headers) {
        if (key == name) return value;
    }
    return {};
}

TEST(FileForm, IsToTheByteWhatTheRfcSays) {
    const SendFile file{hash, 5, "text/plain", "a\"b\r\n.txt", {}};
    ProviderCall call;
    shared::FileForm(file).field("chat_id", "7").finish("document", call);
    const std::string boundary = "postern-" + hash.substr(0, 48);
    EXPECT_EQ(header(call, "Content-Type"), "multipart/form-data; boundary=" + boundary);
    EXPECT_EQ(halves(call).first, "--" + boundary +
                                      "\r\nContent-Disposition: form-data; name=\"chat_id\""
                                      "\r\n\r\n7\r\n--" +
                                      boundary +
                                      "\r\nContent-Disposition: form-data; name=\"document\"; "
                                      "filename=\"a%22b%0D%0A.txt\"\r\n"
                                      "Content-Type: text/plain\r\n\r\n");
    EXPECT_EQ(halves(call).second, "\r\n--" + boundary + "--\r\n");
    EXPECT_LE(boundary.size(), 70U);  // RFC 2046
}

/// The names of the parts as a provider reads them: by the boundary that the header names.
std::vector<std::string> parts_of(const ProviderCall& call) {
    const std::string type = header(call, "Content-Type");
    const std::string line = "\r\n--" + type.substr(type.find("boundary=") + 9);
    const std::string body = "\r\n" + call.body;
    std::vector<std::string> out;
    for (std::size_t at = body.find(line); at != body.npos; at = body.find(line, at + 1)) {
        const std::size_t name = body.find("name=\"", at);
        if (name == body.npos) break;
        out.push_back(body.substr(name + 6, body.find('"', name + 6) - name - 6));
    }
    return out;
}

TEST(FileForm, IsNotBrokenByAFieldThatKnowsItsBoundary) {
    const std::string boundary = "postern-" + hash.substr(0, 48);
    const auto smuggled = [](const std::string& mark) {
        return "\r\n--" + mark +
               "\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n666\r\n";
    };
    Upload send("telegram", MediaKind::document);
    send.to = "7001";
    send.content().text = "Mira" + smuggled(boundary) + smuggled(boundary + "-0");
    const ProviderCall call = send.begin().call;
    EXPECT_THAT(parts_of(call), testing::ElementsAre("chat_id", "caption", "document"));
    EXPECT_THAT(call.body,
                HasSubstr("\r\n\r\n" + send.content().text + "\r\n--" + boundary + "-1\r\n"));
    EXPECT_THAT(halves(call).second, StartsWith("\r\n--" + boundary + "-1--"));
    const std::string type = header(call, "Content-Type");
    EXPECT_LE(type.size() - type.find("boundary=") - 9, 70U);  // RFC 2046
}

TEST(FileForm, HasNoLineEndInANameOrAType) {
    const std::string boundary = "postern-" + hash.substr(0, 48);
    const std::string filename = "a\"\r\n--" + boundary + "\r\nContent-Disposition: x; name=\"b\"";
    const SendFile file{hash, 5, "text/plain\r\nX: y", filename, {}};
    ProviderCall call;
    shared::FileForm(file).field("a\"\r\nb", "7").finish("c\"\r\nd", call);
    EXPECT_THAT(parts_of(call), testing::ElementsAre("a%22%0D%0Ab", "c%22%0D%0Ad"));
    EXPECT_THAT(halves(call).first, HasSubstr("\r\nContent-Type: application/octet-stream\r\n"));
}

TEST(WeChatUpload, GoesBeforeTheMessageThatNamesIt) {  // CG-35
    Upload send("wechat");
    const SendStep token = send.begin();
    EXPECT_THAT(token.call.url, EndsWith("/cgi-bin/stable_token"));
    const SendStep upload = send.then(200, token_answer);
    EXPECT_FALSE(upload.irrevocable);
    EXPECT_EQ(upload.call.url,
              "https://api.weixin.qq.com/cgi-bin/media/upload?access_token=tok&type=image");
    EXPECT_THAT(halves(upload.call).first, HasSubstr("name=\"media\"; filename=\"foto.jpg\""));
    const SendStep message = send.then(200, R"({"type":"image","media_id":"m-1"})");
    EXPECT_TRUE(message.irrevocable);
    EXPECT_FALSE(message.call.file_at.has_value());
    EXPECT_THAT(message.call.url, HasSubstr("/cgi-bin/message/custom/send?access_token=tok"));
    EXPECT_THAT(message.call.body, HasSubstr(R"("image":{"media_id":"m-1"})"));
    ASSERT_TRUE(message.held.has_value());
    EXPECT_EQ(message.held->id, "m-1");
    EXPECT_EQ(message.held->until, sending_now() + std::chrono::hours(71));
    EXPECT_EQ(send.end(200, R"({"errcode":0})").result, SendResult::accepted);
}

TEST(WeChatUpload, IsNotRepeatedWhileWeChatHasIt) {
    Upload send("wechat", MediaKind::video);
    send.file.held_id = "m-7";
    send.content().text = "Mira";
    (void)send.begin();
    const SendStep message = send.then(200, token_answer);
    EXPECT_TRUE(message.irrevocable);
    EXPECT_THAT(message.call.body, HasSubstr(R"("media_id":"m-7")"));
    // Forgotten before its time: once more, and that is the end of it.
    const SendStep upload = send.then(200, R"({"errcode":40007,"errmsg":"invalid media_id"})");
    EXPECT_TRUE(upload.nothing_sent_yet);
    EXPECT_THAT(upload.call.url, EndsWith("access_token=tok&type=video"));
    EXPECT_THAT(send.then(200, R"({"media_id":"m-8"})").call.body, HasSubstr("m-8"));
    EXPECT_EQ(send.end(200, R"({"errcode":40007})").code, "media_unreachable");
}

TEST(WeChatUpload, AsksOnceMoreForATokenThatWasRefused) {
    Upload send("wechat", MediaKind::voice);
    (void)send.begin();
    EXPECT_THAT(send.then(200, token_answer).call.url, EndsWith("type=voice"));
    EXPECT_THAT(send.then(200, R"({"errcode":42001})").call.url, EndsWith("stable_token"));
    const SendStep upload = send.then(200, R"({"access_token":"new"})");
    EXPECT_THAT(upload.call.url, HasSubstr("access_token=new"));
    EXPECT_THAT(send.then(200, R"({"media_id":"m-1"})").call.url, HasSubstr("access_token=new"));
    EXPECT_EQ(send.end(200, R"({"errcode":42001})").result, SendResult::credential);

    Upload refused("wechat");
    (void)refused.begin();
    (void)refused.then(200, token_answer);
    (void)refused.then(200, R"({"errcode":40001})");
    (void)refused.then(200, R"({"access_token":"new"})");
    EXPECT_EQ(refused.end(200, R"({"errcode":40001})").result, SendResult::credential);
}

TEST(WeChatUpload, SendsNothingIfItFails) {
    const auto after_upload = [](int status, std::string_view body) {
        Upload send("wechat");
        (void)send.begin();
        (void)send.then(200, token_answer);
        return send.end(status, body);
    };
    EXPECT_EQ(after_upload(200, R"({"errcode":45001})").code, "media_unreachable");
    EXPECT_EQ(after_upload(200, R"({"errcode":-1})").result, SendResult::transient);
    EXPECT_EQ(after_upload(200, R"({"errcode":45009})").result, SendResult::rate_limited);
    EXPECT_EQ(after_upload(502, "<html>").result, SendResult::transient);
    EXPECT_EQ(after_upload(200, "{}").result, SendResult::transient);
    EXPECT_FALSE(Upload("wechat").can_begin_without_the_file());
}

TEST(WeChatUpload, IsHeldToWeChatsKindsSizesAndTypes) {  // CG-35
    EXPECT_EQ(Upload("wechat", MediaKind::document).check()->field, "kind");
    Upload captioned("wechat");
    captioned.content().text = "Mira";
    EXPECT_EQ(captioned.check()->field, "caption");
    EXPECT_EQ(media_bytes_max("wechat", MediaKind::image), 10U << 20U);
    EXPECT_EQ(media_bytes_max("wechat", MediaKind::voice), 2U << 20U);
    EXPECT_EQ(media_bytes_max("wechat", MediaKind::video), 10U << 20U);
    EXPECT_EQ(media_types("wechat", MediaKind::voice, "audio/ogg"), "AMR and MP3");
    EXPECT_EQ(media_types("wechat", MediaKind::voice, "audio/amr"), "");
    EXPECT_EQ(media_types("wechat", MediaKind::video, "video/webm"), "MP4");
    EXPECT_EQ(media_types("wechat", MediaKind::image, "image/webp"), "JPEG, PNG, GIF and BMP");
    EXPECT_EQ(media_types("wechat", MediaKind::image, "image/jpeg; q=1"), "");
    EXPECT_EQ(media_types("telegram", MediaKind::voice, "audio/ogg"), "");
}

TEST(WhatsAppUpload, GoesBeforeTheMessageWhereNoUrlCanBeFetched) {
    Upload send("whatsapp", MediaKind::document);
    EXPECT_EQ(send.traits().uploads, Uploads::without_url);
    const SendStep upload = send.begin();
    EXPECT_FALSE(upload.irrevocable);
    EXPECT_THAT(upload.call.url, EndsWith("/media"));
    EXPECT_THAT(header(upload.call, "Authorization"), StartsWith("Bearer "));
    EXPECT_THAT(halves(upload.call).first, HasSubstr("name=\"messaging_product\"\r\n\r\nwhatsapp"));
    EXPECT_THAT(halves(upload.call).first, HasSubstr("name=\"type\"\r\n\r\nimage/jpeg"));
    const SendStep message = send.then(200, R"({"id":"900"})");
    EXPECT_TRUE(message.irrevocable);
    EXPECT_THAT(message.call.url, EndsWith("/messages"));
    EXPECT_THAT(message.call.body, HasSubstr(R"("document":{"id":"900")"));
    EXPECT_EQ(message.call.body.find("link"), std::string::npos);
    ASSERT_TRUE(message.held.has_value());
    EXPECT_EQ(message.held->until, sending_now() + std::chrono::hours(29 * 24));
    // A fresh id that Meta does not take is no reason to go round.
    EXPECT_EQ(send.end(400, R"({"error":{"code":131009}})").result, SendResult::permanent);
}

TEST(WhatsAppUpload, IsRepeatedWhereMetaHasForgottenIt) {
    Upload send("whatsapp");
    send.file.held_id = "900";
    EXPECT_THAT(send.begin().call.body, HasSubstr(R"("image":{"id":"900")"));
    const SendStep upload = send.then(400, R"({"error":{"code":131009}})");
    EXPECT_THAT(upload.call.url, EndsWith("/media"));
    EXPECT_TRUE(upload.nothing_sent_yet);
    EXPECT_FALSE(send.then(200, R"({"id":"901"})").nothing_sent_yet);
    Upload other("whatsapp");
    other.file.held_id = "900";
    (void)other.begin();
    EXPECT_EQ(other.end(400, R"({"error":{"code":131047}})").code, "window_closed");
}

TEST(WhatsAppUpload, SendsNothingIfItFails) {
    const auto after_upload = [](int status, std::string_view body) {
        Upload send("whatsapp");
        (void)send.begin();
        return send.end(status, body);
    };
    EXPECT_EQ(after_upload(500, "<html>").result, SendResult::transient);
    EXPECT_EQ(after_upload(200, "{}").result, SendResult::transient);
    EXPECT_EQ(after_upload(401, R"({"error":{"code":190}})").result, SendResult::credential);
    EXPECT_FALSE(Upload("whatsapp").can_begin_without_the_file());
}

TEST(TelegramUpload, IsOneFormWithTheMessage) {
    Upload send("telegram", MediaKind::document);
    send.to = "7001";
    send.content().text = "Su factura";
    send.reply_to = "bc1:7001:42";
    const SendStep step = send.begin();
    EXPECT_TRUE(step.irrevocable);
    EXPECT_THAT(step.call.url, EndsWith("/sendDocument"));
    const std::string before = halves(step.call).first;
    EXPECT_THAT(before, HasSubstr("name=\"chat_id\"\r\n\r\n7001\r\n"));
    EXPECT_THAT(before, HasSubstr("name=\"caption\"\r\n\r\nSu factura\r\n"));
    EXPECT_THAT(before, HasSubstr("name=\"business_connection_id\"\r\n\r\nbc1\r\n"));
    EXPECT_THAT(before, HasSubstr("name=\"reply_parameters\"\r\n\r\n"
                                  R"({"message_id":42,"allow_sending_without_reply":true})"));
    EXPECT_THAT(before, HasSubstr("name=\"document\"; filename=\"foto.jpg\""));
    // A group that has moved gets the same form.
    const SendStep moved = send.then(
        400, R"({"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":-1009}})");
    EXPECT_TRUE(moved.nothing_sent_yet);
    EXPECT_THAT(halves(moved.call).first, HasSubstr("name=\"chat_id\"\r\n\r\n-1009\r\n"));
    EXPECT_FALSE(Upload("telegram").can_begin_without_the_file());
}

}  // namespace
}  // namespace postern::adapters
