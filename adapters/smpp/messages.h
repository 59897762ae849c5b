// What the PDUs carry that a sender of messages writes and reads (SMPP 3.4, chapter 4). An answer
// that is an error may be a header alone. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/secret.h"
#include "adapters/smpp/pdu.h"

namespace postern::adapters::smpp {

enum class BindKind : unsigned char { transceiver, transmitter, receiver };
[[nodiscard]] std::string_view to_string(BindKind kind);
[[nodiscard]] std::uint32_t command_of(BindKind kind);

namespace esm {
constexpr std::uint8_t type_mask = 0x3c;
constexpr std::uint8_t receipt = 0x04;
constexpr std::uint8_t intermediate = 0x20;
constexpr std::uint8_t udh = 0x40;
}  // namespace esm

struct Bind {
    BindKind kind = BindKind::transceiver;
    std::string system_id;
    Secret password;
    std::string system_type;
};

/// The body of submit_sm and deliver_sm, which is the same. Of a data_sm the fields that it has.
struct ShortMessage {
    std::string service_type;
    std::uint8_t source_ton = 0;
    std::uint8_t source_npi = 0;
    std::string source;
    std::uint8_t dest_ton = 0;
    std::uint8_t dest_npi = 0;
    std::string dest;
    std::uint8_t esm_class = 0;
    std::uint8_t protocol_id = 0;
    std::uint8_t priority = 0;
    std::string schedule;
    std::string validity;
    std::uint8_t registered_delivery = 0;
    std::uint8_t data_coding = 0;
    std::string text;  // octets of short_message, at most 254
    std::vector<Tlv> tlvs;
    bool operator==(const ShortMessage&) const = default;

    /// The octets of the message, wherever they stand.
    [[nodiscard]] std::string_view octets() const;
};

[[nodiscard]] std::string encode(const Bind& bind, std::uint32_t sequence);
[[nodiscard]] std::string encode_submit(const ShortMessage& message, std::uint32_t sequence);
/// A PDU that is its header; `command` as it is sent.
[[nodiscard]] std::string encode_bare(std::uint32_t command, std::uint32_t status,
                                      std::uint32_t sequence);
/// The answer to a deliver_sm or data_sm, with the empty id that both want.
[[nodiscard]] std::string encode_delivered(std::uint32_t command, std::uint32_t status,
                                           std::uint32_t sequence);

/// Nothing: the mandatory fields are not whole, or the octets stand in parameters that are not.
[[nodiscard]] std::optional<ShortMessage> decode_short_message(std::string_view body);
[[nodiscard]] std::optional<ShortMessage> decode_data(std::string_view body);
/// The id of a submit_sm_resp; empty where it has none.
[[nodiscard]] std::string decode_message_id(std::string_view body);

}  // namespace postern::adapters::smpp
