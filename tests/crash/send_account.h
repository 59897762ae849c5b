// Both sides' accounts of what was sent, side by side: what the daemon answered for, how its
// messages ended, what its events say, and what the providers took.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gateway/cli/api.h"
#include "tests/crash/send_load.h"

namespace postern::crash {

/// A message as GET /v1/messages/{id} shows it.
struct SendStanding {
    std::int64_t number = 0;
    std::string id;
    bool marketing = false;
    std::string channel;
    std::string state;  // "absent": no such message
    bool possible_duplicate = false;
    std::int64_t attempts = 0;
};

/// The last state that a channel's receipts tell of every message that its provider took. A channel
/// without one: nothing is told, and `sent` is where a message ends.
using LastReceipts = std::map<std::string, std::string>;

/// Asks for every message until all have ended, or are unknown and held (marketing), or the time is
/// over; then the rest is as it was last seen. `in_time` says which.
[[nodiscard]] std::vector<SendStanding> settle(cli::Api& api,
                                               const std::vector<AcceptedMessage>& accepted,
                                               const LastReceipts& last,
                                               std::chrono::milliseconds timeout, bool& in_time);

/// Failures are the test's. `taken`: how often the providers took each number.
void expect_kept_promises(const std::vector<SendStanding>& standings, const LastReceipts& last,
                          const std::map<std::int64_t, int>& taken);

/// No number was accepted twice, whatever was answered. Answers how many attempts a start found
/// without an end.
[[nodiscard]] std::uint64_t expect_accepted_once(cli::Api& api,
                                                 const std::vector<AcceptedMessage>& accepted);

}  // namespace postern::crash
