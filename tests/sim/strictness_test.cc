// What a provider refuses is refused, with its code: one table a channel, over raw HTTP.
#include <gtest/gtest.h>

#include "tests/sim/sim_rig.h"

namespace postern::sim {
namespace {

class Strictness : public SimRig {};

std::string long_text(std::size_t length) {
    return std::string(length, 'x');
}

struct Case {
    const char* what;
    std::string body;
    int status;
    const char* in_answer;
};

const std::string wa = R"({"messaging_product":"whatsapp","to":"+573001112233",)";

TEST_F(Strictness, WhatsAppTakesEveryTypeOfMessage) {
    const std::vector<std::string> good = {
        R"("type":"text","text":{"body":"hi","preview_url":true}})",
        R"("recipient_type":"individual","text":{"body":"type is text by default"}})",
        R"("type":"image","image":{"link":"https://cdn.example/l.jpg","caption":"label"}})",
        R"("type":"audio","audio":{"link":"https://cdn.example/a.ogg"}})",
        R"("type":"document","document":{"link":"https://cdn.example/a","filename":"a.pdf"}})",
        R"("type":"location","location":{"latitude":52.5,"longitude":13.4,"name":"Depot"}})",
        R"("type":"reaction","reaction":{"message_id":"wamid.A1","emoji":""}})",
        R"("type":"contacts","contacts":[{"name":{"formatted_name":"A","first_name":"A"}}]})",
        R"("context":{"message_id":"wamid.A1"},"type":"text","text":{"body":"reply"}})",
        R"("type":"interactive","interactive":{"type":"button","body":{"text":"?"},"action":)"
        R"({"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}}]}}})",
        R"("type":"interactive","interactive":{"type":"list","body":{"text":"?"},"action":)"
        R"({"button":"Slots","sections":[{"rows":[{"id":"1","title":"09:00"}]}]}}})",
        R"("type":"template","template":{"name":"order_ready","language":{"code":"es"},)"
        R"("components":[{"type":"body","parameters":[{"type":"text","text":"Ana"}]}]}})",
    };
    for (const std::string& rest : good) {
        const net::ClientResponse answer = whatsapp(wa + rest);
        EXPECT_EQ(answer.status, 200) << rest << answer.body;
        EXPECT_NE(answer.body.find(R"("messages":[{"id":"wamid.)"), std::string::npos);
    }
    EXPECT_EQ(ledger_count(), good.size());
    EXPECT_NE(get("/_sim/ledger").body.find("order_ready|Ana"), std::string::npos);
}

const std::vector<std::pair<std::string, std::string>> form_of_b = {
    {"Content-Type", "multipart/form-data; boundary=B"}};

std::string field(const std::string& name, const std::string& value) {
    return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}
std::string file(const std::string& name, const std::string& type, const std::string& bytes) {
    return "--B\r\nContent-Disposition: form-data; name=\"" + name +
           "\"; filename=\"a.jpg\"\r\nContent-Type: " + type + "\r\n\r\n" + bytes + "\r\n--B--\r\n";
}

TEST_F(Strictness, WhatsAppSendsWhatWasUploadedAsTheKindThatItIs) {
    const auto upload = [this](const std::string& form) {
        return call("POST", "/whatsapp/300200/media", form,
                    {form_of_b.front(), {"Authorization", "Bearer wa-token"}});
    };
    const std::string product = field("messaging_product", "whatsapp");
    const std::string type = field("type", "image/jpeg");
    EXPECT_EQ(upload(product + type + "--B--\r\n").status, 400);
    EXPECT_EQ(upload(type + file("file", "image/jpeg", "x")).status, 400);
    EXPECT_EQ(upload(product + file("file", "image/jpeg", "x")).status, 400);
    EXPECT_EQ(upload(product + type + file("media", "image/jpeg", "x")).status, 400);
    EXPECT_EQ(upload(product + type + file("file", "image/png", "x")).status, 400);
    EXPECT_EQ(upload(product + type + file("file", "image/jpeg", "")).status, 400);
    const std::string large = std::string((5 << 20) + 1, 'x');
    EXPECT_NE(upload(product + type + file("file", "image/jpeg", large)).body.find("131053"),
              std::string::npos);
    const auto taken = upload(product + type + file("file", "image/jpeg", "x"));
    ASSERT_EQ(taken.body, R"({"id":"7000000000000001"})");
    const auto send = [this](const std::string& kind, const std::string& id) {
        return whatsapp(wa + "\"type\":\"" + kind + "\",\"" + kind + "\":{\"id\":\"" + id + "\"}}");
    };
    EXPECT_NE(send("image", "7000000000000002").body.find("131009"), std::string::npos);
    EXPECT_NE(send("video", "7000000000000001").body.find("131053"), std::string::npos);
    EXPECT_EQ(send("image", "7000000000000001").status, 200);
    EXPECT_EQ(send("document", "7000000000000001").status, 200);
    EXPECT_EQ(ledger_count(), 2u);
}

TEST_F(Strictness, TelegramTakesAFileWithinTheMessagesForm) {
    const auto send = [this](const std::string& form) {
        return call("POST", "/telegram/bot7000001:bot-token/sendPhoto", form, form_of_b);
    };
    const std::string chat = field("chat_id", "7001");
    EXPECT_EQ(send(chat + field("caption", "hi") + file("photo", "image/jpeg", "x")).status, 200);
    EXPECT_NE(send(chat + file("document", "image/jpeg", "x")).body.find("there is no photo"),
              std::string::npos);
    EXPECT_NE(send(chat + file("photo", "image/jpeg", "")).body.find("non-empty"),
              std::string::npos);
    EXPECT_EQ(send(chat + "--B--\r\n").status, 400);
    EXPECT_EQ(send(file("photo", "image/jpeg", "x")).status, 400);
    EXPECT_EQ(ledger_count(), 1u);
}

TEST_F(Strictness, WhatsAppRefusesWhatGraphRefuses) {
    const std::string text = R"("type":"text","text":{"body":")";
    const std::string buttons =
        R"("type":"interactive","interactive":{"type":"button","body":{"text":"?"},"action":{)";
    const std::string reply = R"({"type":"reply","reply":{"id":"y","title":"Yes"}})";
    const std::vector<Case> cases = {
        {"no JSON", "{", 400, "\"code\":100"},
        {"no product", R"({"to":"+573001112233","text":{"body":"hi"}})", 400, "\"code\":100"},
        {"no recipient", R"({"messaging_product":"whatsapp","text":{"body":"hi"}})", 400,
         "\"code\":100"},
        {"bad recipient", R"({"messaging_product":"whatsapp","to":"Ana","text":{"body":"hi"}})",
         400, "\"code\":131009"},
        {"no text", wa + R"("type":"text"})", 400, "\"code\":131008"},
        {"empty text", wa + text + "\"}}", 400, "\"code\":131008"},
        {"long text", wa + text + long_text(4097) + "\"}}", 400, "\"code\":100"},
        {"unknown key", wa + R"("type":"text","text":{"body":"a","bold":1}})", 400,
         "Unexpected key"},
        {"unknown type", wa + R"("type":"hologram","hologram":{}})", 400, "\"code\":131009"},
        {"id and link", wa + R"("type":"image","image":{"id":"1","link":"https://x.example"}})",
         400, "\"code\":131008"},
        {"caption of audio", wa + R"("type":"audio","audio":{"id":"1","caption":"c"}})", 400,
         "\"code\":100"},
        {"no URL", wa + R"("type":"image","image":{"link":"ftp://x"}})", 400, "\"code\":131009"},
        {"not on earth", wa + R"("type":"location","location":{"latitude":99,"longitude":0}})", 400,
         "\"code\":131009"},
        {"no buttons", wa + buttons + R"("buttons":[]}}})", 400, "\"code\":131009"},
        {"four buttons",
         wa + buttons + "\"buttons\":[" + reply + "," + reply + "," + reply + "," + reply + "]}}}",
         400, "\"code\":131009"},
        {"twin buttons", wa + buttons + "\"buttons\":[" + reply + "," + reply + "]}}}", 400,
         "duplicated"},
        {"template without language", wa + R"("type":"template","template":{"name":"a"}})", 400,
         "\"code\":131008"},
        {"line break in a parameter",
         wa + R"("type":"template","template":{"name":"a","language":{"code":"es"},"components":)"
              R"([{"type":"body","parameters":[{"type":"text","text":"a\nb"}]}]}})",
         400, "\"code\":132007"},
        {"long echo", wa + text + "a\"},\"biz_opaque_callback_data\":\"" + long_text(513) + "\"}",
         400, "\"code\":131009"},
        {"reply to nothing", wa + text + R"(a"},"context":{}})", 400, "\"code\":131009"},
        {"half a read mark", R"({"messaging_product":"whatsapp","status":"read"})", 400,
         "\"code\":131009"},
    };
    for (const Case& one : cases) {
        const net::ClientResponse answer = whatsapp(one.body);
        EXPECT_EQ(answer.status, one.status) << one.what << answer.body;
        EXPECT_NE(answer.body.find(one.in_answer), std::string::npos) << one.what << answer.body;
    }
    EXPECT_EQ(ledger_count(), 0u);
}

TEST_F(Strictness, WhatsAppWantsTheTokenOfTheAccount) {
    const std::string body = wa + R"("type":"text","text":{"body":"hi"}})";
    EXPECT_EQ(json("/whatsapp/300200/messages", body).status, 401);
    const auto wrong = json("/whatsapp/300200/messages", body, {{"Authorization", "Bearer no"}});
    EXPECT_EQ(wrong.status, 401);
    EXPECT_NE(wrong.body.find("\"code\":190"), std::string::npos);
    const Headers good = {{"Authorization", "Bearer wa-token"}};
    EXPECT_EQ(json("/whatsapp/v25.0/300200/messages", body, good).status, 200);
    EXPECT_EQ(json("/whatsapp/300200/message", body, good).status, 400);
    EXPECT_EQ(call("POST", "/whatsapp/300200/messages", body, good).status, 400);  // no media type
    // Nobody named this one: any token, and the ledger says the provider's own id.
    EXPECT_EQ(json("/whatsapp/999/messages", body, {{"Authorization", "Bearer x"}}).status, 200);
    EXPECT_NE(get("/_sim/ledger").body.find(R"("account":"999")"), std::string::npos);
}

TEST_F(Strictness, WhatsAppMarksAsReadWithoutALineInTheLedger) {
    const auto answer =
        whatsapp(R"({"messaging_product":"whatsapp","status":"read","message_id":"wamid.A",)"
                 R"("typing_indicator":{"type":"text"}})");

    EXPECT_EQ(answer.body, R"({"success":true})");
    EXPECT_EQ(ledger_count(), 0u);
}

TEST_F(Strictness, TelegramJudgesMethodsAndTheirParameters) {
    struct MethodCase {
        const char* method;
        std::string body;
        int status;
        const char* in_answer;
    };
    const std::vector<MethodCase> cases = {
        {"sendMessage", R"({"chat_id":77,"text":"hi"})", 200, "\"message_id\":"},
        {"sendMessage", R"({"chat_id":"77","text":"hi","parse_mode":"HTML"})", 200, "\"ok\":true"},
        {"sendPhoto", R"({"chat_id":77,"photo":"https://x.example/a.jpg"})", 200, "\"ok\":true"},
        {"sendLocation", R"({"chat_id":77,"latitude":1,"longitude":2})", 200, "\"ok\":true"},
        {"setMessageReaction",
         R"({"chat_id":77,"message_id":5,"reaction":[{"type":"emoji","emoji":"x"}]})", 200,
         "\"result\":true"},
        {"sendChatAction", R"({"chat_id":77,"action":"typing"})", 200, "\"result\":true"},
        {"getMe", "{}", 200, "\"is_bot\":true"},
        {"sendMessage", "{", 400, "can't parse JSON"},
        {"sendMessage", R"({"text":"hi"})", 400, "chat_id is empty"},
        {"sendMessage", R"({"chat_id":"Ana","text":"hi"})", 400, "chat not found"},
        {"sendMessage", R"({"chat_id":77,"text":" "})", 400, "message text is empty"},
        {"sendMessage", R"({"chat_id":77,"text":")" + long_text(4097) + "\"}", 400, "too long"},
        {"sendMessage", R"({"chat_id":77,"text":"a","parse_mode":"BBCode"})", 400, "parse_mode"},
        {"sendMessage",
         R"({"chat_id":77,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"b",)"
         R"("callback_data":")" +
             long_text(65) + "\"}]]}}",
         400, "BUTTON_DATA_INVALID"},
        {"sendPhoto", R"({"chat_id":77})", 400, "no photo"},
        {"sendChatAction", R"({"chat_id":77,"action":"dance"})", 400, "wrong parameter action"},
        {"sendHologram", R"({"chat_id":77})", 404, "Not Found"},
    };
    for (const MethodCase& one : cases) {
        const net::ClientResponse answer = telegram(one.method, one.body);
        EXPECT_EQ(answer.status, one.status) << one.method << one.body << answer.body;
        EXPECT_NE(answer.body.find(one.in_answer), std::string::npos) << one.body << answer.body;
    }
    EXPECT_EQ(ledger_count(), 5u);
    EXPECT_EQ(json("/telegram/bot7000001:other/getMe", "{}").status, 401);
    EXPECT_EQ(json("/telegram/bot7000001/getMe", "{}").status, 404);
}

TEST_F(Strictness, TelegramReadsFormsAndQueriesToo) {
    const Headers form = {{"Content-Type", "application/x-www-form-urlencoded"}};
    const std::string base = "/telegram/bot7000001:bot-token/sendMessage";

    EXPECT_EQ(call("POST", base, "chat_id=77&text=12", form).status, 200);
    EXPECT_EQ(call("GET", base + "?chat_id=-100123&text=hi+there", "", {}).status, 200);
    const std::string ledger = get("/_sim/ledger").body;
    EXPECT_NE(ledger.find(R"("to":"77","provider_id":"77:)"), std::string::npos) << ledger;
    EXPECT_NE(ledger.find(R"("text":"hi there")"), std::string::npos);
}

TEST_F(Strictness, TwilioJudgesTheForm) {
    const std::string numbers = "To=%2B573001112233&From=%2B15005550001";
    const std::vector<Case> cases = {
        {"good", numbers + "&Body=hi", 201, "\"status\":\"queued\""},
        {"service", "To=%2B573001112233&Body=a&MessagingServiceSid=MG" + long_text(32), 201,
         "\"status\":\"accepted\""},
        {"media", numbers + "&MediaUrl=https%3A%2F%2Fx.example%2Fa.jpg", 201, "\"sid\":\"SM"},
        {"no To", "From=%2B15005550001&Body=hi", 400, "\"code\":21604"},
        {"bad To", "To=Ana&From=%2B15005550001&Body=hi", 400, "\"code\":21211"},
        {"no From", "To=%2B573001112233&Body=hi", 400, "\"code\":21603"},
        {"foreign From", "To=%2B573001112233&From=%2B15005550009&Body=hi", 400, "\"code\":21606"},
        {"two channels", "To=whatsapp%3A%2B573001112233&From=%2B15005550001&Body=hi", 400,
         "\"code\":21910"},
        {"nothing to say", numbers, 400, "\"code\":21602"},
        {"long", numbers + "&Body=" + long_text(1601), 400, "\"code\":21617"},
        {"bad callback", numbers + "&Body=a&StatusCallback=nowhere", 400, "\"code\":21609"},
        {"underscore", numbers + "&Body=a&StatusCallback=https%3A%2F%2Fa_b.example%2F", 400,
         "\"code\":21609"},
        {"bad validity", numbers + "&Body=a&ValidityPeriod=36001", 400, "\"code\":21624"},
        {"variables of nothing", numbers + "&Body=a&ContentVariables=%7B%7D", 400,
         "\"code\":21656"},
    };
    for (const Case& one : cases) {
        const net::ClientResponse answer = twilio(one.body);
        EXPECT_EQ(answer.status, one.status) << one.what << answer.body;
        EXPECT_NE(answer.body.find(one.in_answer), std::string::npos) << one.what << answer.body;
    }
    EXPECT_EQ(ledger_count(), 3u);
}

TEST_F(Strictness, TwilioWantsBasicCredentials) {
    const std::string path =
        "/twilio/2010-04-01/Accounts/AC00000000000000000000000000000002/Messages.json";
    const Headers form = {{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto answer = call("POST", path, "To=%2B573001112233", form);

    EXPECT_EQ(answer.status, 401);
    EXPECT_NE(answer.body.find("\"code\":20003"), std::string::npos);
    EXPECT_EQ(call("POST", "/twilio/2010-04-01/Accounts/AC1/Messages.json", "", form).status, 404);
}

TEST_F(Strictness, HttpWantsARecipientAndAText) {
    EXPECT_EQ(http(R"({"to":"+573001112233","text":"hi"})").status, 200);
    EXPECT_EQ(http(R"({"phone":573001112233,"message":"hi"})").status, 200);
    EXPECT_EQ(http(R"({"text":"hi"})").status, 422);
    EXPECT_EQ(http(R"({"to":"+573001112233"})").status, 422);
    EXPECT_EQ(http("{").status, 400);
    EXPECT_EQ(call("GET", "/http/web-main/messages", "", {}).status, 405);
    EXPECT_EQ(ledger_count(), 2u);
    EXPECT_EQ(json("/pigeon/messages", "{}").status, 404);
}

}  // namespace
}  // namespace postern::sim
