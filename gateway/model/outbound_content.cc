// One function a content type, in the order of the contract's table. Limits are the widest of all
// channels, in bytes: an adapter knows the narrow ones.
#include "gateway/model/outbound_content.h"

#include <algorithm>

#include "gateway/model/content_fields.h"

namespace postern::model {
namespace {

using adapters::ButtonKind;
using adapters::ContentType;
using adapters::MediaKind;
using adapters::OutboundContent;

constexpr std::size_t media_kinds = 6;
constexpr std::size_t button_kinds = 4;
constexpr std::size_t template_button_kinds = 2;  // reply and url
constexpr std::size_t types_out = 8;              // choice and unsupported only come in

constexpr std::size_t word_max = 255;      // mime, filename, language, phone, an id of an upload
constexpr std::size_t line_max = 1024;     // what a client shows in one line
constexpr std::size_t payload_max = 8192;  // what comes back, and template parameters
constexpr std::size_t buttons_max = 32;
constexpr std::size_t sections_max = 32;
constexpr std::size_t rows_max = 128;
constexpr std::size_t cards_max = 257;  // WhatsApp's, the most of any channel
constexpr std::size_t card_entries_max = 32;
constexpr std::size_t variables_max = 128;

void read_text(ContentFields& in, OutboundContent& out) {
    in.text("text", content_text_bytes_max, Need::required, out.text);
    in.flag("preview_url", out.preview_url);
    in.text("subject", line_max, Need::optional, out.subject);
    in.text("html", content_html_bytes_max, Need::optional, out.html);
}

void read_media(ContentFields& in, OutboundContent& out) {
    in.word("kind", media_kinds, Need::required, out.media);
    in.url("url", Need::optional, out.url);
    in.text("upload", word_max, Need::optional, out.upload);
    if (out.url.empty() && out.upload.empty()) {
        in.fault("url", "required", "One of url and upload is required.");
    }
    if (!out.url.empty() && !out.upload.empty()) {
        in.fault("upload", "invalid", "This stands instead of url, not beside it.");
    }
    in.text("mime", word_max, Need::optional, out.mime);
    in.text("caption", content_text_bytes_max, Need::optional, out.text);
    in.text("filename", word_max, Need::optional, out.filename);
    in.text("subject", line_max, Need::optional, out.subject);
}

/// Words as a plain string, or {"text"}, or {"kind","url"}.
void read_header(ContentFields& in, OutboundContent& out) {
    const auto value = in.take("header");
    if (!value) return;
    adapters::OutboundHeader& header = out.header.emplace();
    std::string_view words;
    if (value->get(words) == simdjson::SUCCESS) {
        if (words.empty()) return out.header.reset();
        if (words.size() > line_max) in.fault("header", "too_long", "At most 1024 bytes.");
        header.text = words;
        return;
    }
    ContentFields fields(*value, in.place("header"), in.problem());
    MediaKind kind{};
    const bool words_only = !fields.take("kind").has_value();
    if (words_only) {
        fields.text("text", line_max, Need::required, header.text);
    } else {
        fields.word("kind", media_kinds, Need::required, kind);
        header.media = kind;
        fields.url("url", Need::required, header.url);
    }
    fields.finish();
}

void read_variables(ContentFields& in, OutboundContent& out) {
    const auto value = in.take("variables");
    if (!value) return;
    simdjson::dom::object object;
    if (value->get(object) != simdjson::SUCCESS) {
        return in.fault("variables", "invalid", "This must be an object.");
    }
    for (const auto [name, member] : object) {
        const std::string field = "variables." + std::string(name.substr(0, 64));
        std::string_view text;
        if (out.variables.size() == variables_max) {
            return in.fault("variables", "too_many", "At most 128 of them.");
        }
        if (name.empty() || name.size() > word_max || name.find('\0') != std::string_view::npos) {
            return in.fault(field, "invalid", "This is no name of a variable.");
        }
        if (member.get(text) != simdjson::SUCCESS || text.find('\0') != std::string_view::npos) {
            return in.fault(field, "invalid", "This must be a string.");
        }
        if (text.size() > payload_max) return in.fault(field, "too_long", "At most 8192 bytes.");
        const bool twice = std::ranges::any_of(
            out.variables, [key = name](const auto& other) { return other.first == key; });
        if (twice) return in.fault(field, "duplicate", "This variable is given twice.");
        out.variables.emplace_back(name, text);
    }
}

void read_template(ContentFields& in, OutboundContent& out) {
    in.text("name", line_max, Need::required, out.name);
    in.text("language", word_max, Need::required, out.language);
    read_variables(in, out);
    read_header(in, out);
    in.each("buttons", buttons_max, Need::optional, [&out](ContentFields& button) {
        auto& added = out.template_buttons.emplace_back();
        button.index("index", buttons_max - 1, added.index);
        button.text("payload", payload_max, Need::required, added.payload);
        button.word("kind", template_button_kinds, Need::optional, added.kind);
    });
}

void read_button(ContentFields& in, adapters::OutboundButton& out) {
    in.word("kind", button_kinds, Need::optional, out.kind);
    const auto needs = [&out](ButtonKind kind) {
        return out.kind == kind ? Need::required : Need::optional;
    };
    in.text("id", line_max, needs(ButtonKind::reply), out.id);
    // A client draws its own words on the button that asks for the location.
    const bool drawn = out.kind == ButtonKind::location;
    in.text("title", line_max, drawn ? Need::optional : Need::required, out.title);
    in.url("url", needs(ButtonKind::url), out.url);
    in.text("phone", word_max, needs(ButtonKind::phone), out.phone);
}

void read_buttons(ContentFields& in, OutboundContent& out) {
    in.text("text", content_text_bytes_max, Need::required, out.text);
    read_header(in, out);
    in.text("footer", line_max, Need::optional, out.footer);
    in.each("buttons", buttons_max, Need::required,
            [&out](ContentFields& button) { read_button(button, out.buttons.emplace_back()); });
}

void read_list(ContentFields& in, OutboundContent& out) {
    in.text("text", content_text_bytes_max, Need::required, out.text);
    read_header(in, out);
    in.text("footer", line_max, Need::optional, out.footer);
    in.text("button", line_max, Need::required, out.button);
    in.each("sections", sections_max, Need::required, [&out](ContentFields& section) {
        adapters::ListSection& added = out.sections.emplace_back();
        section.text("title", line_max, Need::optional, added.title);
        section.each("rows", rows_max, Need::required, [&added](ContentFields& row) {
            adapters::ListRow& line = added.rows.emplace_back();
            row.text("id", line_max, Need::required, line.id);
            row.text("title", line_max, Need::required, line.title);
            row.text("description", line_max, Need::optional, line.description);
        });
    });
}

void read_location(ContentFields& in, OutboundContent& out) {
    adapters::GeoPoint& point = out.point.emplace();
    in.number("latitude", 90, point.latitude);
    in.number("longitude", 180, point.longitude);
    in.text("name", line_max, Need::optional, out.name);
    in.text("address", line_max, Need::optional, out.address);
}

void read_contacts(ContentFields& in, OutboundContent& out) {
    in.each("contacts", cards_max, Need::required, [&out](ContentFields& card) {
        adapters::ContactCard& added = out.contacts.emplace_back();
        card.text("name", line_max, Need::required, added.name);
        card.texts("phones", card_entries_max, word_max, added.phones);
        card.texts("emails", card_entries_max, line_max, added.emails);
        card.text("organization", line_max, Need::optional, added.organization);
    });
}

void read_reaction(ContentFields& in, OutboundContent& out) {
    in.text("message", line_max, Need::required, out.reaction_to);
    in.text("emoji", word_max, Need::optional, out.emoji);
}

void read_fields(ContentFields& in, OutboundContent& out) {
    switch (out.type) {
        case ContentType::text:
            return read_text(in, out);
        case ContentType::media:
            return read_media(in, out);
        case ContentType::template_:
            return read_template(in, out);
        case ContentType::buttons:
            return read_buttons(in, out);
        case ContentType::list:
            return read_list(in, out);
        case ContentType::location:
            return read_location(in, out);
        case ContentType::contacts:
            return read_contacts(in, out);
        case ContentType::reaction:
            return read_reaction(in, out);
        case ContentType::choice:
        case ContentType::unsupported:
            return;  // `types_out` leaves them out
    }
}

}  // namespace

bool parse_content(std::string_view json, adapters::OutboundContent& out,
                   adapters::FieldProblem& problem) {
    thread_local simdjson::dom::parser parser;
    out = {};
    simdjson::dom::element root;
    if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) {
        problem = {"", "malformed_json", "This is not JSON."};
        return false;
    }
    ContentFields::Problem first;
    ContentFields fields(root, {}, first);
    fields.word("type", types_out, Need::required, out.type);
    if (!first) read_fields(fields, out);
    fields.finish();
    if (first) problem = std::move(*first);
    return !first;
}

}  // namespace postern::model
