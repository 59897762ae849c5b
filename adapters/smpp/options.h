// What an account of SMPP says of itself, checked. Pure. Thread: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.h"
#include "adapters/smpp/coding.h"
#include "adapters/smpp/messages.h"

namespace postern::adapters::smpp {

/// How a text that needs several parts is told to be one.
enum class LongMode : unsigned char { udh, udh16, sar, payload };

/// How the id of a receipt differs from the id that the submission was answered with.
enum class ReceiptId : unsigned char {
    automatic,    // as it came, else by number and recipient, as long as it is remembered
    exact,        // not at all
    hex_to_dec,   // answered in hexadecimal digits, told in decimal ones
    dec_to_hex,   // the reverse
    ci_trim_zero  // in case and in leading zeros
};

struct Endpoint {
    std::string host;
    std::uint16_t port = 2775;
    bool operator==(const Endpoint&) const = default;
};

/// A sender's or a recipient's address with its type and plan.
struct Address {
    std::uint8_t ton = 0;
    std::uint8_t npi = 0;
    std::string digits;
    bool operator==(const Address&) const = default;
};

struct Options {
    std::vector<Endpoint> hosts;  // the binds take them in turn
    bool tls = false;
    std::vector<Bind> binds;
    Address source;
    std::size_t window = 10;  // submissions without an answer, a bind
    Charset charset = Charset::gsm7;
    LongMode long_mode = LongMode::udh;
    ReceiptId receipt_id = ReceiptId::automatic;
    std::size_t parts_max = 10;
    std::chrono::seconds enquire_after{30};

    [[nodiscard]] bool sends() const;
    [[nodiscard]] bool receives() const;
};

/// Nothing with a `problem`: it says which setting and what to write instead.
[[nodiscard]] std::optional<Options> read_options(const AdapterConfig& config,
                                                  std::string& problem);

/// The address of a sender as people write it: "+573001234567", "12345", "ACME".
[[nodiscard]] Address address_of(std::string_view sender);

}  // namespace postern::adapters::smpp
