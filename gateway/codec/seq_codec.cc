// The rows of the family `seq`: messages, statuses, signals, notices. Each is an event, too.
#include "gateway/codec/stored.h"

namespace postern::codec {
namespace {

template <class Wire>
[[nodiscard]] bool read_attachments(const Wire& wire, std::vector<adapters::Attachment>& out) {
    out.resize(static_cast<std::size_t>(wire.attachments_size()));
    for (int i = 0; i < wire.attachments_size(); ++i) {
        if (!read(wire.attachments(i), out[static_cast<std::size_t>(i)])) return false;
    }
    return true;
}

}  // namespace

void write(const model::MessageRow& row, records::Message& wire) {
    const adapters::InboundMessage& message = row.message;
    write(row.head, *wire.mutable_head());
    wire.set_external_id(message.external_id);
    wire.set_dedupe_id(message.dedupe_id);
    write(message.sender, *wire.mutable_sender());
    wire.set_group(message.group);
    write(message.content, *wire.mutable_content());
    for (const adapters::Attachment& a : message.attachments) write(a, *wire.add_attachments());
    wire.set_reply_to(message.reply_to);
    wire.set_forwarded(message.forwarded);
    wire.set_referral_json(message.referral_json);
    wire.set_provider_us(to_us(message.provider_time));
    write_origin(row.conversation, row.conversation_created, row.conversation_epoch,
                 [&wire] { return wire.mutable_conversation(); });
    write_origin(0, row.part_created, row.part_epoch, [&wire] { return wire.mutable_part(); });
    wire.set_contact_created(row.contact_created);
    wire.set_contact_updated(row.contact_updated);
    wire.set_conversation_opened(row.conversation_opened);
    wire.set_raw(row.raw);
    wire.set_deleted_us(to_us(row.deleted));
}

bool read(const records::Message& wire, model::MessageRow& row) {
    adapters::InboundMessage& message = row.message;
    read(wire.head(), row.head);
    message.external_id = wire.external_id();
    message.dedupe_id = wire.dedupe_id();
    if (!read(wire.sender(), message.sender)) return false;
    message.group = wire.group();
    if (!read(wire.content(), message.content)) return false;
    if (!read_attachments(wire, message.attachments)) return false;
    message.reply_to = wire.reply_to();
    message.forwarded = wire.forwarded();
    message.referral_json = wire.referral_json();
    message.provider_time = from_us(wire.provider_us());
    row.conversation = wire.conversation().sequence();
    row.conversation_created = from_us(wire.conversation().created_us());
    row.conversation_epoch = wire.conversation().epoch();
    row.part_created = from_us(wire.part().created_us());
    row.part_epoch = wire.part().epoch();
    row.contact_created = wire.contact_created();
    row.contact_updated = wire.contact_updated();
    row.conversation_opened = wire.conversation_opened();
    row.raw = wire.raw();
    row.deleted = from_us(wire.deleted_us());
    return true;
}

void write(const model::StatusRow& row, records::Status& wire) {
    const adapters::InboundStatus& status = row.status;
    write(row.head, *wire.mutable_head());
    wire.set_external_id(status.external_id);
    wire.set_state(static_cast<std::uint32_t>(status.state));
    wire.set_recipient(status.recipient);
    wire.set_echo(status.echo);
    if (status.error) {
        wire.mutable_error()->set_code(status.error->code);
        wire.mutable_error()->set_title(status.error->title);
        wire.mutable_error()->set_detail(status.error->detail);
        wire.mutable_error()->set_word(status.error->word);
        if (!status.error->word.empty())
            wire.mutable_error()->set_result(static_cast<std::uint32_t>(status.error->result));
    }
    wire.set_provider_us(to_us(status.provider_time));
    wire.set_details_json(status.details_json);
    if (status.watermark) wire.set_watermark_us(to_us(*status.watermark));
    wire.set_message(row.message);
}

bool read(const records::Status& wire, model::StatusRow& row) {
    adapters::InboundStatus& status = row.status;
    read(wire.head(), row.head);
    status.external_id = wire.external_id();
    if (!read_enum(wire.state(), adapters::ReceiptState::failed, status.state)) return false;
    status.recipient = wire.recipient();
    status.echo = wire.echo();
    if (wire.has_error()) {
        status.error.emplace();
        status.error->code = wire.error().code();
        status.error->title = wire.error().title();
        status.error->detail = wire.error().detail();
        status.error->word = wire.error().word();
        if (!status.error->word.empty() &&
            !read_enum(wire.error().result(), adapters::SendResult::unknown, status.error->result))
            return false;
    }
    status.provider_time = from_us(wire.provider_us());
    status.details_json = wire.details_json();
    if (wire.has_watermark_us()) status.watermark = from_us(wire.watermark_us());
    row.message = wire.message();
    return true;
}

void write(const model::SignalRow& row, records::Signal& wire) {
    const adapters::InboundSignal& signal = row.signal;
    write(row.head, *wire.mutable_head());
    wire.set_kind(static_cast<std::uint32_t>(signal.kind));
    wire.set_dedupe_id(signal.dedupe_id);
    if (signal.sender) write(*signal.sender, *wire.mutable_sender());
    wire.set_group(signal.group);
    wire.set_target(signal.target);
    wire.set_category(signal.category);
    if (signal.content) write(*signal.content, *wire.mutable_content());
    for (const adapters::Attachment& a : signal.attachments) write(a, *wire.add_attachments());
    wire.set_provider_type(signal.provider_type);
    wire.set_details_json(signal.details_json);
    wire.set_provider_us(to_us(signal.provider_time));
    write_origin(0, row.part_created, row.part_epoch, [&wire] { return wire.mutable_part(); });
    wire.set_contact_created(row.contact_created);
    wire.set_contact_updated(row.contact_updated);
    wire.set_raw(row.raw);
    wire.set_keyword(row.keyword);
    wire.set_probable(row.probable);
    wire.set_told_before(row.told_before);
    wire.set_deleted_us(to_us(row.deleted));
}

bool read(const records::Signal& wire, model::SignalRow& row) {
    adapters::InboundSignal& signal = row.signal;
    read(wire.head(), row.head);
    if (!read_enum(wire.kind(), adapters::SignalKind::other, signal.kind)) return false;
    signal.dedupe_id = wire.dedupe_id();
    if (wire.has_sender() && !read(wire.sender(), signal.sender.emplace())) return false;
    signal.group = wire.group();
    signal.target = wire.target();
    signal.category = wire.category();
    if (wire.has_content() && !read(wire.content(), signal.content.emplace())) return false;
    if (!read_attachments(wire, signal.attachments)) return false;
    signal.provider_type = wire.provider_type();
    signal.details_json = wire.details_json();
    signal.provider_time = from_us(wire.provider_us());
    row.part_created = from_us(wire.part().created_us());
    row.part_epoch = wire.part().epoch();
    row.contact_created = wire.contact_created();
    row.contact_updated = wire.contact_updated();
    row.raw = wire.raw();
    row.keyword = wire.keyword();
    row.probable = wire.probable();
    row.told_before = wire.told_before();
    row.deleted = from_us(wire.deleted_us());
    return true;
}

void write(const model::NoticeRow& row, records::Notice& wire) {
    write(row.head, *wire.mutable_head());
    wire.set_type(row.type);
    wire.set_data_json(row.data_json);
}

bool read(const records::Notice& wire, model::NoticeRow& row) {
    read(wire.head(), row.head);
    row.type = wire.type();
    row.data_json = wire.data_json();
    return true;
}

}  // namespace postern::codec
