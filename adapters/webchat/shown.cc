#include "adapters/webchat/shown.h"

#include "adapters/shared/json_build.h"
#include "adapters/webchat/arrival.h"

namespace postern::adapters::webchat {
namespace {

using json::Builder;

void begin(Builder& out, const Shown& shown, std::string_view from) {
    const auto at =
        std::chrono::duration_cast<std::chrono::milliseconds>(shown.at.time_since_epoch());
    out.open().text("t", "msg").text_if("id", shown.id).integer("at", at.count());
    out.text("from", from);
    if (shown.received) out.flag("received", true);
    if (shown.read) out.flag("read", true);
}

void write_media(Builder& out, std::string_view kind, std::string_view url, std::string_view mime,
                 std::string_view filename) {
    out.open("media").text("kind", kind).text_if("url", url).text_if("mime", mime);
    out.text_if("filename", filename).close();
}

void write_buttons(Builder& out, const OutboundContent& content) {
    if (content.buttons.empty()) return;
    out.open_list("buttons");
    for (const OutboundButton& button : content.buttons) {
        out.open().text("kind", to_string(button.kind)).text("title", button.title);
        out.text_if("id", button.id).text_if("url", button.url).text_if("phone", button.phone);
        out.close();
    }
    out.close_list();
}

void write_list(Builder& out, const OutboundContent& content) {
    if (content.sections.empty()) return;
    out.text_if("button", content.button).open_list("sections");
    for (const ListSection& section : content.sections) {
        out.open().text_if("title", section.title).open_list("rows");
        for (const ListRow& row : section.rows) {
            out.open().text("id", row.id).text("title", row.title);
            out.text_if("description", row.description).close();
        }
        out.close_list().close();
    }
    out.close_list();
}

void write_place(Builder& out, const std::optional<GeoPoint>& point, std::string_view name,
                 std::string_view address) {
    if (!point) return;
    out.open("place").number("latitude", point->latitude).number("longitude", point->longitude);
    out.text_if("name", name).text_if("address", address).close();
}

void write_cards(Builder& out, const std::vector<ContactCard>& cards) {
    if (cards.empty()) return;
    out.open_list("contacts");
    for (const ContactCard& card : cards) {
        out.open().text("name", card.name).text_if("organization", card.organization);
        out.open_list("phones");
        for (const std::string& phone : card.phones) out.text({}, phone);
        out.close_list().open_list("emails");
        for (const std::string& mail : card.emails) out.text({}, mail);
        out.close_list().close();
    }
    out.close_list();
}

}  // namespace

std::string show(const OutboundContent& content, const Shown& shown) {
    Builder out;
    begin(out, shown, "agent");
    out.text_if("text", content.text);
    if (content.type == ContentType::media)
        write_media(out, to_string(content.media), content.url, content.mime, content.filename);
    if (content.header) {
        out.text_if("header", content.header->text);
        if (content.header->media)
            write_media(out, to_string(*content.header->media), content.header->url, {}, {});
    }
    out.text_if("footer", content.footer);
    write_buttons(out, content);
    write_list(out, content);
    write_place(out, content.point, content.name, content.address);
    write_cards(out, content.contacts);
    out.close();
    return out.finish();
}

std::string show(const InboundMessage& message, const Shown& shown,
                 std::span<const std::string> urls) {
    Builder out;
    begin(out, shown, "visitor");
    out.text_if("c", client_name(message.external_id)).text_if("text", message.content.text);
    if (message.content.type == ContentType::choice) {
        out.text_if("choice", message.content.choice_id).text_if("in", message.reply_to);
    }
    // Only the form has these details.
    if (message.content.details_json.find("\"form\":") != std::string::npos) out.flag("form", true);
    for (std::size_t i = 0; i < message.attachments.size() && i < 1; ++i) {
        const Attachment& file = message.attachments[i];
        write_media(out, to_string(file.kind), i < urls.size() ? urls[i] : std::string_view{},
                    file.mime, file.filename);
    }
    out.close();
    return out.finish();
}

}  // namespace postern::adapters::webchat
