// What a request's names give away: the values of telling names are not for people to read. Pure.
#pragma once

#include <string>
#include <string_view>

namespace postern::net {

inline constexpr std::string_view mask = "***";

/// Whether a header or a query parameter of this name may carry a secret, whatever its value.
[[nodiscard]] bool names_secret(std::string_view name);

/// The same, or what proved that a request was genuine: good for another one where it covers
/// little.
[[nodiscard]] bool names_proof(std::string_view name);

/// "/webhooks/x?hub.verify_token=***&…": the values of parameters whose names are `hidden`.
[[nodiscard]] std::string masked_target(std::string_view target,
                                        bool (*hidden)(std::string_view) = names_secret);

}  // namespace postern::net
