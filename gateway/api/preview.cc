// The content is put together as an attempt does it (egress/attempt.cc): stored text, words instead
// of a template, the upload's address or its bytes.
#include "gateway/api/preview.h"

#include "adapters/media/media_limits.h"
#include "adapters/shared/sms_segments.h"
#include "gateway/api/preview_requests.h"
#include "gateway/model/media_name.h"
#include "gateway/model/outbound_content.h"
#include "gateway/templates/placeholders.h"
#include "gateway/templates/use.h"

namespace postern::api {
namespace {

using adapters::ButtonKind;
using adapters::ContentType;
using adapters::OutboundContent;
using model::JsonWriter;

/// The message has no id yet.
constexpr std::string_view no_message = "msg_00000000000000000000000000";

/// An upload as the request is told of it. Views into itself: it stays where it was made.
struct File {
    std::string sha256;
    std::string name;
    adapters::SendFile given;
    bool by_bytes = false;
};

OutboundContent content_of(const PreviewOf& what, const SendDesk& desk, File& file) {
    OutboundContent content;
    adapters::FieldProblem problem;
    (void)model::parse_content(what.row.content_json, content, problem);  // it was written by us
    if (!what.route.words.empty()) {
        content = {};
        content.text = what.route.words;
    }
    model::UploadId upload;
    if (!model::parse_id(content.upload, upload) || what.file == nullptr) return content;
    if (what.account.adapter->send_traits().uploads != adapters::Uploads::always)
        content.url = desk.media_url(what.account, upload);
    if (!content.url.empty()) {
        content.url += "/" + model::url_name(content);
        return content;
    }
    file.by_bytes = true;
    file.sha256 = model::hex_of(what.file->sha256);
    file.name = model::url_name(content);
    file.given = {file.sha256, what.file->size, what.file->mime, file.name, {}};
    return content;
}

void write_button(JsonWriter& json, const adapters::OutboundButton& button) {
    json.begin_object().member("kind", to_string(button.kind)).member("title", button.title);
    json.member_if("id", button.id).member_if("url", button.url).member_if("phone", button.phone);
    json.end_object();
}

void write_buttons(JsonWriter& json, const std::vector<adapters::OutboundButton>& buttons) {
    json.key("buttons").begin_array();
    for (const auto& button : buttons) write_button(json, button);
    json.end_array();
}

void write_sections(JsonWriter& json, const OutboundContent& content) {
    json.key("sections").begin_array();
    for (const adapters::ListSection& section : content.sections) {
        json.begin_object().member_or_null("title", section.title).key("rows").begin_array();
        for (const adapters::ListRow& row : section.rows) {
            json.begin_object().member("id", row.id).member("title", row.title);
            json.member_if("description", row.description).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array();
}

/// `in_text`: its words stand in the text already.
void write_header(JsonWriter& json, const std::optional<adapters::OutboundHeader>& header,
                  bool in_text) {
    json.key("header");
    if (!header || (in_text && !header->media)) {
        json.null();
        return;
    }
    json.begin_object();
    if (header->media)
        json.member("kind", to_string(*header->media)).member("url", header->url);
    else
        json.member("text", header->text);
    json.end_object();
}

/// The provider's template with this message's variables, as its person will read it.
void write_template(JsonWriter& json, const PreviewOf& what, const OutboundContent& content) {
    json.key("template");
    if (content.type != ContentType::template_) {
        json.null();
        return;
    }
    json.begin_object().member("name", content.name).member("language", content.language);
    const model::TemplateRow* row = what.words;
    json.member("known", row != nullptr);
    if (row != nullptr) {
        json.member("body", templates::fill(row->body, content.variables));
        json.member_or_null("footer", templates::fill(row->footer, content.variables));
        write_buttons(json, row->buttons);
    }
    json.end_object();
}

void write_media(JsonWriter& json, const PreviewOf& what, const OutboundContent& content,
                 const File& file) {
    json.key("media");
    if (content.type != ContentType::media) {
        json.null();
        return;
    }
    const model::MediaRow* upload = what.file;
    json.begin_object().member("kind", to_string(content.media));
    json.member_or_null("mime",
                        content.mime.empty() && upload != nullptr ? upload->mime : content.mime);
    json.member_or_null("filename", content.filename);
    json.key("bytes");
    if (upload != nullptr)
        json.value(upload->size);
    else
        json.null();  // nobody has looked at what stands behind the URL
    const std::string_view rules = what.account.adapter->send_traits().media_rules;
    const std::uint64_t most = adapters::media_bytes_max(
        {rules.empty() ? std::string_view(what.account.channel) : rules, content.media,
         upload != nullptr ? std::string_view(upload->mime) : std::string_view(content.mime),
         file.by_bytes});
    json.key("bytes_max");
    if (most != 0)
        json.value(most);
    else
        json.null();
    json.member("way", file.by_bytes ? "bytes" : "url").member_or_null("url", content.url);
    json.member("taken", true).end_object();
}

/// All that is to be read, in one text.
std::string text_of(const PreviewOf& what, const OutboundContent& content,
                    const adapters::Rendering& rendering) {
    if (!rendering.text.empty()) return rendering.text;
    if (content.type != ContentType::template_) return content.text;
    return what.words != nullptr && templates::lacks_for_words(*what.words, content).empty()
               ? templates::words(*what.words, content)
               : std::string{};
}

void write_text(JsonWriter& json, const PreviewOf& what, const std::string& text) {
    json.member_or_null("text", text).key("parts").begin_array();
    if (what.account.sms) {
        for (const std::string_view part : adapters::shared::sms_parts(text)) json.value(part);
    } else if (!text.empty()) {
        json.value(text);
    }
    json.end_array();
}

adapters::SendRequest request_of(const PreviewOf& what, const OutboundContent& content,
                                 const File& file, std::string_view echo) {
    return {.to = what.route.address,
            .content = content,
            .reply_to = what.row.reply_to,
            .echo = echo,
            .status_url = what.account.public_url,
            .now = what.now,
            .human_agent = what.row.human_agent,
            .proactive = what.row.category != model::Category::reply,
            .expires = what.row.expires,
            .category = to_string(what.row.category),
            .thread = what.row.thread,
            .file = file.by_bytes ? &file.given : nullptr};
}

}  // namespace

void write_preview(JsonWriter& json, const PreviewOf& what, const SendDesk& desk) {
    File file;
    const OutboundContent content = content_of(what, desk, file);
    std::string echo(no_message);
    if (!what.account.adapter->send_traits().idempotent) echo += ".1";
    const adapters::SendRequest request = request_of(what, content, file, echo);
    adapters::Rendering rendering;
    if (auto rendered = what.account.adapter->rendered(request)) rendering = std::move(*rendered);

    const bool in_text = !rendering.text.empty();
    json.begin_object().member("account", what.account.name);
    json.member("channel", what.account.channel).member("address", what.route.address);
    json.member_or_null("subject", rendering.subject);
    write_text(json, what, text_of(what, content, rendering));
    json.member_or_null("html", what.account.addresses == AddressKind::email
                                    ? std::string_view(content.html)
                                    : std::string_view{});
    write_header(json, content.header, in_text);
    json.member_or_null("footer", in_text ? std::string_view{} : std::string_view(content.footer));
    write_buttons(json, content.buttons);
    write_sections(json, content);
    write_template(json, what, content);
    write_media(json, what, content, file);
    const auto calls = requests_of(*what.account.adapter, request);
    json.key("requests");
    write_requests(json, calls.value_or(std::vector<adapters::ProviderCall>{}), request.file,
                   what.account.credentials);
    json.member_or_null(
        "problem", calls ? std::string_view{} : "The channel cannot carry this to this address.");
    json.end_object();
}

}  // namespace postern::api
