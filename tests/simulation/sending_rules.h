// The rules of the simulated workspace: three accounts with rates, caps and short quiet hours in
// two zones; and the same rules once more as plain arithmetic, for the checks.
#pragma once

#include <string_view>

#include "gateway/core/sending_settings.h"

namespace postern::simulation {

inline constexpr model::AccountNumber accounts_max = 3;

/// `all` false: the last account is gone, as after a reload without it.
[[nodiscard]] std::shared_ptr<const core::SendingSettings> make_rules(bool all);

/// Whether a message of that kind may go at that moment, by the clock of `zone`.
[[nodiscard]] bool is_open(model::AccountNumber account, model::Category category,
                           std::string_view zone, model::Instant at);

/// The limiter's law: at most `burst` and what `window` carries.
[[nodiscard]] std::size_t carried(model::AccountNumber account, std::chrono::microseconds window);

/// The same for one recipient, and for a day.
[[nodiscard]] std::size_t carried_to_one(model::AccountNumber account,
                                         std::chrono::microseconds window);
[[nodiscard]] std::size_t day_max(model::AccountNumber account);

}  // namespace postern::simulation
