// What a command_status means: one sorted table for answers to a submit_sm, one question for those
// to a bind. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "adapters/shared/outcome.h"

namespace postern::adapters::smpp {

namespace status {
constexpr std::uint32_t ok = 0x00;
constexpr std::uint32_t bad_length = 0x02;
constexpr std::uint32_t bad_command = 0x03;
constexpr std::uint32_t not_bound = 0x04;
constexpr std::uint32_t already_bound = 0x05;
constexpr std::uint32_t queue_full = 0x14;
constexpr std::uint32_t throttled = 0x58;
constexpr std::uint32_t temporarily_refused = 0x64;  // ESME_RX_T_APPN: comes again
}  // namespace status

/// Of a submit_sm that was answered with an error. An unlisted code of the specification is
/// permanent; one of a vendor's (0x400 to 0x4ff) too.
[[nodiscard]] SendOutcome classify(std::uint32_t status, Instant now);

/// "ESME_RTHROTTLED"; of an unlisted one its number.
[[nodiscard]] std::string name_of(std::uint32_t status);
/// "0x00000058", as centres write it: `SendOutcome::provider_code`.
[[nodiscard]] std::string code_of(std::uint32_t status);

/// Whether a bind that was answered so is refused for what we say that we are: tried seldom, since
/// centres lock out who tries often.
[[nodiscard]] bool is_refusal(std::uint32_t bind_status);

[[nodiscard]] std::span<const shared::CodeRule> code_rules();

}  // namespace postern::adapters::smpp
