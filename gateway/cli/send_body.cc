// The body's JSON.
#include "gateway/cli/send_body.h"

#include "gateway/cli/document.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

bool write_template(const SendAsk& ask, sim::JsonText& json, std::string& problem) {
    json.key("content").begin_object().field("type", "template");
    json.field("name", ask.template_name).field("language", ask.language);
    if (!ask.variables.empty()) {
        json.key("variables").begin_object();
        for (const std::string& variable : ask.variables) {
            const std::size_t equals = variable.find('=');
            if (equals == 0 || equals == std::string::npos) {
                problem = "--var wants name=value, not " + variable;
                return false;
            }
            json.field(variable.substr(0, equals), variable.substr(equals + 1));
        }
        json.end_object();
    }
    json.end_object();
    return true;
}

bool write_content(const SendAsk& ask, sim::JsonText& json, std::string& problem) {
    if (!ask.template_name.empty()) return write_template(ask, json, problem);
    if (ask.json_content.empty()) {
        json.key("content").begin_object().field("type", "text");
        json.field("text", ask.text).end_object();
        return true;
    }
    Document content;
    if (!content.parse(ask.json_content) || !content.root().is_object()) {
        problem = "--json-content wants a JSON object";
        return false;
    }
    json.field_raw("content", text_at(content.root(), ""));
    return true;
}

}  // namespace

bool send_body(const SendAsk& ask, std::string& body, std::string& problem) {
    sim::JsonText json;
    json.begin_object();
    if (!ask.account.empty()) json.field("account", ask.account);
    json.key("to").begin_object();
    json.field(ask.to.starts_with("con_") ? "contact" : "address", ask.to);
    if (!ask.channel.empty()) json.field("channel", ask.channel);
    json.end_object();
    if (!ask.category.empty()) json.field("category", ask.category);
    if (!write_content(ask, json, problem)) return false;
    if (!ask.reply_to.empty()) json.field("reply_to", ask.reply_to);
    if (!ask.at.empty()) json.field(ask.check ? "at" : "send_at", ask.at);
    body = json.end_object().take();
    return true;
}

}  // namespace postern::cli
