// The table of Idempotency-Keys: under way, kept, forgotten, bounded.
#include "gateway/api/idempotency.h"

#include <gtest/gtest.h>

namespace postern::api {
namespace {

using namespace std::chrono_literals;
using Begun = IdempotencyTable::Begun;

constexpr model::Instant noon{std::chrono::hours{500'000}};

IdempotencyUse use_of(std::string key, std::uint8_t hash = 1) {
    return {std::move(key), {hash}};
}

net::Response answer_of(std::string body) {
    net::Response response;
    response.status = 201;
    response.body = std::move(body);
    return response;
}

TEST(IdempotencyTable, KeepsAnAnswerForItsTime) {
    IdempotencyTable table;
    EXPECT_EQ(table.begin(use_of("a"), noon).begun, Begun::fresh);
    EXPECT_EQ(table.begin(use_of("a"), noon).begun, Begun::working);
    EXPECT_EQ(table.begin(use_of("a", 2), noon).begun, Begun::conflict);
    table.keep(use_of("a"), answer_of("made"), noon);
    const auto again = table.begin(use_of("a"), noon + 71h);
    EXPECT_EQ(again.begun, Begun::answered);
    EXPECT_EQ(again.answer.body, "made");
    EXPECT_EQ(again.answer.status, 201);
    EXPECT_EQ(table.begin(use_of("a", 2), noon + 71h).begun, Begun::conflict);
    EXPECT_EQ(table.begin(use_of("a", 2), noon + 72h).begun, Begun::fresh);
}

TEST(IdempotencyTable, ForgetsWhatWasRefused) {
    IdempotencyTable table;
    EXPECT_EQ(table.begin(use_of("a"), noon).begun, Begun::fresh);
    table.forget(use_of("a"));
    EXPECT_EQ(table.begin(use_of("a", 2), noon).begun, Begun::fresh);
    EXPECT_EQ(table.size(), 1u);
}

TEST(IdempotencyTable, LetsTheOldestGoFirst) {
    IdempotencyTable table;
    for (std::size_t i = 0; i <= IdempotencyTable::answers_max; ++i) {
        const IdempotencyUse use = use_of(std::to_string(i));
        EXPECT_EQ(table.begin(use, noon).begun, Begun::fresh);
        table.keep(use, answer_of("x"), noon);
    }
    EXPECT_EQ(table.size(), IdempotencyTable::answers_max);
    EXPECT_EQ(table.begin(use_of("1"), noon).begun, Begun::answered);
    EXPECT_EQ(table.begin(use_of("0"), noon).begun, Begun::fresh);
    table.keep(use_of("0"), answer_of(std::string(IdempotencyTable::bytes_max - 1024, 'x')), noon);
    EXPECT_LT(table.size(), 10u);
}

TEST(HashRequest, DependsOnMethodPathBodyPlaceAndHolder) {
    net::Request request;
    request.method = "POST";
    request.path = "/v1/messages";
    request.body = "{}";
    const auto hash = hash_request(request, 0);
    EXPECT_EQ(hash_request(request, 0), hash);
    EXPECT_NE(hash_request(request, 1), hash);
    EXPECT_NE(hash_request(request, 0, 1), hash);
    EXPECT_NE(hash_request(request, 0, 1), hash_request(request, 0, 2));
    request.body = "{ }";
    EXPECT_NE(hash_request(request, 0), hash);
}

}  // namespace
}  // namespace postern::api
