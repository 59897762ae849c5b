// Member by member, in the order of the contract's table.
#include "tests/adapters/outbound_json.h"

namespace postern::adapters {
namespace {

using json::Object;

template <class Enum>
Enum named(std::string_view word, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if (to_string(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
    }
    return static_cast<Enum>(0);
}

template <class Take>
void each(Object from, std::string_view name, Take take) {
    const auto list = json::array(from, name);
    if (!list) return;
    for (const json::Value element : *list) {
        if (const auto object = json::as_object(element)) take(*object);
    }
}

std::vector<std::string> strings(Object from, std::string_view name) {
    std::vector<std::string> out;
    if (const auto list = json::array(from, name)) {
        for (const json::Value element : *list) {
            std::string_view text;
            if (element.get(text) == simdjson::SUCCESS) out.emplace_back(text);
        }
    }
    return out;
}

void read_lists(Object from, OutboundContent& out) {
    each(from, "sections", [&](Object section) {
        ListSection& added = out.sections.emplace_back();
        added.title = json::text(section, "title");
        each(section, "rows", [&](Object row) {
            added.rows.push_back({std::string(json::text(row, "id")),
                                  std::string(json::text(row, "title")),
                                  std::string(json::text(row, "description"))});
        });
    });
    each(from, "contacts", [&](Object card) {
        out.contacts.push_back({std::string(json::text(card, "name")), strings(card, "phones"),
                                strings(card, "emails"),
                                std::string(json::text(card, "organization"))});
    });
}

void read_buttons(Object from, OutboundContent& out) {
    each(from, "buttons", [&](Object button) {
        const auto kind = named<ButtonKind>(json::text(button, "kind"), 4);
        if (out.type == ContentType::template_) {
            const auto index = json::integer(button, "index").value_or(0);
            out.template_buttons.push_back(
                {static_cast<unsigned>(index), std::string(json::text(button, "payload")), kind});
            return;
        }
        out.buttons.push_back(
            {kind, std::string(json::text(button, "id")), std::string(json::text(button, "title")),
             std::string(json::text(button, "url")), std::string(json::text(button, "phone"))});
    });
}

void read_header(Object from, OutboundContent& out) {
    const auto header = json::object(from, "header");
    if (!header) return;
    OutboundHeader& added = out.header.emplace();
    const std::string_view kind = json::text(*header, "kind");
    if (!kind.empty()) added.media = named<MediaKind>(kind, 6);
    added.url = json::text(*header, "url");
    added.text = json::text(*header, "text");
}

}  // namespace

OutboundContent read_outbound(Object from) {
    OutboundContent out;
    out.type = named<ContentType>(json::text(from, "type"), 10);
    out.text = json::text(from, out.type == ContentType::media ? "caption" : "text");
    out.preview_url = json::flag(from, "preview_url");
    out.subject = json::text(from, "subject");
    out.html = json::text(from, "html");
    out.media = named<MediaKind>(json::text(from, "kind"), 6);
    out.url = json::text(from, "url");
    out.mime = json::text(from, "mime");
    out.filename = json::text(from, "filename");
    out.name = json::text(from, "name");
    out.language = json::text(from, "language");
    if (const auto variables = json::object(from, "variables")) {
        for (const auto [name, value] : *variables) {
            std::string_view text;
            if (value.get(text) == simdjson::SUCCESS) out.variables.emplace_back(name, text);
        }
    }
    read_header(from, out);
    out.footer = json::text(from, "footer");
    read_buttons(from, out);
    out.button = json::text(from, "button");
    read_lists(from, out);
    const auto latitude = json::number(from, "latitude");
    const auto longitude = json::number(from, "longitude");
    if (latitude && longitude) out.point = GeoPoint{*latitude, *longitude};
    out.address = json::text(from, "address");
    out.reaction_to = json::text(from, "message");
    out.emoji = json::text(from, "emoji");
    return out;
}

}  // namespace postern::adapters
