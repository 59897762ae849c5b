// What a provider settles about a webhook before it leaves: whether the account asked for such
// events at all, and what the webhook promises: LINE's tokens for one reply each.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/sim/accounts.h"
#include "gateway/sim/scenario.h"

namespace postern::sim {

/// Telegram leaves out what is not in the last `allowed_updates`, and without a list what nobody
/// gets unasked; Viber what is not in `event_types`, but for messages and subscriptions. True for
/// every other channel, for accounts that never told, and for what is defective on purpose.
[[nodiscard]] bool is_wanted(const SimAccount& account, const Webhook& webhook);

/// Keeps LINE's reply and read tokens of a webhook that leaves at `now_us` (monotonic).
void note_line_tokens(SimAccount& account, const Webhook& webhook, std::int64_t now_us);

/// Whom the token lets the account answer now; null: unknown, used or too old.
[[nodiscard]] const SimReplyToken* find_reply_token(const SimAccount& account,
                                                    std::string_view token, std::int64_t now_us);

/// Both of the above for a webhook whose account may be none that is known. False: it is not sent.
[[nodiscard]] bool announce(Accounts& accounts, const Webhook& webhook, std::int64_t now_us);

}  // namespace postern::sim
