// A text as the submissions that carry it: alphabet, parts, and what joins them (3GPP TS 23.040,
// 9.2.3.24; SMPP 3.4, 5.3.2.22). Counts as shared/sms_segments.h does. Pure. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/time.h"
#include "adapters/smpp/options.h"

namespace postern::adapters::smpp {

/// The octets of each part, without what joins them.
struct Split {
    std::uint8_t data_coding = dcs::standard;
    std::vector<std::string> parts;  // at least one
};

/// UTF-8 in the centre's standard alphabet if all of it is in GSM-7 and there, else in UCS-2. With
/// LongMode::payload it is always one part.
[[nodiscard]] Split split(std::string_view text, Charset standard, LongMode mode);

/// What a message says beyond its text.
struct Envelope {
    std::string_view to;          // E.164 with its plus, or as the centre named a sender
    std::uint16_t reference = 0;  // of its parts; differs from the message's before
    Instant expires{};            // the epoch: the centre's own patience
    Instant now{};
};

/// One submission a part, in order, each asking for a receipt. Empty: more than 255 parts.
[[nodiscard]] std::vector<ShortMessage> submissions(std::string_view text, const Envelope& envelope,
                                                    const Options& options);

/// "YYMMDDhhmmss000+", UTC, at most three days ahead, since centres refuse more; empty for none.
[[nodiscard]] std::string validity_of(Instant expires, Instant now);

}  // namespace postern::adapters::smpp
