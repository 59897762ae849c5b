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

/// One message of one account, asked and answered step by step.
class Upload {
  public:
    explicit Upload(std::string channel, MediaKind kind = MediaKind::image,
                    const std::string& page = {}) {
        AdapterConfig config = sending_config(std::move(channel));
        if (!page.empty()) config.settings["page_id"] = page;
        adapter_ = make_sending_adapter(config, problem_);
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
        return taken(answered_with<SendStep>(status, body));
    }
    SendOutcome end(int status, std::string_view body) {
        return answered_with<SendOutcome>(status, body);
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
    template <class Next>
    Next answered_with(int status, std::string_view body) {
        auto next = answered(status, body);
        EXPECT_TRUE(std::holds_alternative<Next>(next)) << body;
        return std::holds_alternative<Next>(next) ? std::get<Next>(next) : Next{};
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
    const SendStep upload = send.begin();
    EXPECT_FALSE(upload.irrevocable);
    EXPECT_EQ(upload.call.url, "https://api.weixin.qq.com/cgi-bin/media/upload?type=image");
    EXPECT_EQ(upload.call.token_in, "access_token");
    EXPECT_THAT(halves(upload.call).first, HasSubstr("name=\"media\"; filename=\"foto.jpg\""));
    const SendStep message = send.then(200, R"({"type":"image","media_id":"m-1"})");
    EXPECT_TRUE(message.irrevocable);
    EXPECT_FALSE(message.call.file_at.has_value());
    EXPECT_THAT(message.call.url, EndsWith("/cgi-bin/message/custom/send"));
    EXPECT_EQ(message.call.token_in, "access_token");
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
    const SendStep message = send.begin();
    EXPECT_TRUE(message.irrevocable);
    EXPECT_THAT(message.call.body, HasSubstr(R"("media_id":"m-7")"));
    // Forgotten before its time: once more, and that is the end of it.
    const SendStep upload = send.then(200, R"({"errcode":40007,"errmsg":"invalid media_id"})");
    EXPECT_TRUE(upload.nothing_sent_yet);
    EXPECT_THAT(upload.call.url, EndsWith("/media/upload?type=video"));
    EXPECT_THAT(send.then(200, R"({"media_id":"m-8"})").call.body, HasSubstr("m-8"));
    EXPECT_EQ(send.end(200, R"({"errcode":40007})").code, "media_unreachable");
}

TEST(WeChatUpload, SendsNothingIfItFails) {
    const auto after_upload = [](int status, std::string_view body) {
        Upload send("wechat");
        (void)send.begin();
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
}

TEST(MediaLimits, AreThoseOfTheChannelByKindTypeAndWay) {  // CG-35
    struct Case {
        MediaCase medium;
        std::uint64_t most;
        std::string_view types;  // what is taken instead; empty: this is
    };
    using enum MediaKind;
    constexpr std::uint64_t mib = 1U << 20U;
    constexpr std::string_view sounds = "AAC, AMR, MP3, M4A and OGG";
    const std::vector<Case> cases = {
        {{"whatsapp", image, "image/png"}, 5 * mib, ""},
        {{"whatsapp", image, "image/webp"}, 5 * mib, "JPEG and PNG"},
        {{"whatsapp", voice, "audio/wav"}, 16 * mib, sounds},
        {{"whatsapp", audio, "video/mp4"}, 16 * mib, sounds},
        {{"whatsapp", video, "video/quicktime"}, 16 * mib, "MP4 and 3GP"},
        {{"whatsapp", sticker, "image/png"}, 500U << 10U, "WebP"},
        {{"whatsapp", document, "application/zip"}, 100 * mib, ""},
        {{"whatsapp", document, "application/pdf", true}, 100 * mib, ""},
        {{"whatsapp", document, "image/jpeg", true}, 5 * mib, ""},
        {{"whatsapp", document, "image/jpeg"}, 100 * mib, ""},
        {{"messenger", image, "image/webp"}, 8 * mib, ""},
        {{"messenger", image, "image/png", true}, 25 * mib, ""},
        {{"messenger", document, "application/zip", true}, 25 * mib, ""},
        {{"instagram", image, "image/gif"}, 8 * mib, "JPEG and PNG"},
        {{"instagram", image, "image/gif", true}, 8 * mib, ""},
        {{"instagram", image, "image/webp", true}, 8 * mib, "JPEG, PNG and GIF"},
        {{"instagram", voice, "audio/ogg"}, 25 * mib, "AAC, M4A and WAV"},
        {{"instagram", video, "video/webm"}, 25 * mib, ""},
        {{"instagram", document, "text/plain"}, 25 * mib, "PDF"},
        {{"telegram", image, "image/png"}, 5 * mib, ""},
        {{"telegram", image, "image/png", true}, 10 * mib, ""},
        {{"telegram", voice, "audio/wav"}, 20 * mib, ""},
        {{"telegram", video, "video/mp4", true}, 50 * mib, ""},
        {{"line", image, "image/gif"}, 10 * mib, "JPEG and PNG"},
        {{"line", voice, "audio/ogg"}, 200 * mib, "M4A and MP3"},
        {{"line", video, "video/3gpp"}, 200 * mib, "MP4"},
        {{"viber", image, "image/webp"}, mib, "JPEG, PNG and GIF"},
        {{"viber", voice, "audio/ogg"}, 50 * mib, ""},
        {{"viber", video, "video/webm"}, 26 * mib, "MP4"},
        {{"wechat", image, "image/jpeg; q=1", true}, 10 * mib, ""},
        {{"wechat", image, "image/webp", true}, 10 * mib, "JPEG, PNG, GIF and BMP"},
        {{"wechat", voice, "audio/amr", true}, 2 * mib, ""},
        {{"wechat", voice, "audio/ogg", true}, 2 * mib, "AMR and MP3"},
        {{"wechat", video, "video/webm", true}, 10 * mib, "MP4"},
        {{"twilio", video, "video/webm"}, 5 * mib, ""},
        {{"twilio/rcs", image, "image/png"}, 16 * mib, ""},
        {{"twilio/whatsapp", image, "image/png"}, 5 * mib, ""},
        {{"twilio/whatsapp", document, "application/pdf"}, 16 * mib, ""},
        {{"twilio/whatsapp", voice, "audio/wav"}, 16 * mib, sounds},
        {{"http", image, "image/tiff"}, 0, ""},
    };
    for (const Case& one : cases) {
        const std::string what = std::string(one.medium.rules) + " " +
                                 std::string(to_string(one.medium.kind)) + " " +
                                 std::string(one.medium.mime);
        EXPECT_EQ(media_bytes_max(one.medium), one.most) << what;
        EXPECT_EQ(media_types(one.medium), one.types) << what;
    }
    EXPECT_NE(media_types({"whatsapp", document, "application/zip", true}), "");
}

/// Which limits hold is the carrier's matter, where a channel has several.
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

TEST(MessengerUpload, GoesBeforeTheMessageWhereNoUrlCanBeFetched) {  // CG-35
    Upload send("messenger");
    EXPECT_EQ(send.traits().uploads, Uploads::without_url);
    EXPECT_TRUE(send.traits().holds_uploads);
    const SendStep upload = send.begin();
    EXPECT_FALSE(upload.irrevocable);
    EXPECT_EQ(upload.call.url, "https://graph.facebook.com/v25.0/400300/message_attachments");
    EXPECT_THAT(header(upload.call, "Authorization"), StartsWith("Bearer "));
    EXPECT_THAT(parts_of(upload.call), testing::ElementsAre("message", "filedata"));
    EXPECT_THAT(halves(upload.call).first,
                HasSubstr(R"({"attachment":{"type":"image","payload":{"is_reusable":true}}})"));
    EXPECT_THAT(halves(upload.call).first, HasSubstr("name=\"filedata\"; filename=\"foto.jpg\"\r\n"
                                                     "Content-Type: image/jpeg\r\n"));
    const SendStep message = send.then(200, R"({"attachment_id":"1857777774821032"})");
    EXPECT_TRUE(message.irrevocable);
    EXPECT_EQ(message.call.url, "https://graph.facebook.com/v25.0/400300/messages");
    EXPECT_THAT(message.call.body, HasSubstr(R"("attachment":{"type":"image","payload":)"
                                             R"({"attachment_id":"1857777774821032"}})"));
    EXPECT_THAT(message.call.body, HasSubstr(R"("metadata":"postern/msg_1.1")"));
    ASSERT_TRUE(message.held.has_value());
    EXPECT_EQ(message.held->id, "1857777774821032");
    EXPECT_EQ(message.held->until, sending_now() + std::chrono::hours(89 * 24));
    // A fresh attachment that Meta does not take is no reason to go round.
    EXPECT_EQ(send.end(400, R"({"error":{"code":100,"error_subcode":2018074}})").code,
              "media_unreachable");
}

TEST(MessengerUpload, IsRepeatedWhereMetaHasForgottenIt) {
    Upload send("messenger", MediaKind::video);
    send.file.held_id = "1857";
    EXPECT_THAT(send.begin().call.body,
                HasSubstr(R"({"type":"video","payload":{"attachment_id":"1857"}})"));
    const SendStep upload = send.then(400, R"({"error":{"code":100,"error_subcode":2018074}})");
    EXPECT_THAT(upload.call.url, EndsWith("/message_attachments"));
    EXPECT_TRUE(upload.nothing_sent_yet);
    const SendStep again = send.then(200, R"({"attachment_id":1858})");
    EXPECT_FALSE(again.nothing_sent_yet);
    EXPECT_EQ(again.held->id, "1858");
    EXPECT_EQ(send.end(200, R"({"recipient_id":"7","message_id":"m_1"})").external_id, "m_1");
    for (const char* other : {R"({"error":{"code":10,"error_subcode":2018278}})",
                              R"({"error":{"code":100,"error_subcode":2018001}})",
                              R"({"error":{"code":190}})", R"({"error":{"code":613}})"}) {
        Upload refused("messenger");
        refused.file.held_id = "1857";
        (void)refused.begin();
        EXPECT_NE(refused.end(400, other).result, SendResult::accepted) << other;
    }
}

TEST(MessengerUpload, ShowsNobodyADocumentUnderTheNameThatItHadForAnother) {
    Upload first("messenger", MediaKind::document);
    first.file.filename = "Ana.pdf";
    (void)first.begin();
    const std::string held = first.then(200, R"({"attachment_id":"1857"})").held->id;
    Upload same("messenger", MediaKind::document);
    same.file.filename = "Ana.pdf";
    same.file.held_id = held;
    EXPECT_THAT(same.begin().call.body,
                HasSubstr(R"({"type":"file","payload":{"attachment_id":"1857"}})"));
    for (const char* name : {"Bo.pdf", "Ana.pdf2", "Ana"}) {
        Upload other("messenger", MediaKind::document);
        other.file.filename = name;
        other.file.held_id = held;
        EXPECT_THAT(other.begin().call.url, EndsWith("/message_attachments")) << name;
    }
}

TEST(MessengerUpload, SaysOfARecordingThatItIsHeard) {
    Upload send("messenger", MediaKind::voice);
    send.file.mime = "video/mp4";
    const std::string before = halves(send.begin().call).first;
    EXPECT_THAT(before, HasSubstr(R"("type":"audio")"));
    EXPECT_THAT(before, HasSubstr("\r\nContent-Type: audio/mp4\r\n"));
}

TEST(MessengerUpload, SendsNothingIfItFails) {
    const auto after_upload = [](int status, std::string_view body) {
        Upload send("messenger");
        (void)send.begin();
        return send.end(status, body);
    };
    EXPECT_EQ(after_upload(500, "<html>").result, SendResult::transient);
    EXPECT_EQ(after_upload(200, "{}").result, SendResult::transient);
    EXPECT_EQ(after_upload(200, R"({"message_id":"m_1"})").result, SendResult::transient);
    EXPECT_EQ(after_upload(500, R"({"error":{"code":1,"error_subcode":1357046}})").result,
              SendResult::transient);
    EXPECT_EQ(after_upload(400, R"({"error":{"code":100,"error_subcode":2018047}})").code,
              "media_unreachable");
    EXPECT_EQ(after_upload(401, R"({"error":{"code":190}})").result, SendResult::credential);
    EXPECT_EQ(after_upload(429, R"({"error":{"code":613}})").result, SendResult::rate_limited);
    EXPECT_FALSE(Upload("messenger").can_begin_without_the_file());
}

TEST(InstagramUpload, GoesThroughThePageThatTheAccountIsLinkedTo) {  // CG-35
    Upload send("instagram", MediaKind::image, "400300");
    EXPECT_EQ(send.traits().uploads, Uploads::without_url);
    const SendStep upload = send.begin();
    EXPECT_EQ(upload.call.url, "https://graph.facebook.com/v25.0/400300/message_attachments");
    EXPECT_THAT(parts_of(upload.call), testing::ElementsAre("platform", "message", "filedata"));
    EXPECT_THAT(halves(upload.call).first, HasSubstr("name=\"platform\"\r\n\r\ninstagram\r\n"));
    const SendStep message = send.then(200, R"({"attachment_id":"1857"})");
    EXPECT_EQ(message.call.url, "https://graph.facebook.com/v25.0/400300/messages");
    EXPECT_THAT(message.call.body, HasSubstr(R"("message":{"attachment":{"type":"MEDIA_SHARE",)"
                                             R"("payload":{"id":"1857"}}})"));
}

TEST(InstagramUpload, IsByUrlAloneWithInstagramsOwnLogin) {
    const Upload send("instagram");
    EXPECT_EQ(send.traits().uploads, Uploads::by_url);
    EXPECT_FALSE(Upload("instagram").can_begin_without_the_file());
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
