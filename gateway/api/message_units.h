// What one message counts on its account: the limits take as many, and a check shows them as
// `cost_units`.
#pragma once

#include <cstdint>

#include "gateway/api/send_desk.h"

namespace postern::api {

/// Messages as the provider counts them, at least 1: the segments of a text that goes as SMS, the
/// parts of one that the account splits (long_text).
[[nodiscard]] std::uint32_t count_units(const SendAccount& account, const model::Route& route,
                                        const adapters::OutboundContent& content);

}  // namespace postern::api
