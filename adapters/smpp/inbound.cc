#include "adapters/smpp/inbound.h"

#include <algorithm>

#include "adapters/shared/e164.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/utf8.h"
#include "adapters/smpp/status.h"

namespace postern::adapters::smpp {
namespace {

constexpr std::string_view gap = "[…]";
constexpr std::uint8_t ton_unknown = 0;
constexpr std::uint8_t ton_international = 1;
/// Shorter numbers of unknown type may be short codes or national.
constexpr std::size_t international_digits_min = 10;
/// A centre's clock tells local time of no named zone, so it is believed to within a day.
constexpr std::chrono::hours skew_max{26};

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string hex(std::string_view octets) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(octets.size() * 2);
    for (const char c : octets) {
        out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        out.push_back(digits[static_cast<unsigned char>(c) & 0xfU]);
    }
    return out;
}

bool has_broken_header(const Arrived& part) {
    return piece_of(part.message).broken;
}

/// The text of all parts that are there; false if one is no text.
bool append_parts(const Assembled& assembled, Charset standard, std::string& text,
                  std::string& missing) {
    std::size_t next = 1;
    const auto skip = [&](std::size_t number) {
        if (next >= number) return;
        text += gap;
        for (; next < number; ++next) {
            if (!missing.empty()) missing += ',';
            missing += std::to_string(next);
        }
    };
    for (const Arrived& part : assembled.parts) {
        const Piece piece = piece_of(part.message);
        if (piece.broken) return false;
        if (piece.join && assembled.total > 1) skip(piece.join->part);
        const auto decoded = decode_text(piece.octets, part.message.data_coding, standard);
        if (!decoded) return false;
        text += *decoded;
        ++next;
    }
    if (assembled.total > 1) skip(assembled.total + 1);
    return true;
}

void make_content(const Assembled& assembled, Charset standard, Content& content) {
    json::ObjectWriter details;
    std::string missing;
    const ShortMessage& first = assembled.parts.front().message;
    if (append_parts(assembled, standard, content.text, missing)) {
        content.text = shared::valid_utf8(std::move(content.text));
        if (content.text.empty()) {
            content.type = ContentType::unsupported;
            content.provider_type = "empty";
        }
    } else {
        content = {};
        content.type = ContentType::unsupported;
        content.provider_type = std::ranges::any_of(assembled.parts, has_broken_header)
                                    ? "user_data_header"
                                    : "data_coding " + std::to_string(first.data_coding);
        std::string octets;
        for (const Arrived& part : assembled.parts) octets += hex(piece_of(part.message).octets);
        details.text("octets", octets);
    }
    details.text("to", shared::valid_utf8(first.dest)).integer("data_coding", first.data_coding);
    if (assembled.total > 1) details.integer("parts", static_cast<std::int64_t>(assembled.total));
    details.text_if("parts_missing", missing);
    content.details_json = details.finish();
}

InboundItem item_of_receipt(const Receipt& receipt, const ShortMessage& message,
                            std::string_view raw, Instant now) {
    return {status_of(receipt, message, receipt.id, now), {}, raw};
}

/// Where the next PDU begins is in its length; what is no PDU any more is one undecoded rest.
struct Sorted {
    std::vector<std::pair<Assembled, std::string_view>> messages;
    InboundBatch batch;
};

void sort_pdu(std::string_view raw, std::uint32_t command, Instant now, Reassembly& parts,
              Sorted& out) {
    const std::string_view body = raw.substr(header_bytes);
    auto message = command == command::data_sm ? decode_data(body) : decode_short_message(body);
    if (!message) {
        out.batch.undecoded.push_back({raw, "the PDU's fields are not whole", {}});
        return;
    }
    if (is_receipt(*message)) {
        if (const auto receipt = read_receipt(*message)) {
            out.batch.items.push_back(item_of_receipt(*receipt, *message, raw, now));
        } else {
            out.batch.undecoded.push_back({raw, "a receipt without an id or a state", {}});
        }
        return;
    }
    if (message->source.empty()) {
        out.batch.undecoded.push_back({raw, "a message without a sender", {}});
        return;
    }
    const auto join = piece_of(*message).join;
    Arrived arrived{std::move(*message), std::string(raw), 0};
    if (!join) {
        Assembled one;
        one.parts.push_back(std::move(arrived));
        out.messages.emplace_back(std::move(one), raw);
        return;
    }
    for (Assembled& done : parts.add(std::move(arrived), *join, {}).done)
        out.messages.emplace_back(std::move(done), raw);
}

}  // namespace

std::string person_address(std::uint8_t ton, std::string_view digits) {
    std::string valid = shared::valid_utf8(std::string(digits));
    const bool plus = digits.starts_with('+');
    const bool likely =
        ton == ton_unknown && digits.size() >= international_digits_min && !digits.starts_with('0');
    if (!plus && !(is_digits(digits) && (ton == ton_international || likely))) return valid;
    std::string e164 = shared::e164_from_provider(digits);
    return e164.empty() ? valid : e164;
}

bool is_phone(std::string_view address) {
    return shared::is_e164(address);
}

std::string person_of_receipt(const ShortMessage& message) {
    // Most centres swap the two ends; where they do not, the sender's is short or has letters.
    const std::string source = person_address(message.source_ton, message.source);
    if (is_phone(source)) return source;
    return person_address(message.dest_ton, message.dest);
}

InboundMessage message_of(const Assembled& assembled, Charset standard, std::string external_id,
                          Instant now) {
    InboundMessage out;
    const ShortMessage& first = assembled.parts.front().message;
    out.external_id = std::move(external_id);
    std::string address = person_address(first.source_ton, first.source);
    const bool phone = is_phone(address);
    out.sender.aliases.push_back(
        {std::move(address), phone ? IdentityScope::channel : IdentityScope::account});
    make_content(assembled, standard, out.content);
    out.provider_time = now;
    return out;
}

InboundStatus status_of(const Receipt& receipt, const ShortMessage& message,
                        std::string external_id, Instant now) {
    InboundStatus out;
    out.external_id = std::move(external_id);
    out.state = receipt.state;
    out.recipient = person_of_receipt(message);
    out.provider_time = now;
    if (receipt.done && *receipt.done > now - skew_max && *receipt.done <= now)
        out.provider_time = *receipt.done;
    if (receipt.state == ReceiptState::failed) {
        const bool told = receipt.error.find_first_not_of('0') != std::string::npos;
        out.error = ProviderError{told ? receipt.error : receipt.stat, receipt.stat, {}};
        judge(receipt, *out.error);
    }
    out.details_json = json::ObjectWriter()
                           .text("stat", receipt.stat)
                           .text_if("err", receipt.error)
                           .text_if("network_error_code", receipt.network)
                           .text_if("id", receipt.id == out.external_id ? "" : receipt.id)
                           .finish();
    return out;
}

InboundBatch decode_pdus(std::string_view pdus, Charset standard, Instant now) {
    Sorted sorted;
    Reassembly parts;
    std::string_view rest = pdus;
    while (!rest.empty()) {
        Reader reader(rest);
        const std::uint32_t length = reader.u32();
        const std::uint32_t command = reader.u32();
        if (!reader.good() || length < header_bytes || length > rest.size()) {
            sorted.batch.undecoded.push_back({rest, "no PDU: its length is wrong", {}});
            break;
        }
        sort_pdu(rest.substr(0, length), command, now, parts, sorted);
        rest.remove_prefix(length);
    }
    for (Assembled& left : parts.take_all()) sorted.messages.emplace_back(std::move(left), pdus);
    for (const auto& [assembled, raw] : sorted.messages) {
        std::string bytes;
        for (const Arrived& part : assembled.parts) bytes += part.raw;
        sorted.batch.items.push_back(
            {message_of(assembled, standard, "mo-" + shared::fingerprint(bytes, 16), now),
             {},
             raw});
    }
    return std::move(sorted.batch);
}

}  // namespace postern::adapters::smpp
