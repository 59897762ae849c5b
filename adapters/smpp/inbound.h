// What a deliver_sm is to the rest of Postern: a message of a person, or a receipt. Pure.
// Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/model/inbound.h"
#include "adapters/smpp/coding.h"
#include "adapters/smpp/reassembly.h"
#include "adapters/smpp/receipt.h"

namespace postern::adapters::smpp {

/// A person's address in E.164, as far as the centre says that it is international; else as it
/// came.
[[nodiscard]] std::string person_address(std::uint8_t ton, std::string_view digits);
[[nodiscard]] bool is_phone(std::string_view address);

/// The address of the handset that a receipt is about.
[[nodiscard]] std::string person_of_receipt(const ShortMessage& message);

/// `external_id` names it in the account. Octets that are no text make an unsupported message, a
/// part that never came leaves "[…]". Not of a receipt, and not without a sender.
[[nodiscard]] InboundMessage message_of(const Assembled& assembled, Charset standard,
                                        std::string external_id, Instant now);

/// `external_id`: which of our messages, as far as it is known.
[[nodiscard]] InboundStatus status_of(const Receipt& receipt, const ShortMessage& message,
                                      std::string external_id, Instant now);

/// Whole PDUs, one after the other, as quarantine keeps them: for a replay. Ids are made of the
/// bytes.
[[nodiscard]] InboundBatch decode_pdus(std::string_view pdus, Charset standard, Instant now);

}  // namespace postern::adapters::smpp
