// Messenger, Instagram, LINE, Viber and WeChat as they take messages: what they refuse and in which
// words, what they say afterwards, and what is theirs alone (retry keys, tokens that end).
#include <gtest/gtest.h>

#include <set>

#include "gateway/sim/signatures.h"
#include "tests/sim/sim_rig.h"

namespace postern::sim {
namespace {

const std::string someone = "U0123456789abcdef0123456789abcdef";
const std::string retry_key = "123e4567-e89b-12d3-a456-426614174000";
const std::string viber_token = "4453b6ac12345678-e02c5f12174805f9-aaec63c5a1b2c3d4";

struct Case {
    const char* what;
    std::string body;
    int status;
    const char* in_answer;
};

std::string between(const std::string& text, const std::string& before, char end) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos) return {};
    const std::size_t from = at + before.size();
    return text.substr(from, text.find(end, from) - from);
}

class Chats : public SimRig {
  protected:
    net::ClientResponse messenger(const std::string& body, const std::string& token = "fb-token") {
        return json("/messenger/v25.0/400300/messages", body,
                    {{"Authorization", "Bearer " + token}});
    }
    net::ClientResponse messenger_text(const std::string& to = "7001") {
        return messenger(R"({"recipient":{"id":")" + to +
                         R"("},"messaging_type":"RESPONSE","message":{"text":"hi",)"
                         R"("metadata":"postern/att_1"}})");
    }
    net::ClientResponse instagram(const std::string& message) {
        return json("/instagram/me/messages",
                    R"({"recipient":{"id":"8001"},"message":)" + message + "}",
                    {{"Authorization", "Bearer any"}});
    }
    net::ClientResponse line(const std::string& messages, const Headers& more = {}) {
        Headers headers = more;
        headers.emplace_back("Authorization", "Bearer line-token");
        return json("/line/v2/bot/message/push",
                    R"({"to":")" + someone + R"(","messages":)" + messages + "}", headers);
    }
    net::ClientResponse viber(const std::string& rest, const std::string& token = viber_token) {
        return json(
            "/viber/pa/send_message",
            R"({"receiver":"dGVzdA==","min_api_version":1,"sender":{"name":"Depot"},)" + rest + "}",
            {{"X-Viber-Auth-Token", token}});
    }
    net::ClientResponse wechat(const std::string& path, const std::string& body,
                               const std::string& token) {
        return json("/wechat/cgi-bin/" + path + "?access_token=" + token, body);
    }
    std::string wechat_token(const std::string& more = "") {
        const auto answer =
            json("/wechat/cgi-bin/stable_token",
                 R"({"grant_type":"client_credential","appid":"wx0000000000000001",)"
                 R"("secret":"wechat-secret")" +
                     more + "}");
        return between(answer.body, R"("access_token":")", '"');
    }
    const std::string wechat_text = R"({"touser":"oA1","msgtype":"text","text":{"content":"hi"}})";
    const std::string line_text = R"([{"type":"text","text":"hi"}])";
};

TEST_F(Chats, MessengerRefusesWhatMetaRefuses) {
    const std::string to = R"({"recipient":{"id":"7001"},"messaging_type":"RESPONSE",)";
    const std::string button = R"({"type":"postback","title":"Yes","payload":"y"})";
    const std::string buttons = R"("message":{"attachment":{"type":"template","payload":)"
                                R"({"template_type":"button","text":"?","buttons":[)";
    const std::vector<Case> cases = {
        {"no JSON", "{", 400, "\"code\":100"},
        {"no recipient", R"({"message":{"text":"hi"}})", 400, "recipient is required"},
        {"no message", to + R"("x":1})", 400, "message is required"},
        {"empty text", to + R"("message":{"text":""}})", 400, "message[text]"},
        {"long text", to + R"("message":{"text":")" + std::string(2'001, 'x') + "\"}}", 400,
         "2000"},
        {"both", to + R"("message":{"text":"a","attachment":{"type":"image"}}})", 400, "not both"},
        {"no URL", to + R"("message":{"attachment":{"type":"image","payload":{"url":"x"}}}})", 400,
         "no good URL"},
        {"four buttons",
         to + buttons + button + "," + button + "," + button + "," + button + "]}}}}", 400,
         "1 to 3 buttons"},
        {"a tag that is gone",
         R"({"recipient":{"id":"7001"},"messaging_type":"MESSAGE_TAG","tag":"ACCOUNT_UPDATE",)"
         R"("message":{"text":"hi"}})",
         400, "no longer supported"},
        {"an action beside a message",
         R"({"recipient":{"id":"1"},"sender_action":"typing_on","message":{"text":"a"}})", 400,
         "sender_action"},
    };
    for (const Case& one : cases) {
        const auto answer = messenger(one.body);
        EXPECT_EQ(answer.status, one.status) << one.what;
        EXPECT_NE(answer.body.find(one.in_answer), std::string::npos) << one.what << answer.body;
    }
    EXPECT_EQ(messenger(to + buttons + button + "]}}}}").status, 200);
    EXPECT_EQ(messenger(to + R"("message":{"text":"hi"}})", "wrong").status, 401);
    EXPECT_EQ(ledger_count(), 1u);
}

TEST_F(Chats, MessengerTellsByEchoIdsAndWatermarks) {
    set_faults(R"({"receipt_read":1})");
    const std::string mid = between(messenger_text().body, R"("message_id":")", '"');
    const auto receipts = taker.wait_for(3);
    ASSERT_EQ(receipts.size(), 3u);
    std::size_t echoes = 0, deliveries = 0, reads = 0;
    for (const TakenWebhook& one : receipts) {
        EXPECT_EQ(one.headers.at("X-Hub-Signature-256"),
                  "sha256=" + hmac_sha256_hex("demo-app-secret", one.body));
        echoes += one.body.find(R"("is_echo":true)") != std::string::npos &&
                  one.body.find(R"("metadata":"postern\/att_1")") != std::string::npos &&
                  one.body.find(mid) != std::string::npos;
        deliveries += one.body.find(R"("delivery":{"mids":[")" + mid) != std::string::npos;
        reads += one.body.find(R"("read":{"watermark":)") != std::string::npos &&
                 one.body.find(mid) == std::string::npos;
    }
    EXPECT_EQ(echoes + 10 * deliveries + 100 * reads, 111u);
}

TEST_F(Chats, InstagramCountsBytesAndGivesNothingOfOursBack) {
    EXPECT_EQ(instagram(R"({"text":"hi"})").status, 200);
    EXPECT_EQ(instagram(R"({"text":")" + std::string(1'001, 'x') + "\"}").status, 400);
    const auto metadata = instagram(R"({"text":"hi","metadata":"a"})");
    EXPECT_NE(metadata.body.find("Invalid keys"), std::string::npos);
    const auto receipts = taker.wait_for(1);
    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_EQ(receipts[0].target, "/webhooks/ig-main");
    EXPECT_NE(receipts[0].body.find(R"("is_echo":true,"text":"hi")"), std::string::npos);
}

TEST_F(Chats, GraphSaysWhenInMinutesAndNamesUnavailablePeople) {
    set_faults(R"({"next":[{"fault":"rate_limited","count":1},{"fault":"blocked","count":1},
                           {"fault":"closed_window","count":1},{"fault":"revoked","count":1}]})");
    const auto limited = messenger_text();
    EXPECT_EQ(limited.status, 429);
    EXPECT_NE(limited.header("X-Business-Use-Case-Usage").find("regain_access\":1"),
              std::string::npos);
    EXPECT_NE(messenger_text().body.find("\"code\":551"), std::string::npos);
    EXPECT_NE(messenger_text().body.find("2018278"), std::string::npos);
    EXPECT_EQ(messenger_text().status, 401);
    EXPECT_EQ(ledger_count(), 0u);
}

TEST_F(Chats, LineRefusesWhatLineRefuses) {
    const std::vector<Case> cases = {
        {"no messages", "[]", 400, "messages"},
        {"six", "[1,2,3,4,5,6]", 400, "between 1 and 5"},
        {"empty text", R"([{"type":"text","text":""}])", 400, "messages[0].text"},
        {"long text", R"([{"type":"text","text":")" + std::string(5'001, 'x') + "\"}]", 400,
         "between 0 and 5000"},
        {"no https",
         R"([{"type":"image","originalContentUrl":"http://x.example/a.jpg",)"
         R"("previewImageUrl":"https://x.example/a.jpg"}])",
         400, "originalContentUrl"},
        {"no type", R"([{"type":"hologram"}])", 400, "messages[0].type"},
        {"five actions",
         R"([{"type":"template","altText":"a","template":{"type":"buttons","text":"?",)"
         R"("actions":[{},{},{},{},{}]}}])",
         400, "at most 4"},
    };
    for (const Case& one : cases) {
        const auto answer = line(one.body);
        EXPECT_EQ(answer.status, one.status) << one.what;
        EXPECT_NE(answer.body.find(one.in_answer), std::string::npos) << one.what << answer.body;
    }
    EXPECT_EQ(line(line_text, {{"X-Line-Retry-Key", "no-uuid"}}).status, 400);
    EXPECT_EQ(json("/line/v2/bot/message/push", "{}", {{"Authorization", "Bearer no"}}).status,
              401);
    EXPECT_EQ(ledger_count(), 0u);
}

TEST_F(Chats, LineAcceptsARetryKeyOnce) {
    const Headers headers = {{"X-Line-Retry-Key", retry_key}};
    const auto first = line(line_text, headers);
    ASSERT_EQ(first.status, 200) << first.body;
    const auto again = line(line_text, headers);
    EXPECT_EQ(again.status, 409);
    EXPECT_FALSE(again.header("X-Line-Accepted-Request-Id").empty());
    EXPECT_EQ(between(again.body, R"("id":")", '"'), between(first.body, R"("id":")", '"'));
    EXPECT_EQ(ledger_count(), 1u);
}

TEST_F(Chats, LineKeepsTheRetryKeyOfWhatNobodyWasToldOf) {
    set_faults(R"({"next":[{"fault":"reset_after","count":1}]})");
    const Headers headers = {{"X-Line-Retry-Key", retry_key}};
    EXPECT_TRUE(line(line_text, headers).error);
    EXPECT_EQ(line(line_text, headers).status, 409);
    EXPECT_EQ(ledger_count(), 1u);
}

TEST_F(Chats, ViberSaysInItsBodyWhatBecameOfIt) {
    const std::vector<Case> cases = {
        {"no text", R"("type":"text")", 200, "\"status\":3"},
        {"no size", R"("type":"file","media":"https://x.example/a.pdf","file_name":"a.pdf")", 200,
         "\"status\":3"},
        {"no ending", R"("type":"picture","text":"","media":"https://x.example/a")", 200,
         "\"status\":3"},
        {"old version",
         R"("type":"text","text":"?","keyboard":{"Type":"keyboard","Buttons":[{"ActionType":)"
         R"("location-picker","ActionBody":"x"}]})",
         200, "\"status\":14"},
    };
    for (const Case& one : cases) {
        const auto answer = viber(one.body);
        EXPECT_EQ(answer.status, one.status) << one.what;
        EXPECT_NE(answer.body.find(one.in_answer), std::string::npos) << one.what << answer.body;
    }
    EXPECT_NE(viber(R"("type":"text","text":"hi")", "no").body.find("\"status\":2"),
              std::string::npos);
    EXPECT_EQ(ledger_count(), 0u);
    set_faults(R"({"recipients":{"dGVzdA==":"blocked"},"next":[{"fault":"rate_limited"}]})");
    EXPECT_NE(viber(R"("type":"text","text":"hi")").body.find("\"status\":12"), std::string::npos);
    EXPECT_NE(viber(R"("type":"text","text":"hi")").body.find("\"status\":6"), std::string::npos);
}

TEST_F(Chats, ViberNumbersGoBeyondDoublesAndReceiptsNameThem) {
    set_faults(R"({"receipt_read":1})");
    const auto answer = viber(R"("type":"text","text":"hi","tracking_data":"a.1")");
    const std::string token = between(answer.body, R"("message_token":)", ',');
    EXPECT_EQ(token.size(), 19u);
    const auto receipts = taker.wait_for(2);
    ASSERT_EQ(receipts.size(), 2u);
    std::set<std::string> events;
    for (const TakenWebhook& one : receipts) {
        EXPECT_EQ(between(one.body, R"("message_token":)", ','), token);
        EXPECT_EQ(one.headers.at("X-Viber-Content-Signature"),
                  hmac_sha256_hex(viber_token, one.body));
        events.insert(between(one.body, R"("event":")", '"'));
    }
    EXPECT_EQ(events, (std::set<std::string>{"delivered", "seen"}));
}

TEST_F(Chats, WeChatTokensAreFetchedStayAndEnd) {
    EXPECT_NE(wechat("message/custom/send", wechat_text, "").body.find("41001"), std::string::npos);
    EXPECT_NE(wechat("message/custom/send", wechat_text, "no").body.find("40001"),
              std::string::npos);
    const std::string token = wechat_token();
    EXPECT_EQ(wechat_token(), token);
    EXPECT_EQ(wechat("message/custom/send", wechat_text, token).body,
              R"({"errcode":0,"errmsg":"ok"})");
    const std::string fresh = wechat_token(R"(,"force_refresh":true)");
    EXPECT_NE(fresh, token);
    EXPECT_NE(wechat("message/custom/send", wechat_text, token).body.find("40001"),
              std::string::npos);
    set_faults(R"({"token_life_s":0})");
    const std::string over = wechat_token(R"(,"force_refresh":true)");
    EXPECT_NE(wechat("message/custom/send", wechat_text, over).body.find("42001"),
              std::string::npos);
    EXPECT_EQ(ledger_count(), 1u);
}

TEST_F(Chats, ARevokedWeChatTokenIsReplacedByAnotherOne) {
    const std::string token = wechat_token();
    set_faults(R"({"next":[{"fault":"revoked","channel":"wechat"}]})");
    EXPECT_NE(wechat("message/custom/send", wechat_text, token).body.find("40001"),
              std::string::npos);
    const std::string next = wechat_token();
    EXPECT_NE(next, token);
    EXPECT_NE(wechat("message/custom/send", wechat_text, next).body.find("\"errcode\":0"),
              std::string::npos);
}

TEST_F(Chats, WeChatRefusesWhatWeChatRefuses) {
    const std::string token = wechat_token();
    const std::vector<Case> cases = {
        {"nobody", R"({"msgtype":"text","text":{"content":"a"}})", 200, "40003"},
        {"no type", R"({"touser":"o","text":{"content":"a"}})", 200, "40008"},
        {"long",
         R"({"touser":"o","msgtype":"text","text":{"content":")" + std::string(2'049, 'x') + "\"}}",
         200, "45002"},
        {"no medium", R"({"touser":"o","msgtype":"image","image":{}})", 200, "40007"},
        {"two articles",
         R"({"touser":"o","msgtype":"news","news":{"articles":[{"title":"a"},{"title":"b"}]}})",
         200, "45008"},
    };
    for (const Case& one : cases) {
        const auto answer = wechat("message/custom/send", one.body, token);
        EXPECT_EQ(answer.status, one.status) << one.what;
        EXPECT_NE(answer.body.find(one.in_answer), std::string::npos) << one.what << answer.body;
    }
    set_faults(R"({"next":[{"fault":"closed_window"},{"fault":"pair_limited"},
                           {"fault":"rate_limited"},{"fault":"blocked"}]})");
    for (const char* code : {"45015", "45047", "45011", "43004"}) {
        const auto answer = wechat("message/custom/send", wechat_text, token);
        EXPECT_NE(answer.body.find(code), std::string::npos) << answer.body;
    }
    EXPECT_EQ(ledger_count(), 0u);
}

/// A form as the gateway makes it, but for what a test makes wrong.
struct AttachmentForm {
    std::string message = R"({"attachment":{"type":"image","payload":{"is_reusable":true}}})";
    std::string platform{};
    std::string name = "filedata";
    std::string filename = "a.jpg";
    std::string type = "image/jpeg";
    std::string bytes = "picture";

    [[nodiscard]] std::string form() const {
        const std::string begin = "--B\r\nContent-Disposition: form-data; name=\"";
        std::string out = begin + "message\"\r\n\r\n" + message + "\r\n";
        if (!platform.empty()) out += begin + "platform\"\r\n\r\n" + platform + "\r\n";
        return out + begin + name + "\"; filename=\"" + filename + "\"\r\nContent-Type: " + type +
               "\r\n\r\n" + bytes + "\r\n--B--\r\n";
    }
};

TEST_F(Chats, MessengerSendsWhatWasUploadedToThePageAsTheKindThatItIs) {
    const auto upload = [&](const AttachmentForm& form) {
        return call("POST", "/messenger/v25.0/400300/message_attachments", form.form(),
                    {{"Content-Type", "multipart/form-data; boundary=B"},
                     {"Authorization", "Bearer fb-token"}})
            .body;
    };
    const auto message = [](const std::string& type, const std::string& payload) {
        return R"({"attachment":{"type":")" + type + R"(","payload":)" + payload + "}}";
    };
    const std::string large((25U << 20U) + 1, 'x');
    const std::vector<AttachmentForm> wrong = {
        {.message = "picture"},
        {.message = message("photo", R"({"is_reusable":true})")},
        {.message = message("image", R"({"is_reusable":false})")},
        {.message = message("image", R"({"is_reusable":true,"url":"https://x/a.jpg"})")},
        {.message = message("audio", R"({"is_reusable":true})")},
        {.platform = "instagram"},
        {.name = "file"},
        {.filename = "año.jpg"},
        {.type = "video/mp4"},
        {.bytes = ""},
        {.bytes = large},
    };
    for (const AttachmentForm& form : wrong) {
        EXPECT_NE(upload(form).find(R"("code":100)"), std::string::npos)
            << form.message << form.name << form.type;
    }
    const std::string id = between(upload({}), R"("attachment_id":")", '"');
    ASSERT_EQ(id, "1800000000000001");
    const auto send = [&](const std::string& content) {
        return messenger(R"({"recipient":{"id":"7001"},"messaging_type":"RESPONSE","message":)" +
                         content + "}")
            .status;
    };
    EXPECT_EQ(send(message("image", R"({"attachment_id":"1800000000000002"})")), 400);
    EXPECT_EQ(send(message("video", R"({"attachment_id":")" + id + "\"}")), 400);
    EXPECT_EQ(send(message("image", R"({"id":")" + id + "\"}")), 400);
    EXPECT_EQ(ledger_count(), 0u);
    EXPECT_EQ(send(message("image", R"({"attachment_id":")" + id + "\"}")), 200);
    EXPECT_NE(get("/_sim/ledger").body.find(id), std::string::npos);
}

TEST_F(Chats, InstagramSharesWhatWasUploadedToThePageInItsFormatsAlone) {
    const auto upload = [&](const AttachmentForm& form) {
        return call("POST", "/instagram/400300/message_attachments", form.form(),
                    {{"Content-Type", "multipart/form-data; boundary=B"},
                     {"Authorization", "Bearer any"}})
            .body;
    };
    const std::string large((8U << 20U) + 1, 'x');
    EXPECT_NE(upload({}).find(R"("code":100)"), std::string::npos);
    EXPECT_NE(upload({.platform = "instagram", .type = "image/webp"}).find(R"("code":100)"),
              std::string::npos);
    EXPECT_NE(upload({.platform = "instagram", .bytes = large}).find(R"("code":100)"),
              std::string::npos);
    const std::string id = between(upload({.platform = "instagram"}), R"("attachment_id":")", '"');
    ASSERT_FALSE(id.empty());
    const auto send = [&](const std::string& attachment) {
        return json("/instagram/400300/messages",
                    R"({"recipient":{"id":"8001"},"message":{"attachment":)" + attachment + "}}",
                    {{"Authorization", "Bearer any"}})
            .status;
    };
    EXPECT_EQ(send(R"({"type":"image","payload":{"attachment_id":")" + id + "\"}}"), 400);
    EXPECT_EQ(send(R"({"type":"MEDIA_SHARE","payload":{"id":"9"}})"), 400);
    EXPECT_EQ(send(R"({"type":"MEDIA_SHARE","payload":{"id":")" + id + "\"}}"), 200);
    EXPECT_EQ(ledger_count(), 1u);
}

TEST_F(Chats, WeChatTakesUploadsAsItsRulesSayAndSendsThoseAlone) {
    const std::string token = wechat_token();
    const auto upload = [&](const std::string& type, const std::string& bytes,
                            const std::string& name = "media", const std::string& end = "--B--") {
        return call("POST", "/wechat/cgi-bin/media/upload?access_token=" + token + "&type=" + type,
                    "--B\r\nContent-Disposition: form-data; name=\"" + name +
                        "\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n" + bytes +
                        "\r\n" + end + "\r\n",
                    {{"Content-Type", "multipart/form-data; boundary=B"}})
            .body;
    };
    const std::string jpeg = "\xff\xd8\xff\xe0 picture";
    EXPECT_NE(upload("photo", jpeg).find("40004"), std::string::npos);
    EXPECT_NE(upload("image", jpeg, "file").find("41005"), std::string::npos);
    EXPECT_NE(upload("image", jpeg, "media", "--B").find("41005"), std::string::npos);
    EXPECT_NE(upload("image", "").find("44001"), std::string::npos);
    EXPECT_NE(upload("image", "a picture").find("40005"), std::string::npos);
    EXPECT_NE(upload("voice", jpeg).find("40005"), std::string::npos);
    EXPECT_NE(upload("thumb", jpeg + std::string(65'536, 'x')).find("45001"), std::string::npos);
    const std::string id = between(upload("image", jpeg), R"("media_id":")", '"');
    ASSERT_FALSE(id.empty());
    const auto send = [&](const std::string& type, const std::string& media) {
        return wechat("message/custom/send",
                      R"({"touser":"o","msgtype":")" + type + R"(",")" + type +
                          R"(":{"media_id":")" + media + "\"}}",
                      token)
            .body;
    };
    EXPECT_NE(send("image", "another").find("40007"), std::string::npos);
    EXPECT_NE(send("voice", id).find("40007"), std::string::npos);
    EXPECT_NE(send("image", id).find("\"errcode\":0"), std::string::npos);
    EXPECT_EQ(ledger_count(), 1u);
}

TEST_F(Chats, AWeChatTemplateIsSentOnceAndItsJobReports) {
    const std::string token = wechat_token();
    const std::string body = R"({"touser":"oA1","template_id":"T1","client_msg_id":"a.1",)"
                             R"("data":{"thing1":{"value":"Parcel 7"}}})";
    const auto first = wechat("message/template/send", body, token);
    const std::string msgid = between(first.body, R"("msgid":)", '}');
    EXPECT_EQ(wechat("message/template/send", body, token).body, first.body);
    EXPECT_EQ(ledger_count(), 1u);
    const auto receipts = taker.wait_for(1);
    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_NE(receipts[0].body.find("<MsgID>" + msgid + "</MsgID>"), std::string::npos);
    EXPECT_NE(receipts[0].body.find("<![CDATA[success]]>"), std::string::npos);
    EXPECT_NE(receipts[0].target.find("?signature="), std::string::npos);
}

TEST_F(Chats, MediaOfWebhooksAreServedAsEachProviderDoes) {
    const Headers bearer = {{"Authorization", "Bearer line-token"}};
    const auto bytes = call("GET", "/line/v2/bot/message/50001100000001/content", "", bearer);
    EXPECT_EQ(bytes.status, 200);
    EXPECT_NE(bytes.body.find("simulated medium"), std::string::npos);
    EXPECT_EQ(get("/line/v2/bot/message/50001100000001/content").status, 401);
    EXPECT_EQ(get("/wechat/cgi-bin/media/get?access_token=a&media_id=900011").status, 200);
    EXPECT_NE(get("/wechat/cgi-bin/media/get?media_id=900011").body.find("41001"),
              std::string::npos);
}

TEST_F(Chats, VonageAnswersByPartAndReportsThemSigned) {
    const Headers form = {{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto send = [&](const std::string& rest) {
        return call("POST", "/vonage/sms/json", "api_key=abcd1234&" + rest, form).body;
    };
    EXPECT_NE(send("api_secret=no&from=A&to=573001112233&text=x").find(R"("status":"4")"),
              std::string::npos);
    const std::string good = "api_secret=vonage-secret&from=A&";
    EXPECT_NE(send(good + "to=%2B573001112233&text=x").find(R"("status":"3")"), std::string::npos);
    EXPECT_NE(send(good + "to=573001112233").find(R"("status":"2")"), std::string::npos);
    const std::string both = good + "sig=00&timestamp=1&to=573001112233&text=x";
    EXPECT_NE(send(both).find(R"("status":"32")"), std::string::npos);
    EXPECT_EQ(ledger_count(), 0u);
    const std::string long_text(161, 'x');
    const std::string answer = send(good + "to=573001112233&client-ref=a.1&text=" + long_text);
    EXPECT_NE(answer.find(R"("message-count":"2")"), std::string::npos) << answer;
    const std::string id = between(answer, R"("message-id":")", '"');
    const auto receipts = taker.wait_for(2);
    ASSERT_EQ(receipts.size(), 2u);
    std::set<std::string> states;
    for (const TakenWebhook& one : receipts) {
        EXPECT_EQ(one.target, "/webhooks/vonage-main");
        EXPECT_EQ(between(one.body, R"("messageId":")", '"'), id);
        EXPECT_EQ(between(one.body, R"("client-ref":")", '"'), "a.1");
        states.insert(between(one.body, R"("status":")", '"'));
    }
    EXPECT_EQ(states, (std::set<std::string>{"accepted", "delivered"}));
}

}  // namespace
}  // namespace postern::sim
