// A message that was taken and comes back for a reason that may pass (a mailbox that is full, a
// grey list: a «soft bounce») goes once more: another attempt of the same message, by the account's
// pace of retries and never beyond its end. No receipt moves a state down for it: like a next way
// and a redrive, it is a new attempt, and the state table stays what it is. Where an address sends
// mail back again and again, it is suppressed until there is a sign of life. Free functions over
// rows; the core's thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/core/plan.h"
#include "gateway/core/sending.h"

namespace postern::core {

/// Of the note of an address that sent mail back too often.
inline constexpr std::string_view soft_bounces_source = "soft_bounces";

/// Rows that note_bounce() needs beyond the message's own: what became of the person's last sends.
void plan_bounce(const adapters::InboundStatus& status, model::Sequence message,
                 const model::StateRow& state, const model::HotRow& hot, const Rows& rows,
                 Missing& missing);

/// The provider itself tells, under its secret, that the recipient's address is dead, whatever mail
/// it was about (adapters/email/email_event.h). Anybody can write a report that comes as a mail:
/// such a one never says so.
[[nodiscard]] bool names_dead_address(const ReceiveStatus& c);

/// A failure that is told of an attempt before the last: that one has a report of its own.
[[nodiscard]] bool is_of_earlier(const adapters::InboundStatus& status, const OutMessage& message,
                                 const Writer& writer);

/// In `facts`, what the server said, as a failure that may pass.
void describe_bounce(const adapters::InboundStatus& status, ChangeFacts& facts);

enum class Bounced : std::uint8_t {
    for_good,
    may_pass,
    too_often,  // and the address is suppressed from here on
};
/// Counts a failure that may pass against the address.
[[nodiscard]] Bounced note_bounce(const adapters::InboundStatus& status, const OutMessage& message,
                                  Sending& sending, Writer& writer);

/// The message waits for its next attempt; false: its time, or the account's patience, is over
/// before that could be. It says possible_duplicate where the person may have it.
[[nodiscard]] bool try_again(const ReceiveStatus& c, OutMessage& message, ChangeFacts facts,
                             Sending& sending, Writer& writer);

}  // namespace postern::core
