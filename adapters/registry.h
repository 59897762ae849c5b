// The list of channels.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "adapters/adapter.h"
#include "adapters/sending_adapter.h"

namespace postern::adapters {

/// Makes the adapter of `config.channel`. On a setting that makes no sense: null, and `problem`
/// says which one and what to write instead.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

/// The way out of the same account. Null and `problem` empty: this account only receives, because
/// its channel cannot send yet or because nothing of what sending needs is configured. Null and a
/// `problem`: as above. `base_url` among the settings replaces the provider's address.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending_adapter(const AdapterConfig& config,
                                                                   std::string& problem);

/// The channels this build speaks, in the contract's order.
[[nodiscard]] std::span<const std::string_view> channels();

}  // namespace postern::adapters
