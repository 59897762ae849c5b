// A block is a hundredth of the day's limit, so a restart costs at most that much of it.
#include "gateway/core/kept_limits.h"

#include <algorithm>

namespace postern::core {
namespace {

constexpr std::uint64_t block_max = 256;

std::uint64_t block_of(std::uint64_t per_day) {
    return per_day == 0 ? block_max : std::clamp<std::uint64_t>(per_day / 100, 1, block_max);
}

}  // namespace

model::LimitsRow& KeptLimits::row_of(model::AccountNumber account) {
    model::LimitsRow& row = rows_[account];
    row.account = account;
    return row;
}

void KeptLimits::restore(model::AccountNumber account, ratelimit::Limits& limits) const {
    const auto it = rows_.find(account);
    if (it == rows_.end()) return;
    const model::LimitsRow& row = it->second;
    limits.restore(account, row.day, static_cast<std::int64_t>(row.day_count));
    if (row.back_off_until != model::Instant{})
        limits.back_off_account(account, row.back_off_until);
    if (row.group_back_off_until != model::Instant{})
        limits.back_off_group(account, row.group_back_off_until);
}

const model::LimitsRow* KeptLimits::counted(model::AccountNumber account, std::int64_t day,
                                            std::int64_t sent, std::uint64_t per_day) {
    model::LimitsRow& row = row_of(account);
    const auto count = static_cast<std::uint64_t>(sent);
    if (row.day == day && count <= row.day_count) return nullptr;
    row.day = static_cast<std::uint32_t>(day);
    row.day_count = count + block_of(per_day) - 1;
    // Nobody may send more than the limit: what is beyond it is never reached.
    if (per_day != 0) row.day_count = std::max(count, std::min(row.day_count, per_day));
    return &row;
}

const model::LimitsRow* KeptLimits::backed_off(model::AccountNumber account, bool group,
                                               model::Instant until) {
    model::LimitsRow& row = row_of(account);
    model::Instant& kept = group ? row.group_back_off_until : row.back_off_until;
    if (kept >= until) return nullptr;
    kept = until;
    return &row;
}

}  // namespace postern::core
