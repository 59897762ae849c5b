// The frame of SMPP 3.4: headers, parameters by tag, and the cutting of a byte stream into PDUs.
// All integers are big-endian; nothing is read beyond its PDU. Pure. Thread: any, one a stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::adapters::smpp {

namespace command {
constexpr std::uint32_t response = 0x80000000;  // added to a request's id
constexpr std::uint32_t generic_nack = 0x80000000;
constexpr std::uint32_t bind_receiver = 0x01;
constexpr std::uint32_t bind_transmitter = 0x02;
constexpr std::uint32_t submit_sm = 0x04;
constexpr std::uint32_t deliver_sm = 0x05;
constexpr std::uint32_t unbind = 0x06;
constexpr std::uint32_t bind_transceiver = 0x09;
constexpr std::uint32_t outbind = 0x0b;
constexpr std::uint32_t enquire_link = 0x15;
constexpr std::uint32_t alert_notification = 0x102;
constexpr std::uint32_t data_sm = 0x103;
}  // namespace command

namespace tag {
constexpr std::uint16_t receipted_message_id = 0x001e;
constexpr std::uint16_t sar_msg_ref_num = 0x020c;
constexpr std::uint16_t sar_total_segments = 0x020e;
constexpr std::uint16_t sar_segment_seqnum = 0x020f;
constexpr std::uint16_t network_error_code = 0x0423;
constexpr std::uint16_t message_payload = 0x0424;
constexpr std::uint16_t message_state = 0x0427;
}  // namespace tag

constexpr std::size_t header_bytes = 16;
/// The longest payload and room for its neighbours.
constexpr std::size_t pdu_bytes_max = 65 * 1024;
/// What is longer than a PDU may be, up to this, is passed over; beyond, the stream is lost.
constexpr std::size_t skipped_bytes_max = 1024 * 1024;

struct Header {
    std::uint32_t length = 0;  // of the whole PDU
    std::uint32_t command = 0;
    std::uint32_t status = 0;
    std::uint32_t sequence = 0;
    bool operator==(const Header&) const = default;
};

struct Tlv {
    std::uint16_t tag = 0;
    std::string value;
    bool operator==(const Tlv&) const = default;
};

/// Takes values off a body; after the first that is not whole all are empty and `good()` is false.
class Reader final {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] std::uint8_t u8();
    [[nodiscard]] std::uint16_t u16();
    [[nodiscard]] std::uint32_t u32();
    /// Up to a NUL, which is taken and not returned; `bytes_max` counts it.
    [[nodiscard]] std::string c_string(std::size_t bytes_max);
    [[nodiscard]] std::string_view bytes(std::size_t count);
    /// All that is left. A last one that is not whole ends the list and is not good.
    [[nodiscard]] std::vector<Tlv> tlvs();

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

  private:
    void fail();

    std::string_view rest_;
    bool good_ = true;
};

/// One PDU as it grows; `finish` fills its length in.
class Writer final {
  public:
    Writer(std::uint32_t command, std::uint32_t status, std::uint32_t sequence);

    Writer& u8(std::uint8_t value);
    Writer& u16(std::uint16_t value);
    /// Cut so that it fits in `bytes_max` with its NUL, and at a NUL of its own.
    Writer& c_string(std::string_view text, std::size_t bytes_max);
    Writer& bytes(std::string_view octets);
    Writer& tlv(std::uint16_t tag, std::string_view value);

    [[nodiscard]] std::string finish();

  private:
    std::string out_;
};

[[nodiscard]] const Tlv* find(const std::vector<Tlv>& tlvs, std::uint16_t tag);
/// The value as a number of one or two octets.
[[nodiscard]] std::optional<std::uint16_t> number(const std::vector<Tlv>& tlvs, std::uint16_t tag);

/// Cuts what arrives into PDUs.
class Framer final {
  public:
    enum class State : unsigned char {
        more,     // nothing whole is here
        pdu,      // `header` and `body` are one; views until the next call
        skipped,  // longer than a PDU may be: passed over, the stream goes on behind it
        lost,     // a length that cannot be: where the next one begins is unknown
    };

    void feed(std::string_view bytes);
    [[nodiscard]] State next();

    [[nodiscard]] const Header& header() const { return header_; }
    [[nodiscard]] std::string_view body() const { return body_; }
    [[nodiscard]] std::string_view raw() const { return raw_; }

  private:
    std::string buffer_;
    std::size_t begin_ = 0;  // what stands before was taken
    std::size_t skip_ = 0;   // octets that are passed over as they come
    bool lost_ = false;
    Header header_;
    std::string_view body_;
    std::string_view raw_;
};

}  // namespace postern::adapters::smpp
