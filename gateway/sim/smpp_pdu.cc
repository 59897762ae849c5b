// After SMPP 3.4, chapters 4 and 5, and the receipts of its appendix B.
#include "gateway/sim/smpp_pdu.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "gateway/sim/gsm.h"

namespace postern::sim {
namespace {

constexpr std::uint32_t pdu_bytes_min = 16;
constexpr std::uint32_t pdu_bytes_max = 66'000;
constexpr std::uint16_t tag_payload = 0x0424;
constexpr std::uint16_t tag_message_id = 0x001e;
constexpr std::uint16_t tag_state = 0x0427;
constexpr std::uint32_t bad_length = 0x01;
constexpr std::uint32_t bad_source = 0x0a;
constexpr std::uint32_t bad_destination = 0x0b;
constexpr std::uint32_t bad_parameters = 0xc0;
constexpr std::uint32_t bad_class = 0x43;
constexpr std::uint32_t bad_source_type = 0x48;
constexpr std::uint32_t bad_destination_type = 0x50;
constexpr std::uint32_t bad_schedule = 0x61;
constexpr std::uint32_t bad_validity = 0x62;
constexpr std::size_t short_message_max = 140;  // of one message, what its coding has

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
            append_utf8(out, c);
        }
        return out;
    }
    if (coding == 0) return from_gsm(octets);
    for (const char octet : octets) append_utf8(out, static_cast<unsigned char>(octet));
    return out;
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Whose type is 1 (international) is 7 to 15 digits; a name has type 5 and 1 to 11 characters.
bool is_source(std::string_view text, std::uint32_t type) {
    if (text.empty()) return true;  // the centre's own
    if (type == 5) return text.size() <= 11;
    return is_digits(text) && (type != 1 || (text.size() >= 7 && text.size() <= 15));
}

/// "YYMMDDhhmmsstnnp", absolute or relative; or nothing.
bool is_time(std::string_view text) {
    if (text.empty()) return true;
    const char end = text.back();
    return text.size() == 16 && is_digits(text.substr(0, 15)) &&
           (end == '+' || end == '-' || end == 'R');
}

/// The header that joins parts is whole and stands before the text.
bool has_whole_header(std::string_view octets) {
    if (octets.empty()) return false;
    const std::size_t size = static_cast<unsigned char>(octets.front());
    std::size_t at = 1;
    while (at + 2 <= size + 1 && size < octets.size())
        at += 2U + static_cast<unsigned char>(octets[at + 1]);
    return at == size + 1;
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
    const std::uint32_t version = in.integer(3) >> 16;  // then type and plan
    (void)in.text(41);
    // Up to 3.4; and 5.0, whose clients a centre of 3.4 binds as its own.
    if (version > 0x34 && version != 0x50) return false;
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
    if (in.broken || length > 254) return bad_length;
    if (!is_time(schedule)) return bad_schedule;
    if (!is_time(validity)) return bad_validity;
    if (source_type > 6) return bad_source_type;
    if (!is_source(submission.from, source_type)) return bad_source;
    if (dest_type > 4) return bad_destination_type;  // a name is nobody's telephone
    if (submission.to.empty() || !is_source(submission.to, dest_type)) return bad_destination;
    while (!in.rest.empty()) {
        const std::uint32_t tag = in.integer(2);
        const std::string_view value = in.take(in.integer(2));
        if (in.broken) return bad_parameters;
        if (tag != tag_payload) continue;
        if (!octets.empty()) return bad_parameters;
        octets = value;
    }
    const bool headed = (esm_class & 0x40) != 0;
    if ((esm_class & 0x3c) != 0 || (headed && !has_whole_header(octets))) return bad_class;
    if (headed) octets.erase(0, 1U + static_cast<unsigned char>(octets.front()));
    if (coding == 8 && octets.size() % 2 != 0) return bad_length;
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
        char32_t c = take_utf8(utf8);
        if (c > 0xffff) {
            put(out, 0xd800 + ((c - 0x10000) >> 10), 2);
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        put(out, c, 2);
    }
    return out;
}

void set_text(SmppDelivery& delivery, std::string_view utf8) {
    delivery.data_coding = 8;
    std::string octets = smpp_ucs2(utf8);
    // What is longer than one short message comes as a whole in the parameter that is made for it.
    (octets.size() > short_message_max ? delivery.parameters[tag_payload] : delivery.octets) =
        std::move(octets);
}

void set_receipt(SmppDelivery& delivery, const SmppReceipt& receipt) {
    const auto date = [](std::int64_t time_s) {
        return fmt::format("{:%y%m%d%H%M}", fmt::gmtime(static_cast<std::time_t>(time_s)));
    };
    const bool done = receipt.state == 2;
    const std::string_view word = done ? "DELIVRD" : receipt.state == 1 ? "ENROUTE" : "UNDELIV";
    std::string id(receipt.id);
    if (receipt.form == SmppReceiptForm::decimal_id)
        id = std::to_string(std::strtoull(id.c_str(), nullptr, 16));
    delivery.esm_class = receipt.state == 1 ? 0x20 : 0x04;
    if (receipt.form != SmppReceiptForm::text && receipt.form != SmppReceiptForm::decimal_id) {
        delivery.parameters[tag_message_id] = id + '\0';
        delivery.parameters[tag_state] = std::string(1, static_cast<char>(receipt.state));
    }
    if (receipt.form == SmppReceiptForm::parameters) return;
    delivery.octets =
        fmt::format("id:{} sub:001 dlvrd:{} submit date:{} done date:{} stat:{} err:{} text:", id,
                    done ? "001" : "000", date(receipt.time_s), date(receipt.time_s), word,
                    done || receipt.state == 1 ? "000" : "045");
}

}  // namespace postern::sim
