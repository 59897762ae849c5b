// Templates: the variables go into components as Meta's approval knows them (header, body,
// buttons).
#include <algorithm>

#include "adapters/shared/json.h"
#include "adapters/whatsapp/build.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Builder;
using Variable = std::pair<std::string, std::string>;

void add_header(Builder& out, const OutboundHeader& header) {
    out.open().text("type", "header").open_list("parameters").open();
    if (header.media) {
        out.text("type", media_word(*header.media));
        add_link(out, *header.media, header.url);
    } else {
        out.text("type", "text").text("text", header.text);
    }
    out.close().close_list().close();
}

/// Positions are numbers from 1 and may come in any order; names stay as they came.
bool positional(const Variable& variable) {
    return json::to_integer(variable.first).has_value();
}

const Variable* at_position(const std::vector<Variable>& variables, std::size_t position) {
    const auto found = std::ranges::find_if(variables, [position](const Variable& variable) {
        return json::to_integer(variable.first) == static_cast<std::int64_t>(position);
    });
    return found == variables.end() ? nullptr : &*found;
}

void add_parameter(Builder& out, const Variable& variable, bool named) {
    out.open().text("type", "text");
    if (named) out.text("parameter_name", variable.first);
    out.text("text", variable.second).close();
}

void add_body(Builder& out, const std::vector<Variable>& variables) {
    out.open().text("type", "body").open_list("parameters");
    if (positional(variables.front())) {
        for (std::size_t position = 1; position <= variables.size(); ++position) {
            if (const Variable* variable = at_position(variables, position)) {
                add_parameter(out, *variable, false);
            }
        }
    } else {
        for (const Variable& variable : variables) add_parameter(out, variable, true);
    }
    out.close_list().close();
}

void add_button(Builder& out, const TemplateButton& button) {
    const bool url = button.kind == ButtonKind::url;
    out.open().text("type", "button").text("sub_type", url ? "url" : "quick_reply");
    out.text("index", std::to_string(button.index)).open_list("parameters").open();
    out.text("type", url ? "text" : "payload").text(url ? "text" : "payload", button.payload);
    out.close().close_list().close();
}

}  // namespace

void add_template(Builder& out, const OutboundContent& content) {
    out.open("template").text("name", content.name);
    out.open("language").text("code", content.language).close();
    if (content.header || !content.variables.empty() || !content.template_buttons.empty()) {
        out.open_list("components");
        if (content.header) add_header(out, *content.header);
        if (!content.variables.empty()) add_body(out, content.variables);
        for (const TemplateButton& button : content.template_buttons) add_button(out, button);
        out.close_list();
    }
    out.close();
}

}  // namespace postern::adapters::whatsapp
