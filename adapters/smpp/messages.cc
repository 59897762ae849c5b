// Limits of strings count their NUL, as the specification's tables do.
#include "adapters/smpp/messages.h"

namespace postern::adapters::smpp {
namespace {

constexpr std::uint8_t version = 0x34;
constexpr std::size_t system_id_max = 16;
/// The specification has 9; centres exist that want more and take it.
constexpr std::size_t password_max = 65;
constexpr std::size_t system_type_max = 13;
constexpr std::size_t service_type_max = 6;
constexpr std::size_t address_max = 21;
constexpr std::size_t data_address_max = 65;
constexpr std::size_t time_max = 17;
constexpr std::size_t message_id_max = 65;
constexpr std::size_t short_message_max = 254;

/// Where the text stands in a parameter, that parameter has to be whole.
bool has_text(const ShortMessage& message, bool tlvs_good) {
    return tlvs_good || !message.octets().empty();
}

}  // namespace

std::string_view to_string(BindKind kind) {
    switch (kind) {
        case BindKind::transmitter:
            return "transmitter";
        case BindKind::receiver:
            return "receiver";
        default:
            return "transceiver";
    }
}

std::uint32_t command_of(BindKind kind) {
    switch (kind) {
        case BindKind::transmitter:
            return command::bind_transmitter;
        case BindKind::receiver:
            return command::bind_receiver;
        default:
            return command::bind_transceiver;
    }
}

std::string_view ShortMessage::octets() const {
    const Tlv* const payload = find(tlvs, tag::message_payload);
    return payload != nullptr && text.empty() ? std::string_view(payload->value) : text;
}

std::string encode(const Bind& bind, std::uint32_t sequence) {
    Writer out(command_of(bind.kind), 0, sequence);
    out.c_string(bind.system_id, system_id_max).c_string(bind.password.reveal(), password_max);
    out.c_string(bind.system_type, system_type_max).u8(version);
    // No range of addresses: the centre knows what is this account's.
    return out.u8(0).u8(0).c_string({}, 1).finish();
}

std::string encode_submit(const ShortMessage& message, std::uint32_t sequence) {
    Writer out(command::submit_sm, 0, sequence);
    out.c_string(message.service_type, service_type_max);
    out.u8(message.source_ton).u8(message.source_npi).c_string(message.source, address_max);
    out.u8(message.dest_ton).u8(message.dest_npi).c_string(message.dest, address_max);
    out.u8(message.esm_class).u8(message.protocol_id).u8(message.priority);
    out.c_string(message.schedule, time_max).c_string(message.validity, time_max);
    out.u8(message.registered_delivery).u8(0).u8(message.data_coding).u8(0);
    const std::string_view text = std::string_view(message.text).substr(0, short_message_max);
    out.u8(static_cast<std::uint8_t>(text.size())).bytes(text);
    for (const Tlv& tlv : message.tlvs) out.tlv(tlv.tag, tlv.value);
    return out.finish();
}

std::string encode_bare(std::uint32_t command, std::uint32_t status, std::uint32_t sequence) {
    return Writer(command, status, sequence).finish();
}

std::string encode_delivered(std::uint32_t command, std::uint32_t status, std::uint32_t sequence) {
    return Writer(command | command::response, status, sequence).c_string({}, 1).finish();
}

std::optional<ShortMessage> decode_short_message(std::string_view body) {
    Reader in(body);
    ShortMessage out;
    out.service_type = in.c_string(service_type_max);
    out.source_ton = in.u8();
    out.source_npi = in.u8();
    out.source = in.c_string(address_max);
    out.dest_ton = in.u8();
    out.dest_npi = in.u8();
    out.dest = in.c_string(address_max);
    out.esm_class = in.u8();
    out.protocol_id = in.u8();
    out.priority = in.u8();
    out.schedule = in.c_string(time_max);
    out.validity = in.c_string(time_max);
    out.registered_delivery = in.u8();
    (void)in.u8();  // replace_if_present_flag
    out.data_coding = in.u8();
    (void)in.u8();  // sm_default_msg_id
    out.text = in.bytes(in.u8());
    if (!in.good()) return std::nullopt;
    out.tlvs = in.tlvs();
    if (!has_text(out, in.good())) return std::nullopt;
    return out;
}

std::optional<ShortMessage> decode_data(std::string_view body) {
    Reader in(body);
    ShortMessage out;
    out.service_type = in.c_string(service_type_max);
    out.source_ton = in.u8();
    out.source_npi = in.u8();
    out.source = in.c_string(data_address_max);
    out.dest_ton = in.u8();
    out.dest_npi = in.u8();
    out.dest = in.c_string(data_address_max);
    out.esm_class = in.u8();
    out.registered_delivery = in.u8();
    out.data_coding = in.u8();
    if (!in.good()) return std::nullopt;
    out.tlvs = in.tlvs();
    if (!has_text(out, in.good())) return std::nullopt;
    return out;
}

std::string decode_message_id(std::string_view body) {
    // Some centres leave the NUL out, so that the body is the id.
    const std::string_view id = body.substr(0, body.find('\0'));
    return std::string(id.substr(0, message_id_max - 1));
}

}  // namespace postern::adapters::smpp
