// A mail as the simulated relay reads it: enough of RFC 5322 and MIME to say what is wrong with it
// and what a person would read. Pure.
#pragma once

#include <string>
#include <string_view>

namespace postern::sim {

/// What a person reads first in a mail: its text/plain part, decoded; empty if there is none.
[[nodiscard]] std::string mail_text(std::string_view mail);
/// What is wrong with a mail by RFC 5322; empty: nothing.
[[nodiscard]] std::string_view mail_fault(std::string_view mail);

}  // namespace postern::sim
