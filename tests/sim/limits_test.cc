// Limits that a document names and a lax simulator would let pass: attachments of Meta's, columns
// of LINE's, keyboards of Viber's, parameters of Vonage's SMS API.
#include <gtest/gtest.h>

#include "tests/sim/sim_rig.h"

namespace postern::sim {
namespace {

class Limits : public SimRig {
  protected:
    int messenger(const std::string& message,
                  const std::string& more = R"("messaging_type":"RESPONSE",)") {
        return json("/messenger/me/messages",
                    R"({"recipient":{"id":"7001"},)" + more + R"("message":)" + message + "}",
                    {{"Authorization", "Bearer fb-token"}})
            .status;
    }
    int instagram(const std::string& message) {
        return json("/instagram/me/messages",
                    R"({"recipient":{"id":"8001"},"message":)" + message + "}",
                    {{"Authorization", "Bearer any"}})
            .status;
    }
    int line(const std::string& message, const std::string& path = "push",
             const Headers& more = {}) {
        Headers headers = more;
        headers.emplace_back("Authorization", "Bearer line-token");
        return json("/line/v2/bot/message/" + path,
                    R"({"to":"U0123456789abcdef0123456789abcdef","messages":[)" + message + "]}",
                    headers)
            .status;
    }
    std::string viber(const std::string& rest) {
        return json("/viber/pa/send_message",
                    R"({"receiver":"dGVzdA==","sender":{"name":"D"},)" + rest + "}",
                    {{"X-Viber-Auth-Token", "4453b6ac12345678-e02c5f12174805f9-aaec63c5a1b2c3d4"}})
            .body;
    }
    std::string vonage(const std::string& rest) {
        return call("POST", "/vonage/sms/json",
                    "api_key=abcd1234&api_secret=vonage-secret&to=573001112233&" + rest,
                    {{"Content-Type", "application/x-www-form-urlencoded"}})
            .body;
    }
    static bool says(const std::string& answer, const std::string& part) {
        return answer.find(part) != std::string::npos;
    }
};

TEST_F(Limits, OfMetaAreOnTypesPicturesAndWhoIsMeant) {
    const std::string image = R"({"type":"image","payload":{"url":"https://cdn.example/a.jpg"}})";
    const std::string heart = R"({"attachment":{"type":"like_heart"}})";
    const auto images = [&](int count) {
        std::string list = image;
        while (--count > 0) list += "," + image;
        return R"({"attachments":[)" + list + "]}";
    };
    EXPECT_EQ(messenger(R"({"text":"hi"})", ""), 400) << "messaging_type is required";
    EXPECT_EQ(messenger(R"({"text":"hi"})"), 200);
    EXPECT_EQ(
        messenger(R"({"text":"hi"})", R"("messaging_type":"RESPONSE","reply_to":{"mid":"m_1"},)"),
        200);
    EXPECT_EQ(messenger(R"({"text":"hi"})", R"("messaging_type":"RESPONSE","reply_to":"m_1",)"),
              400);
    EXPECT_EQ(messenger(heart), 400);
    EXPECT_EQ(instagram(heart), 200);
    EXPECT_EQ(instagram(R"({"sticker_id":7})"), 400);
    EXPECT_EQ(messenger(R"({"sticker_id":7})"), 200);
    EXPECT_EQ(messenger(images(30)), 200);
    EXPECT_EQ(messenger(images(31)), 400);
    EXPECT_EQ(instagram(images(10)), 200);
    EXPECT_EQ(instagram(images(11)), 400);
    EXPECT_EQ(messenger(R"({"attachments":[{"type":"audio","payload":{"url":"https://x/a"}}]})"),
              400);
    EXPECT_EQ(
        json("/instagram/me/messages", R"({"recipient":{"id":"+5730"},"message":{"text":"hi"}})",
             {{"Authorization", "Bearer any"}})
            .status,
        400);
}

TEST_F(Limits, OfLineAreOnColumnsPlacesAndRetryKeys) {
    const auto carousel = [](const std::string& column) {
        return R"({"type":"template","altText":"x","template":{"type":"carousel","columns":[)" +
               column + "]}}";
    };
    const std::string action = R"({"type":"message","label":"Yes","text":"Yes"})";
    EXPECT_EQ(line(carousel(R"({"text":"?","actions":[)" + action + "]}")), 200);
    EXPECT_EQ(line(carousel(R"({"text":"?","actions":[]})")), 400);
    EXPECT_EQ(
        line(carousel(R"({"text":")" + std::string(121, 'x') + R"(","actions":[)" + action + "]}")),
        400);
    EXPECT_EQ(line(carousel(R"({"title":"T","text":")" + std::string(61, 'x') + R"(","actions":[)" +
                            action + "]}")),
              400);
    const std::string place = R"({"type":"location","title":"t","address":"a","latitude":)";
    EXPECT_EQ(line(place + R"(4.7,"longitude":-74})"), 200);
    EXPECT_EQ(line(place + R"(94.7,"longitude":-74})"), 400);
    EXPECT_EQ(
        line(R"({"type":"text","text":"x","sender":{"name":")" + std::string(21, 'x') + "\"}}"),
        400);
    EXPECT_EQ(line(R"({"type":"imagemap","baseUrl":"http://x/","altText":"x"})"), 400);
    const Headers key = {{"X-Line-Retry-Key", "123e4567-e89b-12d3-a456-426614174000"}};
    EXPECT_EQ(line(R"({"type":"text","text":"x"})", "reply", key), 400);
    EXPECT_EQ(line(R"({"type":"text","text":"x"})", "push", key), 200);
}

TEST_F(Limits, OfAPersonWhoBlockedLineAreThoseOfOthers) {
    set_faults(R"({"recipients":{"U0123456789abcdef0123456789abcdef":"blocked"}})");
    const Headers key = {{"X-Line-Retry-Key", "123e4567-e89b-12d3-a456-426614174000"}};
    EXPECT_EQ(line(R"({"type":"text","text":"x"})", "push", key), 200);
    EXPECT_EQ(line(R"({"type":"text","text":"x"})", "push", key), 409) << "the key is spent";
    EXPECT_EQ(ledger_count(), 0u);
}

TEST_F(Limits, OfViberAreOnCellsVersionsAndSizes) {
    const auto keyboard = [](const std::string& cells) {
        return R"("type":"text","text":"?","keyboard":{"Type":"keyboard","Buttons":[{)" + cells +
               R"("ActionType":"reply","ActionBody":"y","Text":"Y"}]})";
    };
    EXPECT_TRUE(says(viber(keyboard(R"("Columns":6,"Rows":2,)")), R"("status":0)"));
    EXPECT_TRUE(says(viber(keyboard(R"("Columns":7,)")), R"("status":3)"));
    EXPECT_TRUE(says(viber(keyboard(R"("Rows":3,)")), R"("status":3)"));
    EXPECT_TRUE(says(viber(R"("type":"rich_media","rich_media":{})"), R"("status":14)"));
    EXPECT_TRUE(
        says(viber(R"("type":"rich_media","min_api_version":7,"rich_media":{})"), R"("status":0)"));
    EXPECT_TRUE(says(viber(R"("type":"location","location":{"lat":91,"lon":0})"), R"("status":3)"));
    const std::string file =
        R"("type":"file","media":"https://cdn.example/a.pdf","file_name":"a.pdf","size":)";
    EXPECT_TRUE(says(viber(file + "52428800"), R"("status":0)"));
    EXPECT_TRUE(says(viber(file + "52428801"), R"("status":3)"));
}

TEST_F(Limits, OfVonagesSmsAreOnSendersTimesAndItsAlphabet) {
    EXPECT_TRUE(says(vonage("from=ACME&text=hi&ttl=20000&message-class=0"), R"("status":"0")"));
    EXPECT_TRUE(says(vonage("from=TwelveLetter&text=hi"), R"("status":"15")"));
    EXPECT_TRUE(says(vonage("from=ACME&text=hi&callback=nowhere"), R"("status":"23")"));
    EXPECT_TRUE(says(vonage("from=ACME&text=hi&ttl=19999"), R"("status":"3")"));
    EXPECT_TRUE(says(vonage("from=ACME&text=hi&message-class=4"), R"("status":"3")"));
    EXPECT_TRUE(says(vonage("from=ACME&text=%D0%9F%E2%82%AC"), R"("status":"0")"));
    EXPECT_TRUE(says(get("/_sim/ledger").body, R"("text":"?€")")) << "what it does not have";
    const std::string euros = "from=ACME&text=%E2%82%AC" + std::string(159, 'x');
    EXPECT_TRUE(says(vonage(euros), R"("message-count":"2")")) << "a euro counts twice";
}

}  // namespace
}  // namespace postern::sim
