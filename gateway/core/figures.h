// How sending stands, for people who watch: a copy that the core's thread hands out now and then.
#pragma once

#include <map>

#include "gateway/core/tally.h"
#include "gateway/model/ledger.h"
#include "gateway/model/time.h"

namespace postern::core {

/// The due queue of one account.
struct OutboxFigures {
    std::size_t in_flight = 0;
    std::size_t attempting = 0;
    std::size_t waiting_in_memory = 0;  // rows of the windows; more may be in the store
    std::size_t lanes = 0;
    std::size_t lanes_parked = 0;   // by quiet hours, until a time
    bool parked = false;            // the account as a whole
    model::Instant parked_until{};  // the epoch: until somebody acts
    /// The oldest message whose time has come and that nothing holds back but its turn; the epoch:
    /// none. Its age is how late sending is.
    model::Instant oldest_due{};
    bool operator==(const OutboxFigures&) const = default;
};

struct AccountFigures {
    model::LedgerRow ledger;
    AccountTally tally;
    OutboxFigures outbox;
    double per_second = 0;  // dispatches, lately; filled outside (runtime/send_rates.h)
};

struct Figures {
    std::map<model::AccountNumber, AccountFigures> accounts;
    Tally tally;
    std::size_t held = 0;     // wait for their person's earlier message
    std::size_t delayed = 0;  // wait for a limit of their person
    bool sending_paused = false;
    /// So far is the core's time ahead of the wall clock, which was set back (core/core_time.h).
    std::chrono::microseconds ahead{};
};

}  // namespace postern::core
