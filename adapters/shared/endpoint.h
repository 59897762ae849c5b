// The addresses and header lines of a provider's API that every way out assembles. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/adapter.h"

namespace postern::adapters::shared {

/// The account's `base_url`, else `usual`; without a slash at its end.
[[nodiscard]] std::string base_url(const AdapterConfig& config, std::string_view usual);

/// `url` with one more query parameter, before a fragment if there is one. The value is escaped.
[[nodiscard]] std::string with_parameter(std::string_view url, std::string_view name,
                                         std::string_view value);

/// The first live credential of that name, or an empty one: the newest stands first.
[[nodiscard]] Secret newest(const AdapterConfig& config, std::string_view credential);

/// This machine, by an address of it or as "localhost". «127.example.com» is somebody else's name.
[[nodiscard]] bool is_loopback(std::string_view host);

/// No byte that could end a header line or a URL.
[[nodiscard]] bool is_printable_ascii(std::string_view text);

}  // namespace postern::adapters::shared
