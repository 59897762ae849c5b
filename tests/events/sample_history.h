// A few rows of history, the same for every test of events.
#pragma once

#include "gateway/events/account_table.h"
#include "gateway/model/records.h"

namespace postern::events {

/// 1 wa-main (whatsapp), 2 tg-shop (telegram)
[[nodiscard]] AccountTablePtr sample_accounts();

/// 2026-01-31T12:00:00Z and so many seconds.
[[nodiscard]] model::Instant at(int seconds);

/// A text from the person of part 10, on account 1.
[[nodiscard]] model::MessageRow text_row(int seconds, std::string text);

/// A «stop» of the same person that was said before: no event.
[[nodiscard]] model::SignalRow repeated_stop(int seconds);

}  // namespace postern::events
