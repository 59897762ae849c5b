// Buttons, lists, links and template components. Limits: interactive messages reference, August
// 2026.
#include "gateway/sim/whatsapp_interactive.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

GraphProblem read_reply_buttons(const JsonObject& action) {
    simdjson::dom::array buttons;
    if (!array_of(action, "buttons", buttons)) return {131008, "action['buttons'] is missing"};
    if (buttons.size() < 1 || buttons.size() > 3) return {131009, "buttons must be 1 to 3"};
    std::set<std::string_view> ids;
    std::set<std::string_view> titles;
    for (const JsonElement element : buttons) {
        JsonObject button;
        JsonObject reply;
        if (element.get(button) != simdjson::SUCCESS || text_of(button, "type") != "reply" ||
            !object_of(button, "reply", reply)) {
            return {131009, "a button must have type 'reply' and 'reply'"};
        }
        const std::string_view id = text_of(reply, "id");
        const std::string_view title = text_of(reply, "title");
        if (auto problem = check_length("reply", "id", id, 1, 256)) return problem;
        if (auto problem = check_length("reply", "title", title, 1, 20)) return problem;
        if (!ids.insert(id).second) return {131009, "duplicated button id"};
        if (!titles.insert(title).second) return {131009, "duplicated button title"};
    }
    return {};
}

GraphProblem read_row(JsonElement element, std::set<std::string_view>& ids) {
    JsonObject row;
    if (element.get(row) != simdjson::SUCCESS) return {131009, "a row is no object"};
    const std::string_view id = text_of(row, "id");
    if (auto problem = check_length("row", "id", id, 1, 200)) return problem;
    if (auto problem = check_length("row", "title", text_of(row, "title"), 1, 24)) return problem;
    if (!ids.insert(id).second) return {131009, "duplicated row id"};
    return check_length("row", "description", text_of(row, "description"), 0, 72);
}

GraphProblem read_list(const JsonObject& action) {
    const std::string_view label = text_of(action, "button");
    if (auto problem = check_length("action", "button", label, 1, 20)) return problem;
    simdjson::dom::array sections;
    if (!array_of(action, "sections", sections)) return {131008, "action['sections'] is missing"};
    if (sections.size() < 1 || sections.size() > 10) return {131009, "sections must be 1 to 10"};
    std::set<std::string_view> ids;
    for (const JsonElement element : sections) {
        JsonObject section;
        simdjson::dom::array rows;
        if (element.get(section) != simdjson::SUCCESS || !array_of(section, "rows", rows)) {
            return {131008, "section['rows'] is missing"};
        }
        const std::size_t title_min = sections.size() > 1 ? 1 : 0;
        const std::string_view title = text_of(section, "title");
        if (auto problem = check_length("section", "title", title, title_min, 24)) return problem;
        for (const JsonElement row : rows) {
            if (auto problem = read_row(row, ids)) return problem;
        }
    }
    if (ids.empty() || ids.size() > 10) return {131009, "rows must be 1 to 10 in all"};
    return {};
}

GraphProblem read_link(const JsonObject& action) {
    JsonObject parameters;
    if (!object_of(action, "parameters", parameters)) {
        return {131008, "action['parameters'] is missing"};
    }
    if (text_of(action, "name") != "cta_url") return {131009, "action['name'] must be cta_url"};
    if (!is_http_url(text_of(parameters, "url"))) return {131009, "parameters['url'] is no URL"};
    return check_length("parameters", "display_text", text_of(parameters, "display_text"), 1, 20);
}

GraphProblem read_header(const JsonObject& object, bool text_only) {
    if (!has(object, "header")) return {};
    JsonObject header;
    if (!object_of(object, "header", header)) return {131009, "header is no object"};
    const std::string_view type = text_of(header, "type");
    if (type == "text") return check_length("header", "text", text_of(header, "text"), 1, 60);
    JsonObject media;
    const bool known = type == "image" || type == "video" || type == "document";
    if (text_only || !known || !object_of(header, type, media)) {
        return {131009, fmt::format("header of type '{}' is not valid here", type)};
    }
    return {};
}

}  // namespace

GraphProblem unexpected_key(std::string_view key, std::string_view object) {
    return {100, fmt::format("(#100) Unexpected key \"{}\" on param \"{}\".", key, object)};
}

GraphProblem check_keys(const JsonObject& object, std::string_view name,
                        std::initializer_list<std::string_view> allowed) {
    for (const auto& [key, value] : object) {
        if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
            return unexpected_key(key, name);
        }
    }
    return {};
}

GraphProblem check_length(std::string_view object, std::string_view key, std::string_view text,
                          std::size_t min, std::size_t max) {
    const std::size_t length = characters(text);
    if (length < min) return {131008, fmt::format("{}['{}'] is missing or empty", object, key)};
    if (length <= max) return {};
    return {100, fmt::format("(#100) Param {}['{}'] must be at most {} characters long.", object,
                             key, max)};
}

GraphProblem read_interactive(const JsonObject& object, std::string_view, GraphMessage& out) {
    JsonObject body;
    JsonObject footer;
    JsonObject action;
    const std::string_view type = text_of(object, "type");
    if (!object_of(object, "body", body)) return {131008, "interactive['body'] is missing"};
    if (!object_of(object, "action", action)) return {131008, "interactive['action'] is missing"};
    out.text = text_of(body, "text");
    const std::size_t body_max = type == "list" ? 4096 : 1024;
    if (auto problem = check_length("body", "text", out.text, 1, body_max)) return problem;
    if (object_of(object, "footer", footer)) {
        if (auto problem = check_length("footer", "text", text_of(footer, "text"), 1, 60)) {
            return problem;
        }
    }
    if (auto problem = read_header(object, type == "list")) return problem;
    if (type == "button") return read_reply_buttons(action);
    if (type == "list") return read_list(action);
    if (type == "cta_url") return read_link(action);
    if (type == "location_request_message" && text_of(action, "name") == "send_location") return {};
    return {131009, fmt::format("interactive['type'] '{}' is not valid", type)};
}

GraphProblem read_component(JsonElement element, std::string& text) {
    JsonObject component;
    if (element.get(component) != simdjson::SUCCESS) return {132012, "a component is no object"};
    const std::string_view type = text_of(component, "type");
    if (type != "header" && type != "body" && type != "button") {
        return {132012, fmt::format("component type '{}' is not valid", type)};
    }
    if (type == "button" && (text_of(component, "sub_type").empty() || !has(component, "index"))) {
        return {132012, "a button component needs sub_type and index"};
    }
    simdjson::dom::array parameters;
    if (!has(component, "parameters")) return {};
    if (!array_of(component, "parameters", parameters)) {
        return {132012, "component['parameters'] must be an array"};
    }
    for (const JsonElement parameter_element : parameters) {
        JsonObject parameter;
        if (parameter_element.get(parameter) != simdjson::SUCCESS) {
            return {132012, "a parameter is no object"};
        }
        const std::string_view kind = text_of(parameter, "type");
        if (!has(parameter, kind)) {
            return {132012, fmt::format("a parameter of type '{}' must have '{}'", kind, kind)};
        }
        const std::string_view value = text_of(parameter, kind);
        if (kind == "text" && value.empty()) return {131008, "a text parameter is empty"};
        if (kind == "text" && value.find_first_of("\n\t") != std::string_view::npos) {
            return {132007, "a parameter has a line break or a tab"};
        }
        text.append("|").append(value);
    }
    return {};
}

}  // namespace postern::sim
