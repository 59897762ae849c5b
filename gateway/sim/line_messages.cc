// Limits: Messaging API reference, read July 2026.
#include "gateway/sim/line_messages.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

using simdjson::SUCCESS;
using List = simdjson::dom::array;

constexpr std::string_view empty_word = "May not be empty";
constexpr std::string_view invalid_word = "invalid";

/// A code point outside the basic plane (four bytes of UTF-8) counts two.
std::size_t utf16_units(std::string_view text) {
    std::size_t units = characters(text);
    for (const char c : text) units += static_cast<unsigned char>(c) >= 0xF0;
    return units;
}

LineProblem length(std::string_view text, std::size_t max, std::string property) {
    if (text.empty()) return {std::string(empty_word), std::move(property)};
    if (utf16_units(text) <= max) return {};
    return {fmt::format("Length must be between 0 and {}", max), std::move(property)};
}

LineProblem secure_url(const JsonObject& object, std::string_view name, const std::string& at) {
    const std::string_view url = text_of(object, name);
    if (url.empty()) return {std::string(empty_word), fmt::format("{}.{}", at, name)};
    const bool good = url.starts_with("https://") && is_http_url(url) && url.size() <= 2'000;
    return good ? LineProblem{} : LineProblem{"invalid uri scheme", fmt::format("{}.{}", at, name)};
}

LineProblem check_action(JsonElement element, const std::string& at) {
    JsonObject action;
    if (element.get(action) != SUCCESS) return {std::string(invalid_word), at};
    const std::string_view type = text_of(action, "type");
    const std::string_view label = text_of(action, "label");
    if (utf16_units(label) > 40) return {"Length must be between 0 and 40", at + ".label"};
    if (type == "postback") return length(text_of(action, "data"), 300, at + ".data");
    if (type == "message") return length(text_of(action, "text"), 300, at + ".text");
    if (type == "uri") return length(text_of(action, "uri"), 1'000, at + ".uri");
    for (const std::string_view known :
         {"datetimepicker", "camera", "cameraRoll", "location", "clipboard", "richmenuswitch"}) {
        if (type == known) return {};
    }
    return {std::string(invalid_word), at + ".type"};
}

LineProblem check_actions(const JsonObject& holder, std::size_t max, const std::string& at) {
    List actions;
    if (!array_of(holder, "actions", actions) || actions.size() == 0) {
        return {std::string(empty_word), at + ".actions"};
    }
    if (actions.size() > max) {
        return {fmt::format("The number of actions must be at most {}", max), at + ".actions"};
    }
    std::size_t place = 0;
    for (const JsonElement action : actions) {
        if (auto problem = check_action(action, fmt::format("{}.actions[{}]", at, place++)))
            return problem;
    }
    return {};
}

/// One to three actions a column; of pictures alone, one.
LineProblem check_columns(const JsonObject& one, bool pictures, const std::string& at) {
    List columns;
    if (!array_of(one, "columns", columns) || columns.size() == 0 || columns.size() > 10) {
        return {"Size must be between 1 and 10", at + ".columns"};
    }
    std::size_t place = 0;
    for (const JsonElement element : columns) {
        const std::string inner = fmt::format("{}.columns[{}]", at, place++);
        JsonObject column;
        if (element.get(column) != SUCCESS) return {std::string(invalid_word), inner};
        if (pictures) {
            JsonElement action;
            if (auto problem = secure_url(column, "imageUrl", inner)) return problem;
            if (column.at_key("action").get(action) != SUCCESS)
                return {std::string(empty_word), inner + ".action"};
            if (auto problem = check_action(action, inner + ".action")) return problem;
            continue;
        }
        const bool narrow = has(column, "title") || has(column, "thumbnailImageUrl");
        if (auto problem = length(text_of(column, "text"), narrow ? 60 : 120, inner + ".text"))
            return problem;
        if (auto problem = check_actions(column, 3, inner)) return problem;
    }
    return {};
}

LineProblem check_template(const JsonObject& message, const std::string& at, std::string& text) {
    JsonObject one;
    if (auto problem = length(text_of(message, "altText"), 1'500, at + ".altText")) return problem;
    const std::string inner = at + ".template";
    if (!object_of(message, "template", one)) return {std::string(empty_word), inner};
    const std::string_view type = text_of(one, "type");
    text = text_of(one, "text");
    if (type == "buttons") {
        const bool narrow = has(one, "title") || has(one, "thumbnailImageUrl");
        if (auto problem = length(text, narrow ? 60 : 160, inner + ".text")) return problem;
        return check_actions(one, 4, inner);
    }
    if (type == "confirm") {
        if (auto problem = length(text, 240, inner + ".text")) return problem;
        return check_actions(one, 2, inner);
    }
    if (type != "carousel" && type != "image_carousel") {
        return {std::string(invalid_word), inner + ".type"};
    }
    return check_columns(one, type == "image_carousel", inner);
}

LineProblem check_flex(const JsonObject& message, const std::string& at, std::string& text) {
    JsonObject contents;
    text = text_of(message, "altText");
    if (auto problem = length(text, 1'500, at + ".altText")) return problem;
    if (!object_of(message, "contents", contents)) {
        return {std::string(empty_word), at + ".contents"};
    }
    const std::string_view type = text_of(contents, "type");
    if (type == "bubble" || type == "carousel") return {};
    return {std::string(invalid_word), at + ".contents.type"};
}

LineProblem check_place(const JsonObject& message, const std::string& at, std::string& text) {
    double latitude = 1'000;
    double longitude = 1'000;
    text = text_of(message, "title");
    if (auto problem = length(text, 100, at + ".title")) return problem;
    if (auto problem = length(text_of(message, "address"), 100, at + ".address")) return problem;
    const bool both =
        number_of(message, "latitude", latitude) && number_of(message, "longitude", longitude);
    if (!both) return {std::string(empty_word), at + ".latitude"};
    const bool on_earth =
        latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180;
    return on_earth ? LineProblem{} : LineProblem{std::string(invalid_word), at + ".latitude"};
}

LineProblem check_file(const JsonObject& message, std::string_view type, const std::string& at) {
    if (auto problem = secure_url(message, "originalContentUrl", at)) return problem;
    double duration = 0;
    if (type != "audio") return secure_url(message, "previewImageUrl", at);
    return number_of(message, "duration", duration) && duration > 0
               ? LineProblem{}
               : LineProblem{std::string(empty_word), at + ".duration"};
}

LineProblem check_quick_reply(const JsonObject& message, const std::string& at) {
    JsonObject reply;
    List items;
    if (!has(message, "quickReply")) return {};
    if (!object_of(message, "quickReply", reply) || !array_of(reply, "items", items) ||
        items.size() == 0 || items.size() > 13) {
        return {"Size must be between 1 and 13", at + ".quickReply.items"};
    }
    std::size_t place = 0;
    for (const JsonElement element : items) {
        const std::string inner = fmt::format("{}.quickReply.items[{}]", at, place++);
        JsonObject item;
        JsonElement action;
        if (element.get(item) != SUCCESS || item.at_key("action").get(action) != SUCCESS)
            return {std::string(empty_word), inner + ".action"};
        if (auto problem = check_action(action, inner + ".action")) return problem;
        JsonObject spelled;
        if (action.get(spelled) == SUCCESS && utf16_units(text_of(spelled, "label")) > 20)
            return {"Length must be between 0 and 20", inner + ".action.label"};
    }
    return {};
}

LineProblem check_message(JsonElement element, const std::string& at, std::string& text) {
    JsonObject message;
    if (element.get(message) != SUCCESS) return {std::string(invalid_word), at};
    if (auto problem = check_quick_reply(message, at)) return problem;
    JsonObject sender;
    if (object_of(message, "sender", sender) && utf16_units(text_of(sender, "name")) > 20)
        return {"Length must be between 0 and 20", at + ".sender.name"};
    const std::string_view type = text_of(message, "type");
    if (type == "text" || type == "textV2") {
        text = text_of(message, "text");
        return length(text, 5'000, at + ".text");
    }
    if (type == "image" || type == "video" || type == "audio") return check_file(message, type, at);
    if (type == "location") return check_place(message, at, text);
    if (type == "template") return check_template(message, at, text);
    if (type == "flex") return check_flex(message, at, text);
    if (type == "sticker") {
        const bool both =
            !text_of(message, "packageId").empty() && !text_of(message, "stickerId").empty();
        return both ? LineProblem{} : LineProblem{std::string(empty_word), at + ".stickerId"};
    }
    if (type == "imagemap") {
        const std::string_view base = text_of(message, "baseUrl");
        if (auto problem = length(text_of(message, "altText"), 1'500, at + ".altText"))
            return problem;
        return base.starts_with("https://") ? LineProblem{}
                                            : LineProblem{"invalid uri scheme", at + ".baseUrl"};
    }
    return {std::string(invalid_word), at + ".type"};
}

}  // namespace

LineProblem check_line_messages(const JsonObject& body, std::string& text) {
    List messages;
    if (!array_of(body, "messages", messages) || messages.size() == 0) {
        return {std::string(empty_word), "messages"};
    }
    if (messages.size() > 5) return {"Size must be between 1 and 5", "messages"};
    std::size_t place = 0;
    for (const JsonElement element : messages) {
        std::string words;
        if (auto problem = check_message(element, fmt::format("messages[{}]", place++), words))
            return problem;
        if (text.empty()) text = std::move(words);
    }
    return {};
}

}  // namespace postern::sim
