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

/// Of the vectors.
constexpr std::int64_t signed_at_s = 1767225600;
constexpr Instant now{std::chrono::seconds(signed_at_s)};

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
        return adapter->verify(request.view(), now).kind == Verification::Kind::valid;
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
    EXPECT_EQ(adapter->verify(request.view(), now).kind, Verification::Kind::invalid);
    request.query = query_of(vectors[0]) + "&msg_signature=" + vectors[0].signature;
    EXPECT_EQ(adapter->verify(request.view(), now).kind, Verification::Kind::invalid);
}

/// The provider notes' cipher text, which says "hello".
Situation encrypted_situation(const char* name) {
    return read_situation(std::filesystem::path(POSTERN_SOURCE_DIR) / "tests" / "adapters" /
                          "wechat" / name);
}

TEST(WeChatVerify, WithAKeyTakesWhatIsEncryptedAlone) {
    AdapterConfig config = config_of({Secret("gwtoken2026")});
    config.credentials["encoding_aes_key"].emplace_back(
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY");
    std::string problem;
    const auto adapter = make(config, problem);
    ASSERT_NE(adapter, nullptr) << problem;
    const auto answer = [&](OwnedRequest& request) { return adapter->verify(request.view(), now); };

    // A query that somebody saw once, with a body of their own.
    OwnedRequest forged;
    forged.query = query_of(vectors[0]);
    forged.set_body("<xml><MsgType>text</MsgType><FromUserName>oA1</FromUserName></xml>");
    EXPECT_EQ(adapter_of("gwtoken2026")->verify(forged.view(), now).kind,
              Verification::Kind::valid);
    EXPECT_EQ(answer(forged).kind, Verification::Kind::invalid);
    EXPECT_NE(answer(forged).reason.find("encoding_aes_key"), std::string::npos);

    // Safe, and compatible: clear and encrypted side by side.
    for (const char* name : {"encrypted.xml", "compatible.xml"}) {
        Situation situation = encrypted_situation(name);
        EXPECT_EQ(answer(situation.request).kind, Verification::Kind::valid) << name;
        const std::string& query = situation.request.query;
        situation.request.query = query.substr(0, query.find("&encrypt_type"));
        EXPECT_EQ(answer(situation.request).kind, Verification::Kind::invalid) << name;
    }
}

TEST(WeChatVerify, RefusesWhatIsMoreThanTenMinutesAway) {
    const auto adapter = adapter_of("gwtoken2026");
    OwnedRequest clear;
    clear.query = query_of(vectors[0]);
    clear.set_body("<xml/>");
    Situation encrypted = encrypted_situation("encrypted.xml");
    for (OwnedRequest* request : {&clear, &encrypted.request}) {
        for (const int seconds : {-599, 0, 599}) {
            const Instant then = now + std::chrono::seconds(seconds);
            EXPECT_EQ(adapter->verify(request->view(), then).kind, Verification::Kind::valid);
        }
        for (const int seconds : {-601, 601, 24 * 3600}) {
            const Instant then = now + std::chrono::seconds(seconds);
            const Verification answer = adapter->verify(request->view(), then);
            EXPECT_EQ(answer.kind, Verification::Kind::invalid);
            EXPECT_NE(answer.reason.find("timestamp"), std::string::npos) << answer.reason;
        }
    }
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
