// Waits told recipient by recipient, and when they are the account's.
#include "gateway/egress/flood.h"

#include <gtest/gtest.h>

namespace postern::egress {
namespace {

using adapters::LimitScope;
using namespace std::chrono_literals;

constexpr model::Instant start{std::chrono::seconds{1'768'473'000}};

TEST(Flood, IsSeveralRecipientsWhoWaitAtTheSameTime) {
    Flood flood;
    EXPECT_EQ(flood.scope_of("1", start + 5s, start), LimitScope::recipient);
    EXPECT_EQ(flood.scope_of("2", start + 5s, start), LimitScope::recipient);
    EXPECT_EQ(flood.scope_of("3", start + 5s, start + 1s), LimitScope::account);
    EXPECT_EQ(flood.scope_of("4", start + 5s, start + 2s), LimitScope::account);
}

TEST(Flood, IsNotOneRecipientAgainAndAgain) {
    Flood flood;
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(flood.scope_of("1", start + 5s, start), LimitScope::recipient);
}

TEST(Flood, IsOverOnceTheWaitsAre) {
    Flood flood;
    (void)flood.scope_of("1", start + 5s, start);
    (void)flood.scope_of("2", start + 5s, start);
    EXPECT_EQ(flood.scope_of("3", start + 15s, start + 5s), LimitScope::recipient);
}

}  // namespace
}  // namespace postern::egress
