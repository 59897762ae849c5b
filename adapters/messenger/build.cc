// The body of POST /{page_id}/messages (Meta, "Send API", "Send a utility message", v25.0).
#include <algorithm>

#include "adapters/messenger/send.h"
#include "adapters/meta/messaging.h"
#include "adapters/meta/send_api.h"

namespace postern::adapters::messenger {
namespace {

using json::Builder;
using Variable = std::pair<std::string, std::string>;

/// What entitles us to write: an answer, news of our own within the window, a person's answer
/// within a week, or an approved template. A permission's token says it by itself.
void add_entitlement(Builder& out, const SendRequest& request) {
    if (request.content.type == ContentType::template_) {
        out.text("messaging_type", "UTILITY");
    } else if (request.to.starts_with(meta::token_prefix)) {
        return;
    } else if (request.human_agent) {
        out.text("messaging_type", "MESSAGE_TAG").text("tag", "HUMAN_AGENT");
    } else {
        out.text("messaging_type", request.proactive ? "UPDATE" : "RESPONSE");
    }
}

void add_parameter(Builder& out, std::string_view name, std::string_view words) {
    out.open().text("type", "text").text_if("parameter_name", name).text("text", words).close();
}

void add_variables(Builder& out, std::vector<Variable> variables) {
    const bool positional = json::to_integer(variables.front().first).has_value();
    if (positional) {
        std::ranges::sort(variables, {}, [](const Variable& variable) {
            return json::to_integer(variable.first).value_or(0);
        });
    }
    out.open().text("type", "body").open_list("parameters");
    for (const auto& [name, words] : variables) {
        add_parameter(out, positional ? std::string_view{} : name, words);
    }
    out.close_list().close();
}

/// Meta takes the buttons' parameters in the buttons' order, without an index.
void add_template_buttons(Builder& out, std::vector<TemplateButton> buttons) {
    std::ranges::sort(buttons, {}, &TemplateButton::index);
    out.open().text("type", "buttons").open_list("parameters");
    for (const TemplateButton& button : buttons) {
        const bool url = button.kind == ButtonKind::url;
        out.open().text("type", url ? "URL" : "POSTBACK");
        out.text(url ? "url" : "payload", button.payload).close();
    }
    out.close_list().close();
}

void add_template(Builder& out, const OutboundContent& content) {
    out.open("template").text("name", content.name);
    out.open("language").text("code", content.language).close();
    out.open_list("components");
    if (content.header) {
        out.open().text("type", "header").open_list("parameters");
        add_parameter(out, {}, content.header->text);
        out.close_list().close();
    }
    if (!content.variables.empty()) add_variables(out, content.variables);
    if (!content.template_buttons.empty()) add_template_buttons(out, content.template_buttons);
    out.close_list().close();
}

/// A file that Meta has already, of the kind that it was uploaded as.
void add_held(Builder& out, MediaKind kind, std::string_view attachment) {
    out.open("attachment").text("type", meta::media_word(kind));
    out.open("payload").text("attachment_id", attachment).close().close();
}

void add_content(Builder& out, const OutboundContent& content, std::string_view attachment) {
    switch (content.type) {
        case ContentType::media:
            if (!attachment.empty()) return add_held(out, content.media, attachment);
            return meta::add_attachment(out, "attachment", content.media, content.url);
        case ContentType::template_:
            return add_template(out, content);
        case ContentType::buttons:
        case ContentType::list:
            return meta::add_choices(out, content);
        default:
            out.text("text", content.text);
    }
}

}  // namespace

std::string message_body(const SendRequest& request, std::string_view attachment) {
    const OutboundContent& content = request.content;
    if (content.type == ContentType::reaction) {
        return meta::reaction_body(request.to, content.reaction_to, content.emoji);
    }
    Builder out;
    out.open();
    meta::add_recipient(out, request.to);
    add_entitlement(out, request);
    if (!request.reply_to.empty()) out.open("reply_to").text("mid", request.reply_to).close();
    out.open("message");
    add_content(out, content, attachment);
    if (!request.echo.empty() && content.type != ContentType::template_) {
        out.text("metadata", std::string(meta::metadata_prefix).append(request.echo));
    }
    out.close();
    return out.close().finish();
}

}  // namespace postern::adapters::messenger
