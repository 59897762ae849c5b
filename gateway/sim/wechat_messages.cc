// One checker a message type. Codes: global return codes (2026).
#include "gateway/sim/wechat_messages.h"

#include "gateway/sim/wechat_media.h"

namespace postern::sim {
namespace {

using simdjson::SUCCESS;
using List = simdjson::dom::array;

constexpr WechatProblem bad_data = {47001, "data format error"};
constexpr WechatProblem bad_media = {40007, "invalid media_id"};

WechatProblem check_news(const JsonObject& news, Call& call) {
    List articles;
    JsonObject article;
    if (!array_of(news, "articles", articles)) return {44003, "empty news data"};
    if (articles.size() != 1) return {45008, "article size out of limit"};
    if (articles.at(0).get(article) != SUCCESS) return bad_data;
    call.text = text_of(article, "title");
    if (call.text.size() > 64) return {45003, "title size out of limit"};
    return {};
}

WechatProblem check_menu(const JsonObject& menu, Call& call) {
    List rows;
    call.text = text_of(menu, "head_content");
    if (!array_of(menu, "list", rows) || rows.size() == 0) return {44004, "empty content"};
    if (rows.size() > 10) return {45008, "list size out of limit"};
    for (const JsonElement element : rows) {
        JsonObject row;
        const bool good = element.get(row) == SUCCESS && !text_of(row, "id").empty() &&
                          !text_of(row, "content").empty();
        if (!good) return bad_data;
    }
    return {};
}

WechatProblem check_content(std::string_view type, const JsonObject& content, Call& call) {
    if (type == "text") {
        call.text = text_of(content, "content");
        if (call.text.empty()) return {44004, "empty content"};
        return call.text.size() > 2'048 ? WechatProblem{45002, "content size out of limit"}
                                        : WechatProblem{};
    }
    if (type == "image" || type == "voice" || type == "video") {
        call.text = text_of(content, "title");
        const std::string_view thumb = text_of(content, "thumb_media_id");
        const bool shown = thumb.empty() || has_wechat_medium(*call.account, thumb, "thumb") ||
                           has_wechat_medium(*call.account, thumb, "image");
        const bool known = has_wechat_medium(*call.account, text_of(content, "media_id"), type);
        return known && shown ? WechatProblem{} : bad_media;
    }
    // Permanent material, which is put together by hand in WeChat's own pages.
    if (type == "mpnews") return text_of(content, "media_id").empty() ? bad_media : WechatProblem{};
    if (type == "news") return check_news(content, call);
    if (type == "msgmenu") return check_menu(content, call);
    if (type == "music" || type == "miniprogrampage" || type == "wxcard") return {};
    return {40008, "invalid message type"};
}

}  // namespace

WechatProblem check_wechat_message(const JsonObject& body, Call& call) {
    call.to = text_of(body, "touser");
    if (call.to.empty()) return {40003, "invalid openid"};
    const std::string_view type = text_of(body, "msgtype");
    JsonObject content;
    if (type.empty()) return {40008, "invalid message type"};
    if (!object_of(body, type, content)) return bad_data;
    return check_content(type, content, call);
}

WechatProblem check_wechat_template(const JsonObject& body, Call& call) {
    call.to = text_of(body, "touser");
    if (call.to.empty()) return {40003, "invalid openid"};
    call.text = text_of(body, "template_id");
    if (call.text.empty()) return {40037, "invalid template_id"};
    JsonObject data;
    if (!object_of(body, "data", data)) return bad_data;
    for (const auto& [name, element] : data) {
        JsonObject field;
        bool found = false;
        if (element.get(field) != SUCCESS) return {47003, "argument invalid"};
        const std::string_view value = text_of(field, "value", &found);
        if (!found) return {47003, "argument invalid"};
        call.text.append(" ").append(value);
    }
    call.method = "template";
    call.retry_key = text_of(body, "client_msg_id");
    call.echo = call.retry_key;
    return {};
}

}  // namespace postern::sim
