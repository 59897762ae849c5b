// The table of states, every pair, and receipts in every order.
#include "gateway/core/message_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace postern::core {
namespace {

using S = MessageState;
constexpr std::size_t states = 11;

/// Said a second time, by words, so that a slip in the table shows.
bool expected(S from, S to) {
    if (from == to) return false;
    const auto outcome = [](S s) { return s == S::failed || s == S::expired; };
    switch (from) {
        case S::queued:
        case S::waiting:  // still ours: it may be scheduled, dropped or refused
            return to == S::queued || to == S::waiting || to == S::sending || outcome(to) ||
                   to == S::cancelled || to == S::refused;
        case S::sending:  // left, or not: anything but a refusal
            return to != S::cancelled && to != S::refused;
        case S::unknown:
            return to == S::sending || to == S::sent || outcome(to) || to == S::delivered ||
                   to == S::read;
        case S::sent:
            return outcome(to) || to == S::delivered || to == S::read;
        case S::failed:
        case S::expired:  // a carrier corrects itself
            return to == S::delivered || to == S::read;
        case S::delivered:
            return to == S::read;
        case S::read:
        case S::cancelled:
        case S::refused:
            return false;
    }
    return false;
}

TEST(MessageState, EveryPairIsAsTheDesignSays) {
    for (std::size_t i = 0; i < states; ++i) {
        for (std::size_t j = 0; j < states; ++j) {
            const S from = static_cast<S>(i), to = static_cast<S>(j);
            EXPECT_EQ(may_move(from, to), expected(from, to))
                << to_string(from) << " to " << to_string(to);
        }
    }
}

TEST(MessageState, AReadOneACancelledOneAndARefusedOneAreFinal) {
    for (std::size_t i = 0; i < states; ++i) {
        const S s = static_cast<S>(i);
        EXPECT_EQ(is_absolute(s), s == S::read || s == S::cancelled || s == S::refused);
    }
}

TEST(MessageState, WordsAreReadAsTheyAreWritten) {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < states; ++i) {
        const S s = static_cast<S>(i);
        S read = S::queued;
        EXPECT_TRUE(parse_state(to_string(s), read));
        EXPECT_EQ(read, s);
        words.insert(to_string(s));
    }
    EXPECT_EQ(words.size(), states);
    S untouched = S::sent;
    EXPECT_FALSE(parse_state("Sent", untouched));
    EXPECT_FALSE(parse_state("", untouched));
    EXPECT_EQ(untouched, S::sent);
}

TEST(MessageState, AParkedReceiptOnlyGoesUp) {
    using R = adapters::ReceiptState;
    model::ParkedReceiptRow parked;
    EXPECT_FALSE(moves_up(parked, R::accepted));
    raise(parked, R::delivered);
    EXPECT_FALSE(moves_up(parked, R::sent));
    EXPECT_FALSE(moves_up(parked, R::failed));
    EXPECT_TRUE(moves_up(parked, R::read));
}

TEST(MessageState, ADeliveryAfterAFailureWins) {
    using R = adapters::ReceiptState;
    model::ParkedReceiptRow parked;
    raise(parked, R::failed);
    EXPECT_FALSE(moves_up(parked, R::failed));
    EXPECT_TRUE(moves_up(parked, R::delivered));
}

/// Where a message with these receipts stands.
S standing(const model::ParkedReceiptRow& parked) {
    using R = adapters::ReceiptState;
    if (parked.highest == R::read) return S::read;
    if (parked.highest == R::delivered) return S::delivered;
    return parked.failed ? S::failed : S::sent;
}

TEST(MessageState, ReceiptsInAnyOrderEndTheSame) {
    using R = adapters::ReceiptState;
    const std::array<R, 5> all = {R::accepted, R::sent, R::delivered, R::read, R::failed};
    for (unsigned chosen = 1; chosen < 32; ++chosen) {
        std::vector<R> receipts;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (chosen >> i & 1) receipts.insert(receipts.end(), 2, all[i]);
        }
        std::sort(receipts.begin(), receipts.end());
        std::set<S> ends;
        do {
            model::ParkedReceiptRow parked;
            for (const R r : receipts) {
                if (moves_up(parked, r)) raise(parked, r);
            }
            ends.insert(standing(parked));
        } while (std::next_permutation(receipts.begin(), receipts.end()) && ends.size() == 1);
        EXPECT_EQ(ends.size(), 1u) << "set " << chosen;
    }
}

}  // namespace
}  // namespace postern::core
