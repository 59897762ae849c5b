// What a deliver_sm with a receipt says: by its parameters where it has them, else by its text
// (SMPP 3.4, appendix B), which centres write each in their own way. Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/model/inbound.h"
#include "adapters/smpp/messages.h"

namespace postern::adapters::smpp {

struct Receipt {
    std::string id;  // of the submission, as the centre tells it here
    ReceiptState state = ReceiptState::sent;
    std::string stat;             // the centre's word, "DELIVRD"
    std::string error;            // the centre's code, "000" where all is well
    std::string network;          // network_error_code in hexadecimal, or empty
    std::optional<Instant> done;  // as if the centre's clock showed UTC
};

/// Whether a message that came is a receipt: of the end, or of something on the way.
[[nodiscard]] bool is_receipt(const ShortMessage& message);

/// Nothing: neither parameters nor text name a submission and a state.
[[nodiscard]] std::optional<Receipt> read_receipt(const ShortMessage& message);

/// Class and word of a failure: by the network's code where it is one of GSM's (3GPP TS 29.002,
/// 17.6: the error of the forwarded short message), else by the centre's word. What stands behind
/// `err:` is each centre's own and tells nothing.
void judge(const Receipt& receipt, ProviderError& error);

/// The same id as a centre spells it in its other answers: see ReceiptId.
[[nodiscard]] std::string hex_of_dec(std::string_view decimal);  // lower case; empty: no number
[[nodiscard]] std::string trimmed(std::string_view id);          // lower case, no leading zeros

}  // namespace postern::adapters::smpp
