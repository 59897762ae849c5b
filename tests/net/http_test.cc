#include "gateway/net/http.h"

#include <gtest/gtest.h>

#include "gateway/net/reply.h"
#include "gateway/net/url.h"

namespace postern::net::test {
namespace {

TEST(Request, FindsHeadersWithoutCase) {
    const Header fields[] = {{"X-Sig", "1"}, {"x-sig", "2"}};
    Request request;
    request.headers = fields;
    EXPECT_EQ(request.header("X-SIG"), "1");
    EXPECT_EQ(request.header("x-other"), "");
}

TEST(Request, DecodesQueryValues) {
    Request request;
    request.query = "hub.mode=subscribe&a=1+2%2B3&empty=&flag&bad=%zz&%61b=c";
    bool found = false;
    EXPECT_EQ(request.query_value("hub.mode"), "subscribe");
    EXPECT_EQ(request.query_value("a"), "1 2+3");
    EXPECT_EQ(request.query_value("bad"), "%zz");
    EXPECT_EQ(request.query_value("ab"), "c");
    EXPECT_EQ(request.query_value("empty", &found), "");
    EXPECT_TRUE(found);
    EXPECT_EQ(request.query_value("flag", &found), "");
    EXPECT_TRUE(found);
    EXPECT_EQ(request.query_value("none", &found), "");
    EXPECT_FALSE(found);
}

TEST(Reply, FormatsAFixedResponse) {
    EXPECT_EQ(format_fixed(200, "text/plain", "hi"),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_EQ(format_fixed(204, "text/plain", ""), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(Reply, NamesItsStatus) {
    EXPECT_EQ(reason_of(431), "Request Header Fields Too Large");
    EXPECT_EQ(reason_of(599), "Unknown");
}

TEST(Url, SplitsWhatAClientMayBeGiven) {
    const auto url = parse_url("HTTPS://api.example.com:8443/v1?x=y#part");
    ASSERT_TRUE(url);
    EXPECT_TRUE(url->secure);
    EXPECT_EQ(url->host, "api.example.com");
    EXPECT_EQ(url->authority, "api.example.com:8443");
    EXPECT_EQ(url->target, "/v1?x=y");
    EXPECT_EQ(parse_url("http://[::1]:80?q")->authority, "[::1]");
    EXPECT_EQ(parse_url("http://[::1]:80?q")->target, "/?q");
    EXPECT_EQ(parse_url("http://h")->target, "/");
    for (const auto* text :
         {"", "ftp://h/", "h/", "http://", "http://u@h/", "http://h:0/", "http://h:99999/",
          "http://h/a b", "http://h/\r\nX: y", "http://[::1"}) {
        EXPECT_FALSE(parse_url(text)) << text;
    }
}

}  // namespace
}  // namespace postern::net::test
