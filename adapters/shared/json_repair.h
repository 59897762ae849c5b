// Two things that are JSON by the grammar and yet refused by a strict parser: escaped surrogates
// without their partner (an emoji cut in half) and numbers beyond any machine type. Thread: any.
#pragma once

#include <string>

namespace postern::adapters::json {

/// Overwrites in place, byte for byte, so that offsets keep their meaning: a lone surrogate becomes
/// \ufffd, an oversized number becomes null and blanks. False: nothing to repair.
[[nodiscard]] bool repair(std::string& body);

}  // namespace postern::adapters::json
