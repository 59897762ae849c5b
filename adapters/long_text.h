// The account's `long_text`: whether a text beyond what the channel takes in one message goes as
// several, or is refused; and whether one beyond a single SMS is. Around a channel's own way out,
// whose limits it asks and does not know. Thread: any (const).
#pragma once

#include <cstddef>
#include <memory>

#include "adapters/sending_adapter.h"

namespace postern::adapters {

/// More messages than that for one text: nobody reads them, and most providers slow down.
inline constexpr std::size_t long_text_parts_max = 10;

/// Whether texts of the account go as SMS, whose parts are counted and charged.
[[nodiscard]] bool goes_as_sms(const AdapterConfig& config);

/// `inner` itself where the account says nothing, or nothing that its channel has a use for: mail
/// and web chat take any length, SMPP cuts by itself. Null stays null.
[[nodiscard]] std::unique_ptr<SendingAdapter> with_long_text(std::unique_ptr<SendingAdapter> inner,
                                                             const AdapterConfig& config);

}  // namespace postern::adapters
