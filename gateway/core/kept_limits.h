// What the limits of sending remember over a restart: how many were sent today, and how long a
// provider asked us to wait. A count is written ahead, in blocks: what is on disk is never less
// than what was sent, and most dispatches write nothing. Lives in the core's outbox.
#pragma once

#include <map>

#include "gateway/model/outbound.h"
#include "ratelimit/limit_stack.h"

namespace postern::core {

class KeptLimits final {
  public:
    /// A row of an earlier start.
    void found(const model::LimitsRow& row) { rows_[row.account] = row; }
    /// Tells what is known of an account that was configured just now.
    void restore(model::AccountNumber account, ratelimit::Limits& limits) const;

    /// `sent` messages left on `day`. The row to be written with the last of them; null: what is
    /// written covers it. `per_day` is the account's limit, or 0.
    [[nodiscard]] const model::LimitsRow* counted(model::AccountNumber account, std::int64_t day,
                                                  std::int64_t sent, std::uint64_t per_day);
    /// The row to be written; null: a longer wait is written already.
    [[nodiscard]] const model::LimitsRow* backed_off(model::AccountNumber account, bool group,
                                                     model::Instant until);

  private:
    model::LimitsRow& row_of(model::AccountNumber account);

    std::map<model::AccountNumber, model::LimitsRow> rows_;
};

}  // namespace postern::core
