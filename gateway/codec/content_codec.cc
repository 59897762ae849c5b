// The parts that messages and signals share: head, sender, content, attachments.
#include "gateway/codec/stored.h"

namespace postern::codec {
namespace {

void write(const adapters::GeoPoint& point, records::Point& wire) {
    wire.set_latitude(point.latitude);
    wire.set_longitude(point.longitude);
}

void write(const adapters::ContactCard& card, records::Card& wire) {
    wire.set_name(card.name);
    for (const std::string& phone : card.phones) wire.add_phones(phone);
    for (const std::string& email : card.emails) wire.add_emails(email);
    wire.set_organization(card.organization);
}

void read(const records::Card& wire, adapters::ContactCard& card) {
    card.name = wire.name();
    card.phones.assign(wire.phones().begin(), wire.phones().end());
    card.emails.assign(wire.emails().begin(), wire.emails().end());
    card.organization = wire.organization();
}

adapters::GeoPoint read(const records::Point& wire) {
    return {wire.latitude(), wire.longitude()};
}

}  // namespace

void write(const model::SeqHead& head, records::SeqHead& wire) {
    wire.set_created_us(to_us(head.created));
    wire.set_epoch(head.epoch);
    wire.set_account(head.account);
    wire.set_part(head.part);
    wire.set_previous(head.previous);
}

void read(const records::SeqHead& wire, model::SeqHead& head) {
    head.created = from_us(wire.created_us());
    head.epoch = wire.epoch();
    head.account = wire.account();
    head.part = wire.part();
    head.previous = wire.previous();
}

void write(const adapters::Sender& sender, records::Sender& wire) {
    for (const adapters::Alias& alias : sender.aliases) {
        records::Alias& stored = *wire.add_aliases();
        stored.set_address(alias.address);
        stored.set_scope(static_cast<std::uint32_t>(alias.scope));
    }
    wire.set_name(sender.name);
    wire.set_username(sender.username);
    wire.set_language(sender.language);
    for (const adapters::ToldKey& told : sender.told) {
        records::ToldKey& stored = *wire.add_told();
        stored.set_kind(static_cast<std::uint32_t>(told.kind));
        stored.set_value(told.value);
        stored.set_verified(told.verified);
    }
}

bool read(const records::Sender& wire, adapters::Sender& sender) {
    sender.aliases.reserve(static_cast<std::size_t>(wire.aliases_size()));
    for (const records::Alias& stored : wire.aliases()) {
        adapters::Alias& alias = sender.aliases.emplace_back();
        alias.address = stored.address();
        if (!read_enum(stored.scope(), adapters::IdentityScope::account, alias.scope)) return false;
    }
    sender.name = wire.name();
    sender.username = wire.username();
    sender.language = wire.language();
    for (const records::ToldKey& stored : wire.told()) {
        adapters::ToldKey& told = sender.told.emplace_back();
        told.value = stored.value();
        told.verified = stored.verified();
        if (!read_enum(stored.kind(), adapters::PersonKey::email, told.kind)) return false;
    }
    return true;
}

void write(const adapters::Content& content, records::Content& wire) {
    wire.set_type(static_cast<std::uint32_t>(content.type));
    wire.set_text(content.text);
    if (content.point) write(*content.point, *wire.mutable_point());
    wire.set_name(content.name);
    wire.set_address(content.address);
    for (const adapters::ContactCard& card : content.contacts) write(card, *wire.add_contacts());
    wire.set_reaction_to(content.reaction_to);
    wire.set_emoji(content.emoji);
    wire.set_choice(static_cast<std::uint32_t>(content.choice));
    wire.set_choice_id(content.choice_id);
    wire.set_provider_type(content.provider_type);
    wire.set_details_json(content.details_json);
}

bool read(const records::Content& wire, adapters::Content& content) {
    if (!read_enum(wire.type(), adapters::ContentType::unsupported, content.type)) return false;
    if (!read_enum(wire.choice(), adapters::ChoiceKind::quick_reply, content.choice)) return false;
    content.text = wire.text();
    if (wire.has_point()) content.point = read(wire.point());
    content.name = wire.name();
    content.address = wire.address();
    content.contacts.resize(static_cast<std::size_t>(wire.contacts_size()));
    for (int i = 0; i < wire.contacts_size(); ++i) {
        read(wire.contacts(i), content.contacts[static_cast<std::size_t>(i)]);
    }
    content.reaction_to = wire.reaction_to();
    content.emoji = wire.emoji();
    content.choice_id = wire.choice_id();
    content.provider_type = wire.provider_type();
    content.details_json = wire.details_json();
    return true;
}

void write(const adapters::Attachment& attachment, records::Attachment& wire) {
    wire.set_kind(static_cast<std::uint32_t>(attachment.kind));
    wire.set_url(attachment.url);
    wire.set_media_id(attachment.media_id);
    wire.set_mime(attachment.mime);
    wire.set_filename(attachment.filename);
    wire.set_caption(attachment.caption);
    wire.set_sha256(attachment.sha256);
    if (attachment.point) write(*attachment.point, *wire.mutable_point());
    wire.set_voice(attachment.voice);
    wire.set_view_once(attachment.view_once);
}

bool read(const records::Attachment& wire, adapters::Attachment& attachment) {
    if (!read_enum(wire.kind(), adapters::AttachmentKind::contact, attachment.kind)) return false;
    attachment.url = wire.url();
    attachment.media_id = wire.media_id();
    attachment.mime = wire.mime();
    attachment.filename = wire.filename();
    attachment.caption = wire.caption();
    attachment.sha256 = wire.sha256();
    if (wire.has_point()) attachment.point = read(wire.point());
    attachment.voice = wire.voice();
    attachment.view_once = wire.view_once();
    return true;
}

}  // namespace postern::codec
