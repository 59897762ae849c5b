// Visitor tokens and file tokens: what is accepted, what is refused, and that secrets rotate.
#include "adapters/webchat/token.h"

#include <gtest/gtest.h>

namespace postern::adapters::webchat {
namespace {

using namespace std::chrono_literals;

constexpr Instant now{std::chrono::seconds{1'768'473'000}};
const std::string id = "0123456789abcdef0123456789abcdef";
const Secret key("a secret of thirty-two bytes ....");
const Secret other("another secret of many bytes ...");

TokenState read(const std::string& token, Visitor& visitor, std::vector<Secret> keys = {key},
                Instant at = now, std::string_view account = "web") {
    return read_token(keys, account, token, at, visitor);
}

TEST(VisitorToken, IsReadAsItWasWritten) {
    const Visitor written{id, true, now + 1h};
    Visitor visitor;
    EXPECT_EQ(read(write_token(key, "web", written), visitor), TokenState::valid);
    EXPECT_EQ(visitor, written);
}

TEST(VisitorToken, HasTheMacOfTheWireFormat) {
    // HMAC-SHA256("0123456789abcdef", "w1.<id>.0.1768476600"), its first 16 bytes, by OpenSSL.
    const Visitor visitor{id, false, Instant{std::chrono::seconds{1'768'476'600}}};
    const std::string token = write_token(Secret("0123456789abcdef"), "w1", visitor);
    EXPECT_EQ(token, "w1." + id + ".0.1768476600.CURyDrI1_11Z3l7omfnOyQ");
}

TEST(VisitorToken, IsRenewedInTheSecondHalfOfItsLife) {
    const Visitor visitor{id, false, now + token_lifetime};
    EXPECT_FALSE(is_renewal_due(visitor, now));
    EXPECT_FALSE(is_renewal_due(visitor, now + token_lifetime / 2));
    EXPECT_TRUE(is_renewal_due(visitor, now + token_lifetime / 2 + 1s));
    EXPECT_TRUE(is_renewal_due(visitor, now + 2 * token_lifetime));
}

TEST(VisitorToken, EndsByItself) {
    Visitor visitor;
    const std::string token = write_token(key, "web", {id, false, now + 1h});
    EXPECT_EQ(read(token, visitor, {key}, now + 1h - 1s), TokenState::valid);
    EXPECT_EQ(read(token, visitor, {key}, now + 1h), TokenState::expired);
}

TEST(VisitorToken, IsOfOneAccountAlone) {
    Visitor visitor;
    const std::string token = write_token(key, "web", {id, false, now + 1h});
    EXPECT_EQ(read(token, visitor, {key}, now, "web-other"), TokenState::forged);
}

TEST(VisitorToken, OutlivesTheRotationOfItsSecretAndNotItsEnd) {
    Visitor visitor;
    const std::string token = write_token(key, "web", {id, false, now + 1h});
    EXPECT_EQ(read(token, visitor, {other, key}), TokenState::valid);
    EXPECT_EQ(read(token, visitor, {other}), TokenState::forged);
}

TEST(VisitorToken, IsForgedWithAnyByteChanged) {
    const std::string token = write_token(key, "web", {id, false, now + 1h});
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        Visitor visitor;
        EXPECT_EQ(read(changed, visitor), TokenState::forged) << changed;
    }
    for (const std::string& text : {std::string(), std::string("."), std::string("...."),
                                    token.substr(1), token + "A", "web." + token}) {
        Visitor visitor;
        EXPECT_EQ(read(text, visitor), TokenState::forged) << text;
    }
}

TEST(FileToken, IsOfOneVisitorAndOneUpload) {
    const std::vector<Secret> keys = {other, key};
    const std::string upload = "upl_01J00000000000000000000000";
    const std::string token = write_file_token(key, id, upload);

    EXPECT_EQ(read_file_token(keys, id, token), upload);
    EXPECT_EQ(read_file_token(keys, std::string(32, 'a'), token), "");
    EXPECT_EQ(read_file_token(keys, id, "upl_01J00000000000000000000001" + token.substr(30)), "");
    EXPECT_EQ(read_file_token(keys, id, ""), "");
}

TEST(VisitorId, IsThirtyTwoHexadecimalDigits) {
    EXPECT_TRUE(is_visitor_id(id));
    EXPECT_FALSE(is_visitor_id(id.substr(1)));
    EXPECT_FALSE(is_visitor_id("0123456789ABCDEF0123456789ABCDEF"));
}

}  // namespace
}  // namespace postern::adapters::webchat
