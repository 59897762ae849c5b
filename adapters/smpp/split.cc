#include "adapters/smpp/split.h"

#include <algorithm>
#include <array>

#include "adapters/shared/code_points.h"
#include "adapters/shared/sms_segments.h"

namespace postern::adapters::smpp {
namespace {

constexpr std::size_t parts_possible = 255;
constexpr std::chrono::days validity_max{3};

struct Room {
    std::size_t single = 0;
    std::size_t part = 0;
};

/// In septets or UTF-16 units. An SAR part becomes one with an 8-bit or 16-bit header later, so it
/// leaves room for the longer.
Room room_of(shared::SmsEncoding encoding, LongMode mode) {
    const bool gsm7 = encoding == shared::SmsEncoding::gsm7;
    if (mode == LongMode::udh) return gsm7 ? Room{160, 153} : Room{70, 67};
    return gsm7 ? Room{160, 152} : Room{70, 66};
}

bool fits(char32_t character, Charset standard) {
    if (standard == Charset::gsm7) return true;
    if (standard == Charset::ucs2) return false;
    return character < (standard == Charset::ascii ? 0x80U : 0x100U);
}

shared::SmsEncoding encoding_of(std::string_view text, Charset standard) {
    while (!text.empty()) {
        const char32_t character = shared::take_character(text);
        if (shared::gsm7_septets(character) == 0 || !fits(character, standard))
            return shared::SmsEncoding::ucs2;
    }
    return shared::SmsEncoding::gsm7;
}

void append(std::string& out, char32_t character, shared::SmsEncoding encoding, Charset standard) {
    if (encoding == shared::SmsEncoding::ucs2) return append_utf16(out, character);
    if (standard == Charset::gsm7) {
        out += gsm7_octets(character);
    } else {
        out.push_back(static_cast<char>(character));
    }
}

std::size_t units_of(char32_t character, shared::SmsEncoding encoding) {
    if (encoding == shared::SmsEncoding::gsm7) return shared::gsm7_septets(character);
    return character > 0xffff ? 2 : 1;
}

std::string octets(std::initializer_list<unsigned> values) {
    std::string out;
    for (const unsigned value : values) out.push_back(static_cast<char>(value & 0xffU));
    return out;
}

/// What tells that this is part `number` of `total`.
void join(ShortMessage& part, std::size_t number, std::size_t total, std::uint16_t reference,
          LongMode mode) {
    const auto n = static_cast<unsigned>(number);
    const auto t = static_cast<unsigned>(total);
    const unsigned high = static_cast<unsigned>(reference) >> 8;
    if (mode == LongMode::sar) {
        part.tlvs.push_back({tag::sar_msg_ref_num, octets({high, reference})});
        part.tlvs.push_back({tag::sar_total_segments, octets({t})});
        part.tlvs.push_back({tag::sar_segment_seqnum, octets({n})});
        return;
    }
    part.esm_class |= esm::udh;
    part.text.insert(0, mode == LongMode::udh16 ? octets({6, 8, 4, high, reference, t, n})
                                                : octets({5, 0, 3, reference, t, n}));
}

void append_digits(std::string& out, unsigned value) {
    out.push_back(static_cast<char>('0' + value / 10 % 10));
    out.push_back(static_cast<char>('0' + value % 10));
}

}  // namespace

Split split(std::string_view text, Charset standard, LongMode mode) {
    const shared::SmsEncoding encoding = encoding_of(text, standard);
    Split out;
    if (encoding == shared::SmsEncoding::ucs2) out.data_coding = dcs::ucs2;
    std::size_t total = 0;
    for (std::string_view rest = text; !rest.empty();)
        total += units_of(shared::take_character(rest), encoding);
    const Room room = room_of(encoding, mode);
    const bool whole = mode == LongMode::payload || total <= room.single;
    std::size_t used = 0;
    out.parts.emplace_back();
    while (!text.empty()) {
        const char32_t character = shared::take_character(text);
        const std::size_t units = units_of(character, encoding);
        if (!whole && used + units > room.part) {
            out.parts.emplace_back();
            used = 0;
        }
        append(out.parts.back(), character, encoding, standard);
        used += units;
    }
    return out;
}

std::vector<ShortMessage> submissions(std::string_view text, const Envelope& envelope,
                                      const Options& options) {
    Split parts = split(text, options.charset, options.long_mode);
    if (parts.parts.size() > parts_possible) return {};
    constexpr std::size_t short_message_max = 254;
    ShortMessage all;
    all.source_ton = options.source.ton;
    all.source_npi = options.source.npi;
    all.source = options.source.digits;
    const Address dest = address_of(envelope.to);
    all.dest_ton = dest.ton;
    all.dest_npi = dest.npi;
    all.dest = dest.digits;
    all.validity = validity_of(envelope.expires, envelope.now);
    all.registered_delivery = 1;  // a receipt of the end, good or bad
    all.data_coding = parts.data_coding;
    std::vector<ShortMessage> out(parts.parts.size(), all);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].text = std::move(parts.parts[i]);
        if (out.size() > 1) {
            join(out[i], i + 1, out.size(), envelope.reference, options.long_mode);
        } else if (options.long_mode == LongMode::payload ||
                   out[i].text.size() > short_message_max) {
            out[i].tlvs.push_back({tag::message_payload, std::move(out[i].text)});
            out[i].text.clear();
        }
    }
    return out;
}

std::string validity_of(Instant expires, Instant now) {
    if (expires <= now) return {};
    const Instant until = std::min(expires, now + validity_max);
    const auto day = std::chrono::floor<std::chrono::days>(until);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(until - day)};
    std::string out;
    append_digits(out, static_cast<unsigned>(static_cast<int>(date.year()) % 100));
    append_digits(out, static_cast<unsigned>(date.month()));
    append_digits(out, static_cast<unsigned>(date.day()));
    append_digits(out, static_cast<unsigned>(time.hours().count()));
    append_digits(out, static_cast<unsigned>(time.minutes().count()));
    append_digits(out, static_cast<unsigned>(time.seconds().count()));
    return out += "000+";
}

}  // namespace postern::adapters::smpp
