// Methods in one table. A form or a query is read as the JSON object that it stands for, so that
// one set of checks serves all of them.
#include "gateway/sim/telegram_call.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "gateway/sim/form_file.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::string_view empty_upload = "upload of nothing";

using Check = std::string (*)(const JsonObject& object, Call& call);

std::string check_nothing(const JsonObject&, Call&) {
    return {};
}

std::string check_text(const JsonObject& object, Call& call) {
    call.text = text_of(object, "text");
    if (characters(call.text) > 4096) return "message is too long";
    return call.text.find_first_not_of(" \t\r\n") == std::string::npos ? "message text is empty"
                                                                       : std::string();
}

/// A file by id or URL.
std::string check_file(const JsonObject& object, Call& call) {
    const std::string_view name = std::string_view(call.method).substr(4);
    std::string key(name);
    key[0] = static_cast<char>(key[0] + 32);
    if (key == "videoNote") key = "video_note";
    const std::string_view file = text_of(object, key);
    if (file.empty()) return fmt::format("there is no {} in the request", key);
    if (file == empty_upload) return "file must be non-empty";
    if (file.find("://") != std::string_view::npos && !is_http_url(file)) {
        return "wrong HTTP URL specified";
    }
    call.text = text_of(object, "caption");
    return characters(call.text) > 1024 ? "message caption is too long" : "";
}

std::string check_place(const JsonObject& object, Call&) {
    double latitude = 1000;
    double longitude = 1000;
    if (!number_of(object, "latitude", latitude)) return "latitude is empty";
    if (!number_of(object, "longitude", longitude)) return "longitude is empty";
    const bool good = latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180;
    return good ? "" : "bad location";
}

std::string check_venue(const JsonObject& object, Call& call) {
    if (text_of(object, "title").empty()) return "title is empty";
    if (text_of(object, "address").empty()) return "address is empty";
    call.text = text_of(object, "title");
    return check_place(object, call);
}

std::string check_contact(const JsonObject& object, Call& call) {
    call.text = text_of(object, "first_name");
    if (text_of(object, "phone_number").empty()) return "phone number is empty";
    return call.text.empty() ? "first name is empty" : "";
}

std::string check_album(const JsonObject& object, Call& call) {
    simdjson::dom::array media;
    if (!array_of(object, "media", media)) return "there is no media in the request";
    if (media.size() < 2 || media.size() > 10) return "media must have 2 to 10 items";
    for (const JsonElement element : media) {
        JsonObject item;
        if (element.get(item) != simdjson::SUCCESS || text_of(item, "media").empty()) {
            return "media not found";
        }
        if (call.text.empty()) call.text = text_of(item, "caption");
    }
    return {};
}

std::string check_reaction(const JsonObject& object, Call& call) {
    double id = 0;
    if (!number_of(object, "message_id", id)) return "message identifier is not specified";
    simdjson::dom::array reactions;
    if (!array_of(object, "reaction", reactions)) return {};  // none removes it
    if (reactions.size() > 1) return "REACTIONS_TOO_MANY";
    for (const JsonElement element : reactions) {
        JsonObject reaction;
        if (element.get(reaction) != simdjson::SUCCESS) return "can't parse reaction";
        call.text = text_of(reaction, "emoji");
        if (text_of(reaction, "type") != "emoji" || call.text.empty()) return "REACTION_INVALID";
    }
    return {};
}

std::string check_action(const JsonObject& object, Call&) {
    constexpr std::array actions = {
        "typing",        "upload_photo",      "record_video",     "upload_video",
        "record_voice",  "upload_voice",      "choose_sticker",   "upload_document",
        "find_location", "record_video_note", "upload_video_note"};
    const std::string_view action = text_of(object, "action");
    return std::find(actions.begin(), actions.end(), action) != actions.end()
               ? ""
               : "wrong parameter action in request";
}

std::string check_callback(const JsonObject& object, Call&) {
    if (text_of(object, "callback_query_id").empty()) return "invalid query id specified";
    return characters(text_of(object, "text")) > 200 ? "MESSAGE_TOO_LONG" : "";
}

/// A whole number in `least`..`most`, where it is given.
bool read_whole(const JsonObject& object, std::string_view name, std::int64_t least,
                std::int64_t most, std::int64_t& number) {
    if (!has(object, name)) return true;
    const bool whole = object.at_key(name).get(number) == simdjson::SUCCESS;
    return whole && number >= least && number <= most;
}

/// Words that Telegram does not know are left out by it, so they may stand here.
std::string check_webhook(const JsonObject& object, Call& call) {
    constexpr std::string_view problem = "can't parse allowed updates";
    if (!has(object, "allowed_updates")) return {};
    std::string_view spelled;
    simdjson::dom::parser parser;  // of a form the list is text
    simdjson::dom::array kinds;
    const JsonElement given = object.at_key("allowed_updates").value_unsafe();
    const bool is_text = given.get(spelled) == simdjson::SUCCESS;
    const bool list =
        is_text ? parser.parse(spelled.data(), spelled.size()).get(kinds) == simdjson::SUCCESS
                : given.get(kinds) == simdjson::SUCCESS;
    if (!list) return std::string(problem);
    auto& allowed = call.updates.allowed.emplace();
    for (const JsonElement kind : kinds) {
        std::string_view word;
        if (kind.get(word) != simdjson::SUCCESS) return std::string(problem);
        allowed.emplace_back(word);
    }
    return {};
}

std::string check_updates(const JsonObject& object, Call& call) {
    constexpr std::int64_t id_max = 1LL << 52;
    UpdatesWanted& wanted = call.updates;
    if (!read_whole(object, "offset", -id_max, id_max, wanted.offset)) return "invalid offset";
    if (!read_whole(object, "limit", 1, 100, wanted.limit)) return "invalid limit";
    if (!read_whole(object, "timeout", 0, 3'600, wanted.timeout_s)) return "invalid timeout";
    return check_webhook(object, call);
}

struct Method {
    std::string_view name;
    MethodKind kind;
    bool chat;  // needs chat_id
    Check check;
};

constexpr std::array<Method, 21> methods = {{
    {"sendMessage", MethodKind::send, true, check_text},
    {"sendPhoto", MethodKind::send, true, check_file},
    {"sendVideo", MethodKind::send, true, check_file},
    {"sendAudio", MethodKind::send, true, check_file},
    {"sendVoice", MethodKind::send, true, check_file},
    {"sendDocument", MethodKind::send, true, check_file},
    {"sendAnimation", MethodKind::send, true, check_file},
    {"sendSticker", MethodKind::send, true, check_file},
    {"sendVideoNote", MethodKind::send, true, check_file},
    {"sendMediaGroup", MethodKind::send, true, check_album},
    {"sendLocation", MethodKind::send, true, check_place},
    {"sendVenue", MethodKind::send, true, check_venue},
    {"sendContact", MethodKind::send, true, check_contact},
    {"setMessageReaction", MethodKind::send, true, check_reaction},
    {"sendChatAction", MethodKind::other, true, check_action},
    {"answerCallbackQuery", MethodKind::other, false, check_callback},
    {"getMe", MethodKind::other, false, check_nothing},
    {"getWebhookInfo", MethodKind::other, false, check_nothing},
    {"setWebhook", MethodKind::other, false, check_webhook},
    {"deleteWebhook", MethodKind::other, false, check_nothing},
    {"getUpdates", MethodKind::other, false, check_updates},
}};

/// A number, its digits, or "@name".
bool read_chat(const JsonObject& object, std::string& to) {
    std::int64_t id = 0;
    if (object.at_key("chat_id").get(id) == simdjson::SUCCESS) {
        to = std::to_string(id);
        return id != 0;
    }
    to = text_of(object, "chat_id");
    if (to.starts_with('@')) return to.size() > 1;
    const std::string_view digits = std::string_view(to).substr(to.starts_with('-'));
    return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string check_button(JsonElement element) {
    JsonObject button;
    if (element.get(button) != simdjson::SUCCESS) return "can't parse inline keyboard button";
    if (text_of(button, "text").empty()) return "can't parse inline keyboard button: no text";
    bool has_data = false;
    const std::string_view data = text_of(button, "callback_data", &has_data);
    if (has_data && (data.empty() || data.size() > 64)) return "BUTTON_DATA_INVALID";
    if (!has_data && !is_http_url(text_of(button, "url"))) {
        return "Text buttons are unallowed in the inline keyboard";
    }
    return {};
}

std::string check_common(const JsonObject& object) {
    const std::string_view mode = text_of(object, "parse_mode");
    if (!mode.empty() && mode != "HTML" && mode != "MarkdownV2" && mode != "Markdown") {
        return "unsupported parse_mode";
    }
    JsonObject reply;
    double id = 0;
    if (has(object, "reply_parameters") &&
        (!object_of(object, "reply_parameters", reply) || !number_of(reply, "message_id", id))) {
        return "can't parse reply parameters";
    }
    JsonObject markup;
    if (!has(object, "reply_markup")) return {};
    if (!object_of(object, "reply_markup", markup)) return "object expected as reply markup";
    simdjson::dom::array rows;
    if (!array_of(markup, "inline_keyboard", rows)) return {};
    for (const JsonElement row_element : rows) {
        simdjson::dom::array row;
        if (row_element.get(row) != simdjson::SUCCESS) return "can't parse inline keyboard";
        for (const JsonElement button : row) {
            if (std::string problem = check_button(button); !problem.empty()) return problem;
        }
    }
    return {};
}

/// A file that came along stands for itself, under the name of its part.
bool read_upload(const net::Request& request, Form& fields) {
    FormFile form;
    if (!read_form_file(request, form)) return false;
    for (const auto& [name, value] : form.fields) fields.emplace_back(name, value);
    fields.emplace_back(form.name, form.bytes.empty()
                                       ? std::string(empty_upload)
                                       : fmt::format("upload of {} bytes", form.bytes.size()));
    return true;
}

/// Values that are JSON themselves (numbers, objects, arrays, truth) stand for it.
std::string form_as_json(const Form& form) {
    JsonText json;
    json.begin_object();
    for (const auto& [name, value] : form) {
        simdjson::dom::parser parser;
        simdjson::dom::element parsed;
        const bool is_json = name != "text" && name != "caption" &&
                             parser.parse(value).get(parsed) == simdjson::SUCCESS;
        is_json ? json.field_raw(name, value) : json.field(name, value);
    }
    std::string text = json.end_object().take();
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    return text;
}

}  // namespace

MethodKind read_method(const net::Request& request, std::string_view name, Call& call,
                       std::string& problem) {
    // Telegram folds case in names of methods.
    const auto* method = std::find_if(methods.begin(), methods.end(), [name](const Method& m) {
        return std::equal(m.name.begin(), m.name.end(), name.begin(), name.end(),
                          [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    });
    if (method == methods.end()) return MethodKind::unknown;
    call.method = method->name;
    std::string spelled;
    std::string_view body = request.body;
    if (!is_media_type(request, "application/json")) {
        const bool form = is_media_type(request, "application/x-www-form-urlencoded");
        Form fields = parse_form(form ? request.body : std::string_view());
        if (is_media_type(request, "multipart/form-data") && !read_upload(request, fields)) {
            problem = "can't parse the form";
            return MethodKind::refused;
        }
        for (auto& field : parse_form(request.query)) fields.push_back(std::move(field));
        spelled = form_as_json(fields);
        body = spelled;
    }
    JsonObject object;
    if (!parse_object(body, object)) {
        problem = "can't parse JSON object";
        return MethodKind::refused;
    }
    if (method->chat && !read_chat(object, call.to)) {
        problem = call.to.empty() ? "chat_id is empty" : "chat not found";
        return MethodKind::refused;
    }
    problem = method->check(object, call);
    if (problem.empty()) problem = check_common(object);
    return problem.empty() ? method->kind : MethodKind::refused;
}

std::string method_result(const Call& call) {
    const Endpoint& endpoint = call.account->endpoint;
    JsonText json;
    json.begin_object().field("ok", true).key("result");
    if (call.method == "getMe") {
        json.begin_object().field_raw("id", endpoint.own_id).field("is_bot", true);
        json.field("first_name", "Simulated").field("username", "simulated_bot").end_object();
    } else if (call.method == "getWebhookInfo") {
        json.begin_object().field("url", endpoint.url).field("has_custom_certificate", false);
        json.field("pending_update_count", 0).field("max_connections", 40);
        const auto& updates = call.account->updates;
        if (updates && !updates->empty()) {
            json.key("allowed_updates").begin_array();
            for (const std::string& kind : *updates) json.value(kind);
            json.end_array();
        }
        json.end_object();
    } else {
        json.value(true);
    }
    return json.end_object().take();
}

}  // namespace postern::sim
