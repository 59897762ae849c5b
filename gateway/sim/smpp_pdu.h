// SMPP 3.4 as a message centre reads and writes it: written a second time from the specification,
// so that the gateway's own spelling is judged by another. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace postern::sim {

namespace smpp_command {
constexpr std::uint32_t bind_receiver = 0x01;
constexpr std::uint32_t bind_transmitter = 0x02;
constexpr std::uint32_t submit_sm = 0x04;
constexpr std::uint32_t deliver_sm = 0x05;
constexpr std::uint32_t unbind = 0x06;
constexpr std::uint32_t bind_transceiver = 0x09;
constexpr std::uint32_t enquire_link = 0x15;
constexpr std::uint32_t response = 0x80000000;
}  // namespace smpp_command

struct SmppPdu {
    std::uint32_t command = 0;
    std::uint32_t status = 0;
    std::uint32_t sequence = 0;
    std::string_view body;
};

/// Takes the first PDU off `stream`: 1, or 0 while it is not whole, or -1 if its length cannot be.
/// The body is a view of `stream` as it was, `bytes` of which are to be dropped afterwards.
[[nodiscard]] int take_pdu(std::string_view stream, SmppPdu& pdu, std::size_t& bytes);
[[nodiscard]] std::string make_pdu(std::uint32_t command, std::uint32_t status,
                                   std::uint32_t sequence, std::string_view body = {});

struct SmppLogin {
    std::string system_id;
    std::string password;
};
/// False where the fields are not those of a bind, or too long.
[[nodiscard]] bool read_bind(std::string_view body, SmppLogin& login);

struct SmppSubmission {
    std::string from;
    std::string to;
    std::string text;  // UTF-8
    bool receipt = false;
};
/// 0, or the command_status with which a centre refuses the fields.
[[nodiscard]] std::uint32_t read_submission(std::string_view body, SmppSubmission& submission);

struct SmppDelivery {
    std::string from;  // digits, or a name
    std::string to;
    std::string octets;
    std::uint8_t esm_class = 0;
    std::uint8_t data_coding = 0;
    std::map<std::uint16_t, std::string> parameters;
};
/// The body of a deliver_sm.
[[nodiscard]] std::string delivery_body(const SmppDelivery& delivery);

/// A text: UCS-2, in message_payload where one short message does not hold it.
void set_text(SmppDelivery& delivery, std::string_view utf8);

/// How a centre spells its receipts; the number of "receipt_form".
enum class SmppReceiptForm : unsigned char {
    both,          // appendix B's text, and the parameters
    text,          // without parameters
    parameters,    // without a text
    decimal_id,    // text; what the answer to the submission names in hexadecimal, in decimal
    intermediate,  // both, and before it a notification that the message is on its way
};
struct SmppReceipt {
    std::string_view id;
    int state = 2;  // message_state: 1 on its way, 2 delivered, 5 undeliverable
    SmppReceiptForm form = SmppReceiptForm::both;
    std::int64_t time_s = 0;
};
void set_receipt(SmppDelivery& delivery, const SmppReceipt& receipt);

/// UTF-16BE of UTF-8 that is whole.
[[nodiscard]] std::string smpp_ucs2(std::string_view utf8);

}  // namespace postern::sim
