// A part's standing on an account: its open conversation and its window. Pure.
#pragma once

#include "gateway/model/records.h"

namespace postern::conversations {

/// The part's standing on that account, added empty if there is none.
[[nodiscard]] model::ChannelStanding& standing_on(model::HotRow& hot, model::AccountNumber account);

/// Opens a conversation made by the row `sequence`; false if one is open already.
[[nodiscard]] bool open(model::ChannelStanding& standing, model::Sequence sequence,
                        model::Instant at, std::uint32_t epoch);

}  // namespace postern::conversations
