#include "adapters/smpp/pdu.h"

#include <algorithm>

namespace postern::adapters::smpp {
namespace {

void append(std::string& out, std::uint32_t value, int octets) {
    for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>((value >> shift) & 0xffU));
    }
}

}  // namespace

void Reader::fail() {
    good_ = false;
    rest_ = {};
}

std::string_view Reader::bytes(std::size_t count) {
    if (count > rest_.size()) {
        fail();
        return {};
    }
    const std::string_view out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return out;
}

std::uint32_t Reader::u32() {
    std::uint32_t value = 0;
    for (const char c : bytes(4)) value = (value << 8) | static_cast<unsigned char>(c);
    return value;
}

std::uint16_t Reader::u16() {
    std::uint32_t value = 0;
    for (const char c : bytes(2)) value = (value << 8) | static_cast<unsigned char>(c);
    return static_cast<std::uint16_t>(value);
}

std::uint8_t Reader::u8() {
    const std::string_view octet = bytes(1);
    return octet.empty() ? 0 : static_cast<std::uint8_t>(octet.front());
}

std::string Reader::c_string(std::size_t bytes_max) {
    const std::size_t end = rest_.substr(0, bytes_max).find('\0');
    if (end == std::string_view::npos) {
        fail();
        return {};
    }
    std::string out(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return out;
}

std::vector<Tlv> Reader::tlvs() {
    std::vector<Tlv> out;
    while (!rest_.empty()) {
        const std::uint16_t name = u16();
        const std::uint16_t length = u16();
        const std::string_view value = bytes(length);
        if (!good_) break;
        out.push_back({name, std::string(value)});
    }
    return out;
}

Writer::Writer(std::uint32_t command, std::uint32_t status, std::uint32_t sequence) {
    append(out_, 0, 4);
    append(out_, command, 4);
    append(out_, status, 4);
    append(out_, sequence, 4);
}

Writer& Writer::u8(std::uint8_t value) {
    append(out_, value, 1);
    return *this;
}

Writer& Writer::u16(std::uint16_t value) {
    append(out_, value, 2);
    return *this;
}

Writer& Writer::c_string(std::string_view text, std::size_t bytes_max) {
    text = text.substr(0, bytes_max - 1);
    out_.append(text.substr(0, text.find('\0'))).push_back('\0');
    return *this;
}

Writer& Writer::bytes(std::string_view octets) {
    out_.append(octets);
    return *this;
}

Writer& Writer::tlv(std::uint16_t tag, std::string_view value) {
    value = value.substr(0, 0xffff);
    append(out_, tag, 2);
    append(out_, static_cast<std::uint32_t>(value.size()), 2);
    out_.append(value);
    return *this;
}

std::string Writer::finish() {
    std::string length;
    append(length, static_cast<std::uint32_t>(out_.size()), 4);
    out_.replace(0, 4, length);
    return std::move(out_);
}

const Tlv* find(const std::vector<Tlv>& tlvs, std::uint16_t tag) {
    const auto found = std::ranges::find(tlvs, tag, &Tlv::tag);
    return found == tlvs.end() ? nullptr : &*found;
}

std::optional<std::uint16_t> number(const std::vector<Tlv>& tlvs, std::uint16_t tag) {
    const Tlv* const tlv = find(tlvs, tag);
    if (tlv == nullptr || tlv->value.empty() || tlv->value.size() > 2) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : tlv->value) value = (value << 8) | static_cast<unsigned char>(c);
    return static_cast<std::uint16_t>(value);
}

void Framer::feed(std::string_view bytes) {
    const std::size_t skipped = std::min(skip_, bytes.size());
    skip_ -= skipped;
    bytes.remove_prefix(skipped);
    if (lost_) return;
    buffer_.erase(0, begin_);
    begin_ = 0;
    buffer_.append(bytes);
}

Framer::State Framer::next() {
    if (lost_) return State::lost;
    const std::string_view rest = std::string_view(buffer_).substr(begin_);
    if (rest.size() < header_bytes) return State::more;
    Reader reader(rest);
    header_.length = reader.u32();
    header_.command = reader.u32();
    header_.status = reader.u32();
    header_.sequence = reader.u32();
    if (header_.length < header_bytes || header_.length > skipped_bytes_max) {
        lost_ = true;
        return State::lost;
    }
    if (header_.length > pdu_bytes_max) {
        const std::size_t here = std::min<std::size_t>(rest.size(), header_.length);
        begin_ += here;
        skip_ = header_.length - here;
        return State::skipped;
    }
    if (rest.size() < header_.length) return State::more;
    raw_ = rest.substr(0, header_.length);
    body_ = raw_.substr(header_bytes);
    begin_ += header_.length;
    return State::pdu;
}

}  // namespace postern::adapters::smpp
