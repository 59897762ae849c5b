// The media that simulated webhooks name are served the way each provider does.
#include "gateway/sim/media_serve.h"

#include <gtest/gtest.h>

#include "gateway/sim/media.h"

namespace postern::sim {
namespace {

struct SimMedia : ::testing::Test {
    std::vector<net::Header> headers{{"Host", "127.0.0.1:9"}};

    std::optional<net::Response> get(std::string_view target) {
        net::Request request;
        request.method = "GET";
        request.path = target.substr(0, target.find('?'));
        if (request.path.size() < target.size())
            request.query = target.substr(request.path.size() + 1);
        request.headers = headers;
        return serve_medium(request);
    }
    static std::string header(const net::Response& response, std::string_view name) {
        for (const auto& [key, value] : response.headers) {
            if (key == name) return value;
        }
        return {};
    }
    Item item(Kind kind) {
        Item made;
        made.kind = kind;
        made.number = 7;
        made.external_id = "MM1";
        return made;
    }
};

TEST_F(SimMedia, HasTheSameBytesForTheSameItem) {
    const std::string picture = medium_bytes(medium_id(item(Kind::image)));
    EXPECT_TRUE(picture.starts_with("\xFF\xD8\xFF"));
    EXPECT_EQ(picture, medium_bytes("900071"));
    EXPECT_TRUE(medium_bytes(medium_id(item(Kind::document))).starts_with("%PDF-"));
    EXPECT_TRUE(medium_bytes(medium_id(item(Kind::voice))).starts_with("OggS"));
    EXPECT_NE(picture, medium_bytes("900081"));
    EXPECT_EQ(medium_bytes("90009"), "");
    EXPECT_EQ(medium_bytes("x1"), "");
}

TEST_F(SimMedia, ServesWhatsAppWithTheTokenTwice) {
    EXPECT_EQ(get("/whatsapp/900071")->status, 401);
    headers.push_back({"Authorization", "Bearer t"});
    const auto found = get("/whatsapp/900071");
    ASSERT_EQ(found->status, 200);
    EXPECT_NE(found->body.find("http://127.0.0.1:9/whatsapp/media/900071"), std::string::npos);
    EXPECT_EQ(get("/whatsapp/media/900071")->body, medium_bytes("900071"));
    EXPECT_EQ(get("/whatsapp/5")->status, 400);
    headers.pop_back();
    EXPECT_EQ(get("/whatsapp/media/900071")->status, 401);
    EXPECT_FALSE(get("/whatsapp/102290129340398/message_templates"));
}

TEST_F(SimMedia, ServesTelegramByPath) {
    const auto found = get("/telegram/bot1:t/getFile?file_id=AgA900073");
    ASSERT_EQ(found->status, 200);
    EXPECT_NE(found->body.find("files/900073.pdf"), std::string::npos);
    EXPECT_EQ(get("/telegram/file/bot1:t/files/900073.pdf")->body, medium_bytes("900073"));
    EXPECT_EQ(get("/telegram/bot1:t/getFile?file_id=nothing")->status, 400);
    EXPECT_FALSE(get("/telegram/bot1:t/getMe"));
}

TEST_F(SimMedia, RedirectsTwilioOnceThePasswordIsShown) {
    Endpoint endpoint;
    endpoint.channel = "twilio";
    endpoint.own_id = "AC1";
    endpoint.media_base = "http://127.0.0.1:9";
    const std::string url = medium_url(endpoint, item(Kind::image));
    const std::string path = url.substr(endpoint.media_base.size());
    EXPECT_EQ(get(path)->status, 401);
    headers.push_back({"Authorization", "Basic eA=="});
    const auto redirect = get(path);
    ASSERT_EQ(redirect->status, 307);
    const std::string next = header(*redirect, "Location");
    headers.pop_back();
    EXPECT_EQ(get(next.substr(endpoint.media_base.size()))->body, medium_bytes("900071"));
}

TEST_F(SimMedia, ServesTheGenericProviderAsItIs) {
    Endpoint endpoint;
    endpoint.channel = "http";
    endpoint.media_base = "http://127.0.0.1:9";
    const std::string url = medium_url(endpoint, item(Kind::image));
    EXPECT_EQ(get(url.substr(endpoint.media_base.size()))->body, medium_bytes("900071"));
    EXPECT_EQ(get("/http/media/zzz")->status, 404);
    EXPECT_FALSE(get("/http/crm-hook/send"));
}

}  // namespace
}  // namespace postern::sim
