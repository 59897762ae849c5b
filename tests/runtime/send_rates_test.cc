// Messages a second, over the last ten seconds and no longer.
#include "gateway/runtime/send_rates.h"

#include <gtest/gtest.h>

namespace postern::runtime {
namespace {

using namespace std::chrono_literals;

double rate_at(SendRates& rates, std::chrono::seconds steady, std::uint64_t attempts) {
    core::Figures figures;
    figures.accounts[3].tally.attempts = attempts;
    rates.note(steady, figures);
    return figures.accounts[3].per_second;
}

TEST(SendRates, CountsWhatLeftSinceTheFirstLook) {
    SendRates rates;
    EXPECT_DOUBLE_EQ(rate_at(rates, 1s, 100), 0);
    EXPECT_DOUBLE_EQ(rate_at(rates, 3s, 120), 10);
}

TEST(SendRates, ForgetsWhatIsOlderThanTenSeconds) {
    SendRates rates;
    (void)rate_at(rates, 1s, 0);
    for (int second = 2; second <= 11; ++second)
        (void)rate_at(rates, std::chrono::seconds{second}, 1000);
    EXPECT_DOUBLE_EQ(rate_at(rates, 12s, 1000), 0);
    EXPECT_DOUBLE_EQ(rate_at(rates, 17s, 1050), 5);
}

TEST(SendRates, AnAccountThatIsNewBeginsAtNothing) {
    SendRates rates;
    core::Figures none;
    rates.note(1s, none);
    EXPECT_DOUBLE_EQ(rate_at(rates, 2s, 5), 5);
}

}  // namespace
}  // namespace postern::runtime
