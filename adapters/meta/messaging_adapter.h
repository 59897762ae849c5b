// The inbound adapter of Messenger and Instagram, which differ in traits and in the name of the
// Graph object. Thread: any.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "adapters/adapter.h"

namespace postern::adapters::meta {

/// `traits` outlives the adapter; its routing_setting names the account's own id. `object` is the
/// `object` of the account's webhooks. Null and a `problem` if the app secret is missing or the id
/// is not digits.
[[nodiscard]] std::unique_ptr<HttpAdapter> make_messaging(const AdapterConfig& config,
                                                          const Traits& traits,
                                                          std::string_view object,
                                                          std::string& problem);

}  // namespace postern::adapters::meta
