#include "gateway/sim/smpp_pdu.h"

#include <algorithm>
#include <array>
#include <vector>

namespace postern::sim {
namespace {

constexpr std::uint32_t pdu_bytes_min = 16;
constexpr std::uint32_t pdu_bytes_max = 66'000;
constexpr std::uint16_t tag_payload = 0x0424;
constexpr std::uint32_t bad_length = 0x01;
constexpr std::uint32_t bad_source = 0x0a;
constexpr std::uint32_t bad_destination = 0x0b;
constexpr std::uint32_t bad_parameters = 0xc0;

/// The 128 characters of GSM 03.38 in order; the escape is a space.
constexpr std::u32string_view gsm_characters =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static_assert(gsm_characters.size() == 128);

char32_t gsm_extension(unsigned char septet) {
    constexpr std::string_view septets = "\x0a\x14()/<=>@e";
    constexpr std::u32string_view characters = U"\f^{}\\[~]|€";
    const std::size_t at = septets.find(static_cast<char>(septet));
    return at == std::string_view::npos ? U' ' : characters[at];
}

void put(std::string& out, std::uint32_t value, int octets) {
    while (octets-- > 0) out.push_back(static_cast<char>((value >> (octets * 8)) & 0xffU));
}

std::uint32_t number(std::string_view octets) {
    std::uint32_t value = 0;
    for (const char c : octets) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

/// Reads fields one after another; `broken` once one is missing.
struct Fields {
    std::string_view rest;
    bool broken = false;

    std::string_view take(std::size_t octets) {
        if (rest.size() < octets) {
            broken = true;
            rest = {};
            return {};
        }
        const std::string_view out = rest.substr(0, octets);
        rest.remove_prefix(octets);
        return out;
    }
    std::uint32_t integer(std::size_t octets) { return number(take(octets)); }
    std::string text(std::size_t octets_max) {
        const std::size_t end = rest.find('\0');
        if (end >= octets_max) {
            broken = true;
            rest = {};
            return {};
        }
        std::string out(take(end));
        (void)take(1);
        return out;
    }
};

void append(std::string& out, char32_t c) {
    const auto octet = [&out](char32_t value) { out.push_back(static_cast<char>(value)); };
    if (c < 0x80) return octet(c);
    if (c < 0x800) {
        octet(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            octet(0xe0 | c >> 12);
        } else {
            octet(0xf0 | c >> 18);
            octet(0x80 | (c >> 12 & 0x3f));
        }
        octet(0x80 | (c >> 6 & 0x3f));
    }
    octet(0x80 | (c & 0x3f));
}

std::string text_of(std::string_view octets, std::uint32_t coding) {
    std::string out;
    if (coding == 8) {
        for (std::size_t i = 0; i + 1 < octets.size(); i += 2) {
            char32_t c = number(octets.substr(i, 2));
            if (c >= 0xd800 && c < 0xdc00 && i + 3 < octets.size()) {
                const char32_t low = number(octets.substr(i + 2, 2));
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
            append(out, c);
        }
        return out;
    }
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const auto septet = static_cast<unsigned char>(octets[i]);
        if (coding != 0) {
            append(out, septet);
        } else if (septet == 0x1b && i + 1 < octets.size()) {
            append(out, gsm_extension(static_cast<unsigned char>(octets[++i])));
        } else {
            append(out, septet < 128 ? gsm_characters[septet] : U'?');
        }
    }
    return out;
}

bool is_address(std::string_view text, std::uint32_t type) {
    if (text.empty() || type == 5) return !text.empty() && text.size() <= 11;
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::uint32_t ton_of(std::string_view address) {
    return address.find_first_not_of("0123456789") == std::string_view::npos ? 1 : 5;
}

}  // namespace

int take_pdu(std::string_view stream, SmppPdu& pdu, std::size_t& bytes) {
    if (stream.size() < pdu_bytes_min) return 0;
    const std::uint32_t length = number(stream.substr(0, 4));
    if (length < pdu_bytes_min || length > pdu_bytes_max) return -1;
    if (stream.size() < length) return 0;
    pdu = {number(stream.substr(4, 4)), number(stream.substr(8, 4)), number(stream.substr(12, 4)),
           stream.substr(pdu_bytes_min, length - pdu_bytes_min)};
    bytes = length;
    return 1;
}

std::string make_pdu(std::uint32_t command, std::uint32_t status, std::uint32_t sequence,
                     std::string_view body) {
    std::string out;
    put(out, static_cast<std::uint32_t>(pdu_bytes_min + body.size()), 4);
    put(out, command, 4);
    put(out, status, 4);
    put(out, sequence, 4);
    return out.append(body);
}

bool read_bind(std::string_view body, SmppLogin& login) {
    Fields in{body};
    login.system_id = in.text(16);
    login.password = in.text(9);
    (void)in.text(13);
    (void)in.integer(3);  // version, type and plan
    (void)in.text(41);
    return !in.broken && in.rest.empty() && !login.system_id.empty();
}

std::uint32_t read_submission(std::string_view body, SmppSubmission& submission) {
    Fields in{body};
    (void)in.text(6);
    const std::uint32_t source_type = in.integer(2) >> 8;
    submission.from = in.text(21);
    const std::uint32_t dest_type = in.integer(2) >> 8;
    submission.to = in.text(21);
    const std::uint32_t esm_class = in.integer(1);
    (void)in.integer(2);
    const std::string schedule = in.text(17);
    const std::string validity = in.text(17);
    submission.receipt = (in.integer(1) & 3) != 0;
    (void)in.integer(1);
    const std::uint32_t coding = in.integer(1);
    (void)in.integer(1);
    const std::uint32_t length = in.integer(1);
    std::string octets(in.take(length));
    const bool times =
        (schedule.empty() || schedule.size() == 16) && (validity.empty() || validity.size() == 16);
    if (in.broken || length > 254 || !times) return bad_length;
    if (!submission.from.empty() && !is_address(submission.from, source_type)) return bad_source;
    if (!is_address(submission.to, dest_type)) return bad_destination;
    while (!in.rest.empty()) {
        const std::uint32_t tag = in.integer(2);
        const std::string_view value = in.take(in.integer(2));
        if (in.broken) return bad_parameters;
        if (tag != tag_payload) continue;
        if (!octets.empty()) return bad_parameters;
        octets = value;
    }
    if ((esm_class & 0x40) != 0 && !octets.empty())
        octets.erase(0, 1U + static_cast<unsigned char>(octets.front()));
    submission.text = text_of(octets, coding);
    return 0;
}

std::string delivery_body(const SmppDelivery& delivery) {
    std::string out(1, '\0');
    const auto address = [&out](const std::string& text) {
        const std::uint32_t ton = ton_of(text);
        put(out, ton, 1);
        put(out, ton == 1 ? 1 : 0, 1);
        out.append(text).push_back('\0');
    };
    address(delivery.from);
    address(delivery.to);
    put(out, delivery.esm_class, 1);
    out.append(2, '\0');  // protocol, priority
    out.append(2, '\0');  // times
    out.append(2, '\0');  // receipt, replacement
    put(out, delivery.data_coding, 1);
    put(out, 0, 1);
    put(out, static_cast<std::uint32_t>(delivery.octets.size()), 1);
    out.append(delivery.octets);
    for (const auto& [tag, value] : delivery.parameters) {
        put(out, tag, 2);
        put(out, static_cast<std::uint32_t>(value.size()), 2);
        out.append(value);
    }
    return out;
}

std::string smpp_ucs2(std::string_view utf8) {
    std::string out;
    while (!utf8.empty()) {
        const auto lead = static_cast<unsigned char>(utf8.front());
        const std::size_t octets = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (octets > utf8.size()) break;
        char32_t c = octets == 1 ? lead : lead & (0x7fU >> octets);
        for (std::size_t i = 1; i < octets; ++i)
            c = c << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3fU);
        utf8.remove_prefix(octets);
        if (c > 0xffff) {
            put(out, 0xd800 + ((c - 0x10000) >> 10), 2);
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        put(out, c, 2);
    }
    return out;
}

}  // namespace postern::sim
