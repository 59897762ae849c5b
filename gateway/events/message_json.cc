// The contract's spelling of messages, content and attachments.
#include "gateway/events/message_json.h"

#include <algorithm>

namespace postern::events {
namespace {

using model::JsonWriter;

void write_card(JsonWriter& json, const adapters::ContactCard& card) {
    json.begin_object().member("name", card.name);
    json.key("phones").begin_array();
    for (const std::string& phone : card.phones) json.value(phone);
    json.end_array();
    json.key("emails").begin_array();
    for (const std::string& email : card.emails) json.value(email);
    json.end_array();
    json.member_or_null("organization", card.organization).end_object();
}

void write_location(JsonWriter& json, const adapters::Content& content) {
    const adapters::GeoPoint point = content.point.value_or(adapters::GeoPoint{});
    json.member("latitude", point.latitude).member("longitude", point.longitude);
    json.member_or_null("name", content.name).member_or_null("address", content.address);
}

/// Our own URL of it: a path of the API, to be asked for with a key.
std::string url_of(const model::SeqHead& head, model::Sequence sequence, std::size_t place) {
    const model::AttachmentId id{model::make_ulid(head.created, head.epoch, sequence)};
    return "/v1/media/" + model::to_string(id) + "." + std::to_string(place) + "/content";
}

void write_attachment(JsonWriter& json, const adapters::Attachment& attachment,
                      const std::string& url) {
    // A voice note is audio to the contract; that it was spoken is a fact beside it.
    const bool spoken = attachment.kind == adapters::AttachmentKind::voice;
    json.begin_object();
    json.member("kind", spoken ? std::string_view("audio") : to_string(attachment.kind));
    if (!attachment.url.empty() || !attachment.media_id.empty()) json.member("url", url);
    json.member_if("provider_url", attachment.url).member_if("media_id", attachment.media_id);
    json.member_if("mime", attachment.mime).member_if("filename", attachment.filename);
    json.member_if("caption", attachment.caption).member_if("sha256", attachment.sha256);
    if (attachment.point) {
        json.member("latitude", attachment.point->latitude);
        json.member("longitude", attachment.point->longitude);
    }
    if (spoken || attachment.voice) json.member("voice", true);
    if (attachment.view_once) json.member("view_once", true);
    json.end_object();
}

}  // namespace

std::string message_id(const model::SeqHead& head, model::Sequence sequence) {
    return to_string(model::MessageId{model::make_ulid(head.created, head.epoch, sequence)});
}

std::string contact_id(model::Instant created, std::uint32_t epoch, model::Part part) {
    if (part == 0) return {};
    return to_string(model::ContactId{model::make_ulid(created, epoch, part)});
}

std::string conversation_id(const model::MessageRow& row) {
    if (row.conversation == 0) return {};
    return to_string(model::ConversationId{
        model::make_ulid(row.conversation_created, row.conversation_epoch, row.conversation)});
}

void write_account(JsonWriter& json, model::AccountNumber number, const AccountTable& accounts) {
    const model::AccountRow* account = accounts.find(number);
    json.member_or_null("account", account != nullptr ? std::string_view(account->name) : "");
    json.member_or_null("channel", account != nullptr ? std::string_view(account->channel) : "");
}

void write_sender(JsonWriter& json, const adapters::Sender& sender) {
    json.begin_object();
    json.member_or_null(
        "address", sender.aliases.empty() ? std::string_view() : sender.aliases.front().address);
    json.member_or_null("name", sender.name).member_or_null("username", sender.username);
    json.member_if("language", sender.language).end_object();
}

void write_content(JsonWriter& json, const adapters::Content& content) {
    json.begin_object().member("type", to_string(content.type));
    switch (content.type) {
        case adapters::ContentType::location:
            write_location(json, content);
            break;
        case adapters::ContentType::contacts:
            json.key("contacts").begin_array();
            for (const adapters::ContactCard& card : content.contacts) write_card(json, card);
            json.end_array();
            break;
        case adapters::ContentType::reaction:
            json.member("message", content.reaction_to).member("emoji", content.emoji);
            break;
        case adapters::ContentType::choice:
            json.member("kind", to_string(content.choice)).member("id", content.choice_id);
            json.member("title", content.text).member("text", content.text);
            break;
        case adapters::ContentType::unsupported:
            json.member("provider_type", content.provider_type);
            json.member_if("text", content.text);
            break;
        case adapters::ContentType::text:
        case adapters::ContentType::media:
        case adapters::ContentType::template_:
        case adapters::ContentType::buttons:
        case adapters::ContentType::list:
            json.member("text", content.text);
            break;
    }
    json.member_object("details", content.details_json).end_object();
}

void write_attachments(JsonWriter& json, const std::vector<adapters::Attachment>& attachments,
                       const model::SeqHead& head, model::Sequence sequence) {
    json.begin_array();
    for (std::size_t i = 0; i < attachments.size(); ++i)
        write_attachment(json, attachments[i], url_of(head, sequence, i));
    json.end_array();
}

void write_message(JsonWriter& json, const model::MessageRow& row, model::Sequence sequence,
                   const AccountTable& accounts) {
    const adapters::InboundMessage& message = row.message;
    const adapters::Sender& sender = message.sender;
    json.begin_object().member("id", message_id(row.head, sequence)).member("direction", "inbound");
    write_account(json, row.head.account, accounts);
    json.member_or_null("contact", contact_id(row.part_created, row.part_epoch, row.head.part));
    json.member_or_null("conversation", conversation_id(row));
    // A group chat's address is the conversation's; the sender stands in `from`.
    std::string_view address = message.group;
    if (address.empty() && !sender.aliases.empty()) address = sender.aliases.front().address;
    json.member_or_null("address", address).member_or_null("group", message.group);
    json.member("external_id", message.external_id);
    json.key("from");
    write_sender(json, sender);
    json.key("content");
    write_content(json, message.content);
    json.key("attachments");
    write_attachments(json, message.attachments, row.head, sequence);
    json.member_or_null("reply_to", message.reply_to).member("forwarded", message.forwarded);
    json.member_object("referral", message.referral_json);
    json.member("provider_time", message.provider_time).member("received_at", row.head.created);
    json.member("state", "received").key("category").null().key("attempts").null();
    json.key("not_before").null().key("verdict").null().key("error").null();
    json.member("created_at", row.head.created);
    json.member("updated_at", std::max(row.head.created, row.deleted));
    if (row.deleted != model::Instant{}) json.member("deleted_at", row.deleted);
    json.key("metadata").begin_object().end_object();
    json.member("possible_duplicate", false).end_object();
}

}  // namespace postern::events
