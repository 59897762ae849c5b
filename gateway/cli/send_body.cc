// The body's JSON. Lengths and what a channel can carry are the daemon's to judge.
#include "gateway/cli/send_body.h"

#include <charconv>
#include <cmath>

#include "gateway/cli/document.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

bool split(const std::string& pair, std::string_view option, std::string& name, std::string& value,
           std::string& problem) {
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string::npos) {
        problem = std::string(option) + ", not " + pair;
        return false;
    }
    name = pair.substr(0, equals);
    value = pair.substr(equals + 1);
    return true;
}

/// {"name":"value",…} of what was given as name=value.
bool write_pairs(const std::vector<std::string>& pairs, std::string_view option,
                 sim::JsonText& json, std::string& problem) {
    json.begin_object();
    for (const std::string& pair : pairs) {
        std::string name;
        std::string value;
        if (!split(pair, option, name, value, problem)) return false;
        json.field(name, value);
    }
    json.end_object();
    return true;
}

bool write_template(const SendAsk& ask, sim::JsonText& json, std::string& problem) {
    json.begin_object().field("type", "template");
    json.field("name", ask.template_name).field("language", ask.language);
    if (!ask.variables.empty()) {
        json.key("variables");
        if (!write_pairs(ask.variables, "--var wants name=value", json, problem)) return false;
    }
    json.end_object();
    return true;
}

bool write_text(const SendAsk& ask, sim::JsonText& json, std::string& problem) {
    json.begin_object().field("type", ask.buttons.empty() ? "text" : "buttons");
    json.field("text", ask.text);
    if (ask.preview_url) json.field("preview_url", true);
    if (!ask.subject.empty()) json.field("subject", ask.subject);
    if (!ask.buttons.empty()) {
        json.key("buttons").begin_array();
        for (const std::string& button : ask.buttons) {
            std::string id;
            std::string title;
            if (!split(button, "--button wants id=title", id, title, problem)) return false;
            json.begin_object().field("id", id).field("title", title).end_object();
        }
        json.end_array();
    }
    json.end_object();
    return true;
}

void write_media(const SendAsk& ask, sim::JsonText& json) {
    json.begin_object().field("type", "media");
    json.field("kind", ask.media_kind).field("url", ask.media_url);
    if (!ask.caption.empty()) json.field("caption", ask.caption);
    if (!ask.filename.empty()) json.field("filename", ask.filename);
    if (!ask.subject.empty()) json.field("subject", ask.subject);
    json.end_object();
}

bool write_location(const SendAsk& ask, sim::JsonText& json, std::string& problem) {
    const char* const end = ask.location.data() + ask.location.size();
    double latitude = 0;
    double longitude = 0;
    auto read = std::from_chars(ask.location.data(), end, latitude);
    const bool pair = read.ec == std::errc{} && read.ptr != end && *read.ptr == ',';
    if (pair) read = std::from_chars(read.ptr + 1, end, longitude);
    if (!pair || read.ec != std::errc{} || read.ptr != end || !std::isfinite(latitude) ||
        !std::isfinite(longitude)) {
        problem = "--location wants latitude,longitude like 4.711,-74.0721, not " + ask.location;
        return false;
    }
    json.begin_object().field("type", "location");
    json.field("latitude", latitude).field("longitude", longitude);
    if (!ask.place.empty()) json.field("name", ask.place);
    json.end_object();
    return true;
}

bool write_content(const SendAsk& ask, sim::JsonText& json, std::string& problem) {
    json.key("content");
    if (!ask.template_name.empty()) return write_template(ask, json, problem);
    if (!ask.location.empty()) return write_location(ask, json, problem);
    if (!ask.media_url.empty()) {
        write_media(ask, json);
        return true;
    }
    if (ask.json_content.empty()) return write_text(ask, json, problem);
    Document content;
    if (!content.parse(ask.json_content) || !content.root().is_object()) {
        problem = "--json-content wants a JSON object";
        return false;
    }
    json.raw(text_at(content.root(), ""));
    return true;
}

void write_recipient(const SendAsk& ask, sim::JsonText& json) {
    json.key("to").begin_object();
    json.field(ask.to.starts_with("con_") ? "contact" : "address", ask.to);
    if (!ask.channel.empty()) json.field("channel", ask.channel);
    if (!ask.timezone.empty()) json.field("timezone", ask.timezone);
    json.end_object();
}

void write_fallback(const SendAsk& ask, sim::JsonText& json) {
    if (ask.fallback.empty() && !ask.no_fallback) return;
    json.key("fallback").begin_array();
    for (const std::string& account : ask.fallback) json.value(account);
    json.end_array();
}

/// When it goes, and in which order. `at` of a check is no time of the message.
void write_times(const SendAsk& ask, sim::JsonText& json) {
    const std::string& send_at = ask.send_at.empty() && !ask.check ? ask.at : ask.send_at;
    if (!send_at.empty()) json.field("send_at", send_at);
    if (!ask.expires_at.empty()) json.field("expires_at", ask.expires_at);
    if (ask.check && !ask.at.empty()) json.field("at", ask.at);
    if (!ask.priority.empty()) json.field("priority", ask.priority);
}

}  // namespace

bool send_body(const SendAsk& ask, std::string& body, std::string& problem) {
    if (!ask.check && !ask.at.empty() && !ask.send_at.empty()) {
        problem = "--at and --send-at are the same without --check";
        return false;
    }
    sim::JsonText json;
    json.begin_object();
    if (!ask.account.empty()) json.field("account", ask.account);
    write_recipient(ask, json);
    write_fallback(ask, json);
    if (!ask.category.empty()) json.field("category", ask.category);
    if (!write_content(ask, json, problem)) return false;
    if (!ask.reply_to.empty()) json.field("reply_to", ask.reply_to);
    write_times(ask, json);
    if (!ask.metadata.empty()) {
        json.key("metadata");
        if (!write_pairs(ask.metadata, "--metadata wants name=value", json, problem)) return false;
    }
    if (ask.test) json.field("test", true);
    if (ask.human_agent) json.field("human_agent", true);
    body = json.end_object().take();
    return true;
}

}  // namespace postern::cli
