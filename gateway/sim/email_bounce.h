// Delivery status notifications (RFC 3462, 3464) of mail that was taken and could not be delivered:
// a mail to the envelope sender, posted where the account's mail goes.
#pragma once

#include <string>

#include "gateway/sim/receiver.h"

namespace postern::sim {

/// A receipt's `from` is the envelope sender, its `text` the headers of the mail. False but for
/// failures: a relay tells of nothing else, unless it was asked to.
[[nodiscard]] bool bounce_webhook(const Receipt& receipt, Webhook& webhook);

}  // namespace postern::sim
