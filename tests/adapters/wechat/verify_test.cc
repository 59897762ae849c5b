// WeChat's signatures: SHA-1 over sorted words, of the query alone or of what is encrypted.
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

AdapterConfig config_of(std::vector<Secret> tokens) {
    AdapterConfig config;
    config.account = "main";
    config.channel = "wechat";
    config.credentials["token"] = std::move(tokens);
    return config;
}

std::unique_ptr<HttpAdapter> adapter_of(std::string token) {
    std::string problem;
    auto made = make(config_of({Secret("another"), Secret(std::move(token))}), problem);
    EXPECT_NE(made, nullptr) << problem;
    return made;
}

std::optional<HandshakeReply> asked(const HttpAdapter& adapter, const std::string& query,
                                    const std::string& method = "GET") {
    OwnedRequest request;
    request.method = method;
    request.query = query;
    request.set_body("");
    return adapter.handshake(request.view());
}

struct Vector {
    const char* token;
    const char* timestamp;
    const char* nonce;
    const char* signature;
};

// Made with sha1sum. In each the three words sort differently.
const Vector vectors[] = {
    {"gwtoken2026", "1767225600", "987654321", "8b46e964114bf783d1aff422ec374eb2669a4823"},
    {"Ztoken", "1767225600", "1abc", "069679ee141ddf66a2dfb3afd7e6bff48d4f1128"},
    {"0token", "1767225600", "9abc", "c728438ae53b813716fdd6452233b9db8ff18861"},
};

std::string query_of(const Vector& vector) {
    return std::string("signature=") + vector.signature + "&timestamp=" + vector.timestamp +
           "&nonce=" + vector.nonce;
}

TEST(WeChatHandshake, AnswersTheEchoOfASignedQuestion) {
    for (const Vector& vector : vectors) {
        const auto reply =
            asked(*adapter_of(vector.token), query_of(vector) + "&echostr=5%2B3+%3C1%3E");
        ASSERT_TRUE(reply.has_value());
        EXPECT_EQ(reply->status, 200);
        EXPECT_EQ(reply->content_type, "text/plain");
        EXPECT_EQ(reply->body, "5+3 <1>");
    }
}

TEST(WeChatHandshake, RefusesAnythingElse) {
    const auto adapter = adapter_of("gwtoken2026");
    const std::string right = query_of(vectors[0]);
    for (const std::string& query :
         {std::string(), right, std::string("echostr=1"), right.substr(0, 40) + "&echostr=1",
          query_of(vectors[1]) + "&echostr=1", std::string("signature=%ZZ&echostr=1")}) {
        EXPECT_EQ(asked(*adapter, query)->status, 403) << query;
    }
    EXPECT_FALSE(asked(*adapter, right + "&echostr=1", "POST").has_value());
}

TEST(WeChatVerify, RefusesAnyFlippedBitOfSignatureTimeOrNonce) {
    const auto adapter = adapter_of("gwtoken2026");
    const auto valid = [&](const std::string& query) {
        OwnedRequest request;
        request.query = query;
        request.set_body("<xml/>");
        return adapter->verify(request.view(), {}).kind == Verification::Kind::valid;
    };
    const std::string right = query_of(vectors[0]);
    EXPECT_TRUE(valid(right));
    for (std::size_t at = 0; at < right.size(); ++at) {
        std::string flipped = right;
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        EXPECT_FALSE(valid(flipped)) << flipped;
    }
}

TEST(WeChatVerify, TakesNoClearBodyForAnEncryptedOne) {
    const auto adapter = adapter_of("gwtoken2026");
    OwnedRequest request;
    request.query = query_of(vectors[0]) + "&encrypt_type=aes";
    request.set_body("<xml><MsgType>text</MsgType></xml>");
    EXPECT_EQ(adapter->verify(request.view(), {}).kind, Verification::Kind::invalid);
    request.query = query_of(vectors[0]) + "&msg_signature=" + vectors[0].signature;
    EXPECT_EQ(adapter->verify(request.view(), {}).kind, Verification::Kind::invalid);
}

TEST(WeChatMake, SaysWhatIsMissingOrMisshapen) {
    std::string problem;
    EXPECT_EQ(make(config_of({}), problem), nullptr);
    EXPECT_TRUE(problem.starts_with("credentials.token")) << problem;
    AdapterConfig config = config_of({Secret("t")});
    for (const char* key : {"", "short", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZW+"}) {
        config.credentials["encoding_aes_key"] = {Secret(key)};
        EXPECT_EQ(make(config, problem), nullptr);
        EXPECT_TRUE(problem.starts_with("credentials.encoding_aes_key")) << problem;
    }
}

TEST(WeChatTraits, AnswersTheOneWordThatShowsThePersonNothing) {
    EXPECT_EQ(adapter_of("t")->traits().reply_body, "success");
    EXPECT_EQ(adapter_of("t")->traits().reply_content_type, "text/plain");
}

}  // namespace
}  // namespace postern::adapters
