// Templates: what an app wrote and what the provider said. No personal data; sealed all the same.
#include "gateway/codec/stored.h"

namespace postern::codec {
namespace {

using adapters::ButtonKind;
using adapters::MediaKind;

void write(const adapters::OutboundHeader& header, records::TemplateHeader& wire) {
    wire.set_media(header.media ? static_cast<std::uint32_t>(*header.media) + 1 : 0);
    wire.set_url(header.url);
    wire.set_text(header.text);
}

[[nodiscard]] bool read(const records::TemplateHeader& wire, adapters::OutboundHeader& header) {
    header.url = wire.url();
    header.text = wire.text();
    if (wire.media() == 0) return true;
    return read_enum(wire.media() - 1, MediaKind::sticker, header.media.emplace());
}

void write(const adapters::OutboundButton& button, records::TemplateButton& wire) {
    wire.set_kind(static_cast<std::uint32_t>(button.kind));
    wire.set_id(button.id);
    wire.set_title(button.title);
    wire.set_url(button.url);
    wire.set_phone(button.phone);
}

[[nodiscard]] bool read(const records::TemplateButton& wire, adapters::OutboundButton& button) {
    button.id = wire.id();
    button.title = wire.title();
    button.url = wire.url();
    button.phone = wire.phone();
    return read_enum(wire.kind(), ButtonKind::location, button.kind);
}

}  // namespace

void write(const model::TemplateRow& row, records::Template& wire) {
    wire.set_id(row.id);
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_updated_us(to_us(row.updated));
    wire.set_version(row.version);
    wire.set_account(row.account);
    wire.set_name(row.name);
    wire.set_language(row.language);
    wire.set_category(static_cast<std::uint32_t>(row.category));
    wire.set_body(row.body);
    if (row.header) write(*row.header, *wire.mutable_header());
    wire.set_footer(row.footer);
    for (const adapters::OutboundButton& button : row.buttons) write(button, *wire.add_buttons());
    wire.set_provider_name(row.provider_name);
    wire.set_provider_id(row.provider_id);
    wire.set_status(static_cast<std::uint32_t>(row.status));
    wire.set_reason(row.reason);
    wire.set_status_at_us(to_us(row.status_at));
}

bool read(const records::Template& wire, model::TemplateRow& row) {
    row.id = wire.id();
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.updated = from_us(wire.updated_us());
    row.version = wire.version();
    row.account = wire.account();
    row.name = wire.name();
    row.language = wire.language();
    if (!read_enum(wire.category(), model::Category::collections, row.category)) return false;
    row.body = wire.body();
    if (wire.has_header() && !read(wire.header(), row.header.emplace())) return false;
    row.footer = wire.footer();
    row.buttons.reserve(static_cast<std::size_t>(wire.buttons_size()));
    for (const records::TemplateButton& button : wire.buttons()) {
        if (!read(button, row.buttons.emplace_back())) return false;
    }
    row.provider_name = wire.provider_name();
    row.provider_id = wire.provider_id();
    row.reason = wire.reason();
    row.status_at = from_us(wire.status_at_us());
    return read_enum(wire.status(), model::TemplateStatus::disabled, row.status);
}

}  // namespace postern::codec
