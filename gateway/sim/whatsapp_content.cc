// One checker a message type, in one table. Limits: messages reference, read August 2026.
#include "gateway/sim/whatsapp_content.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include <fmt/format.h>

#include "gateway/sim/receiver.h"
#include "gateway/sim/whatsapp_interactive.h"

namespace postern::sim {
namespace {

GraphProblem media(const JsonObject& object, std::string_view type, GraphMessage& out) {
    bool has_id = false;
    bool has_link = false;
    const std::string_view id = text_of(object, "id", &has_id);
    const std::string_view link = text_of(object, "link", &has_link);
    if (has_id == has_link) return {131008, fmt::format("{} needs one of id and link", type)};
    if (has_id && id.empty()) return {131009, fmt::format("{}['id'] is empty", type)};
    if (has_link && !is_http_url(link)) return {131009, fmt::format("{}['link'] is no URL", type)};
    const bool captioned = type == "image" || type == "video" || type == "document";
    if (has(object, "caption") && !captioned) return unexpected_key("caption", type);
    if (has(object, "filename") && type != "document") return unexpected_key("filename", type);
    out.text = text_of(object, "caption");
    out.media_id = id;
    out.type = type;
    return check_length(type, "caption", out.text, 0, 1024);
}

GraphProblem text(const JsonObject& object, std::string_view, GraphMessage& out) {
    if (auto problem = check_keys(object, "text", {"body", "preview_url"})) return problem;
    bool flag = false;
    if (has(object, "preview_url") && object.at_key("preview_url").get(flag) != simdjson::SUCCESS) {
        return {100, "(#100) Param text['preview_url'] must be a boolean."};
    }
    out.text = text_of(object, "body");
    return check_length("text", "body", out.text, 1, 4096);
}

GraphProblem location(const JsonObject& object, std::string_view, GraphMessage& out) {
    double latitude = 1000;
    double longitude = 1000;
    const bool both =
        number_of(object, "latitude", latitude) && number_of(object, "longitude", longitude);
    if (!both) return {131008, "location needs latitude and longitude as numbers"};
    if (latitude < -90 || latitude > 90 || longitude < -180 || longitude > 180) {
        return {131009, "location is not on earth"};
    }
    out.text = text_of(object, "name");
    return check_keys(object, "location", {"latitude", "longitude", "name", "address"});
}

GraphProblem reaction(const JsonObject& object, std::string_view, GraphMessage& out) {
    bool has_emoji = false;
    out.text = text_of(object, "emoji", &has_emoji);
    if (text_of(object, "message_id").empty()) return {131008, "reaction['message_id'] is missing"};
    if (!has_emoji) return {131008, "reaction['emoji'] is missing"};
    return check_keys(object, "reaction", {"message_id", "emoji"});
}

GraphProblem template_content(const JsonObject& object, std::string_view, GraphMessage& out) {
    const std::string_view name = text_of(object, "name");
    const bool spelled = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (name.empty() || name.size() > 512 || !spelled) return {100, "template['name'] is invalid"};
    JsonObject language;
    if (!object_of(object, "language", language) || text_of(language, "code").empty()) {
        return {131008, "template['language']['code'] is missing"};
    }
    out.template_name = name;
    out.text = name;
    simdjson::dom::array components;
    if (!has(object, "components")) return {};
    if (!array_of(object, "components", components)) {
        return {100, "(#100) Param template['components'] must be an array."};
    }
    for (const JsonElement component : components) {
        if (auto problem = read_component(component, out.text)) return problem;
    }
    return {};
}

GraphProblem contacts(const JsonObject& message, GraphMessage& out) {
    simdjson::dom::array list;
    if (!array_of(message, "contacts", list) || list.size() == 0) {
        return {131008, "contacts is missing or empty"};
    }
    for (const JsonElement element : list) {
        JsonObject contact;
        JsonObject name;
        if (element.get(contact) != simdjson::SUCCESS || !object_of(contact, "name", name) ||
            text_of(name, "formatted_name").empty()) {
            return {131008, "contacts['name']['formatted_name'] is missing"};
        }
        // A name needs one part beside the formatted one.
        constexpr std::array parts = {"first_name", "last_name", "middle_name", "suffix", "prefix"};
        const bool part = std::any_of(parts.begin(), parts.end(), [&name](const char* key) {
            return !text_of(name, key).empty();
        });
        if (!part) return {131009, "contacts['name'] needs first_name or another part"};
        if (out.text.empty()) out.text = text_of(name, "formatted_name");
    }
    return {};
}

struct Type {
    std::string_view name;
    GraphProblem (*check)(const JsonObject& object, std::string_view type, GraphMessage& out);
};

constexpr std::array<Type, 10> types = {{
    {"text", text},
    {"image", media},
    {"video", media},
    {"audio", media},
    {"document", media},
    {"sticker", media},
    {"location", location},
    {"reaction", reaction},
    {"interactive", read_interactive},
    {"template", template_content},
}};

}  // namespace

GraphProblem read_content(const JsonObject& message, GraphMessage& out) {
    std::string_view name = "text";
    if (has(message, "type")) name = text_of(message, "type");
    if (name == "contacts") return contacts(message, out);
    for (const Type& type : types) {
        if (type.name != name) continue;
        JsonObject object;
        if (!object_of(message, name, object)) {
            return {131008, fmt::format("Required parameter '{}' is missing", name)};
        }
        return type.check(object, name, out);
    }
    return {131009, fmt::format("Parameter value is not valid: type '{}'", name)};
}

}  // namespace postern::sim
