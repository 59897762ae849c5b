// One kind of content, titles and payloads within their limits (Send API reference, read August
// 2026).
#include "gateway/sim/meta_content.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "gateway/sim/meta_attachments.h"

namespace postern::sim {
namespace {

using simdjson::SUCCESS;
using List = simdjson::dom::array;

constexpr std::array<std::string_view, 4> media_types = {"image", "audio", "video", "file"};

template <class List_>
bool is_in(const List_& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string check_button(JsonElement element) {
    JsonObject button;
    if (element.get(button) != SUCCESS) return "a button is an object";
    const std::string_view type = text_of(button, "type");
    const std::string_view title = text_of(button, "title");
    if (title.empty() || characters(title) > 20) return "a button's title has 1 to 20 characters";
    if (type == "postback") {
        const std::size_t payload = text_of(button, "payload").size();
        return payload == 0 || payload > 1'000 ? "a postback's payload has 1 to 1000 bytes" : "";
    }
    if (type == "web_url") return is_http_url(text_of(button, "url")) ? "" : "a button's url";
    if (type == "phone_number") {
        return is_phone(text_of(button, "payload")) ? "" : "a button's phone number";
    }
    return "a button of no known type";
}

std::string check_buttons(const JsonObject& holder, bool required) {
    List buttons;
    if (!array_of(holder, "buttons", buttons)) return required ? "buttons are missing" : "";
    if (buttons.size() == 0 || buttons.size() > 3) return "1 to 3 buttons";
    for (const JsonElement button : buttons) {
        if (std::string problem = check_button(button); !problem.empty()) return problem;
    }
    return {};
}

std::string check_element(JsonElement element) {
    JsonObject card;
    if (element.get(card) != SUCCESS) return "an element is an object";
    const std::string_view title = text_of(card, "title");
    if (title.empty() || characters(title) > 80) return "an element's title has 1 to 80 characters";
    if (characters(text_of(card, "subtitle")) > 80) return "a subtitle has at most 80 characters";
    if (has(card, "image_url") && !is_http_url(text_of(card, "image_url"))) return "an image_url";
    return check_buttons(card, false);
}

std::string check_template(const JsonObject& payload, Call& call) {
    const std::string_view type = text_of(payload, "template_type");
    if (type == "button") {
        call.text = text_of(payload, "text");
        if (call.text.empty() || characters(call.text) > 640) return "text has 1 to 640 characters";
        return check_buttons(payload, true);
    }
    List elements;
    if (type != "generic") return "no such template_type";
    if (!array_of(payload, "elements", elements) || elements.size() == 0 || elements.size() > 10) {
        return "1 to 10 elements";
    }
    JsonObject first;
    if (elements.at(0).get(first) == SUCCESS) call.text = text_of(first, "title");
    for (const JsonElement element : elements) {
        if (std::string problem = check_element(element); !problem.empty()) return problem;
    }
    return {};
}

bool takes_type(const MetaSendRules& rules, std::string_view type) {
    const std::string spaced = fmt::format(" {}", rules.more_types);
    return is_in(media_types, type) || spaced.find(fmt::format(" {} ", type)) != spaced.npos;
}

std::string check_attachment(const JsonObject& attachment, const MetaSendRules& rules, Call& call) {
    const std::string_view type = text_of(attachment, "type");
    JsonObject payload;
    if (type == "like_heart" && takes_type(rules, type)) return {};
    if (!object_of(attachment, "payload", payload)) return "attachment['payload'] is missing";
    if (type == "template") return check_template(payload, call);
    if (!takes_type(rules, type)) return "no such attachment type";
    if (has(payload, "attachment_id") || has(payload, "id"))
        return check_meta_attachment(payload, type, rules, *call.account);
    if (!is_http_url(text_of(payload, "url"))) return "the attachment has no good URL";
    return {};
}

/// Several at once are pictures.
std::string check_images(List images, const MetaSendRules& rules, Call& call) {
    if (images.size() == 0 || images.size() > rules.images_max) {
        return fmt::format("1 to {} images", rules.images_max);
    }
    for (const JsonElement element : images) {
        JsonObject image;
        if (element.get(image) != SUCCESS || text_of(image, "type") != "image") {
            return "several attachments are images";
        }
        if (std::string problem = check_attachment(image, rules, call); !problem.empty())
            return problem;
    }
    return {};
}

std::string check_quick_replies(const JsonObject& message) {
    List replies;
    if (!has(message, "quick_replies")) return {};
    if (!array_of(message, "quick_replies", replies) || replies.size() == 0 ||
        replies.size() > 13) {
        return "1 to 13 quick replies";
    }
    for (const JsonElement element : replies) {
        JsonObject reply;
        if (element.get(reply) != SUCCESS) return "a quick reply is an object";
        const std::string_view type = text_of(reply, "content_type");
        if (type == "user_phone_number" || type == "user_email") continue;
        const std::string_view title = text_of(reply, "title");
        if (type != "text") return "a quick reply of no known content_type";
        if (title.empty() || characters(title) > 20) return "a title has 1 to 20 characters";
        if (text_of(reply, "payload").size() > 1'000) return "a payload has at most 1000 bytes";
    }
    return {};
}

}  // namespace

std::string check_meta_message(const JsonObject& message, const MetaSendRules& rules, Call& call) {
    const bool has_text = has(message, "text");
    const bool has_attachment = has(message, "attachment") || has(message, "attachments");
    if (has_text && has_attachment) return "message takes text or an attachment, not both";
    if (has(message, "metadata")) {
        call.echo = text_of(message, "metadata");
        if (!rules.metadata) return "Invalid keys \"metadata\" were found in param \"message\".";
        if (call.echo.empty() || call.echo.size() > 1'000) return "metadata";
    }
    if (has_text) {
        call.text = text_of(message, "text");
        const std::size_t size = rules.text_in_bytes ? call.text.size() : characters(call.text);
        if (size == 0 || size > rules.text_max) {
            return fmt::format("Length of param message[text] must be less than or equal to {}",
                               rules.text_max);
        }
        return check_quick_replies(message);
    }
    double sticker = 0;
    if (has(message, "sticker_id")) {
        return rules.types && number_of(message, "sticker_id", sticker) ? "" : "sticker_id";
    }
    JsonObject utility;
    if (object_of(message, "template", utility)) {
        call.window_s = -1;
        call.text = text_of(utility, "name");
        return call.text.empty() ? "template['name'] is missing" : "";
    }
    JsonObject attachment;
    List images;
    if (array_of(message, "attachments", images)) return check_images(images, rules, call);
    if (object_of(message, "attachment", attachment) ||
        object_of(message, "attachments", attachment)) {
        std::string problem = check_attachment(attachment, rules, call);
        return problem.empty() ? check_quick_replies(message) : problem;
    }
    return "message needs text or an attachment";
}

}  // namespace postern::sim
