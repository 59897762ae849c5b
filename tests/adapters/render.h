// An InboundBatch as JSON for people to read and for tests to compare: one member a line, empty
// members left out, always in the same order.
#pragma once

#include <string>

#include "adapters/adapter.h"

namespace postern::adapters {

/// Ends with a line feed.
[[nodiscard]] std::string render(const InboundBatch& batch, std::string_view verification);
[[nodiscard]] std::string render(const boost::system::error_code& error,
                                 std::string_view verification);

}  // namespace postern::adapters
