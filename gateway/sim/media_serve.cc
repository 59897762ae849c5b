// How each simulated provider serves the media that its webhooks name.
#include "gateway/sim/media_serve.h"

#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/media.h"

namespace postern::sim {
namespace {

net::Response answer(int status, std::string body, std::string_view type = "application/json") {
    net::Response response;
    response.status = status;
    response.content_type = type;
    response.body = std::move(body);
    return response;
}

net::Response bytes_of(std::string_view id) {
    const auto type = medium_type(id);
    if (!type) return answer(404, R"({"error":"no such medium"})");
    return answer(200, medium_bytes(id), type->mime);
}

std::string host_of(const net::Request& request) {
    return "http://" + std::string(request.header("host"));
}

bool has_credentials(const net::Request& request, std::string_view scheme) {
    const std::string_view value = request.header("authorization");
    return value.starts_with(scheme) && value.size() > scheme.size();
}

net::Response graph_error(int status, std::string_view words) {
    JsonText json;
    json.begin_object().key("error").begin_object().field("message", words);
    json.field("type", "OAuthException").field("code", status == 401 ? 190 : 100).end_object();
    json.end_object();
    return answer(status, json.take());
}

/// GET /whatsapp/{id}, then GET /whatsapp/media/{id}: both with the token.
std::optional<net::Response> whatsapp(const net::Request& request, std::string_view rest) {
    constexpr std::string_view files = "media/";
    const bool file = rest.starts_with(files);
    if (file) rest.remove_prefix(files.size());
    if (rest.find('/') != std::string_view::npos) return std::nullopt;
    if (!has_credentials(request, "Bearer ")) return graph_error(401, "Invalid OAuth access token");
    const auto type = medium_type(rest);
    if (!type) return graph_error(400, "Unsupported get request: no such object");
    if (file) return bytes_of(rest);
    JsonText json;
    json.begin_object().field("messaging_product", "whatsapp");
    json.field("url", host_of(request) + "/whatsapp/media/" + std::string(rest));
    json.field("mime_type", type->mime).field("id", rest);
    json.field("file_size", medium_bytes(rest).size()).end_object();
    return answer(200, json.take());
}

/// GET /telegram/bot{token}/getFile, then GET /telegram/file/bot{token}/{path}.
std::optional<net::Response> telegram(const net::Request& request, std::string_view rest) {
    constexpr std::string_view files = "file/bot";
    if (rest.starts_with(files)) {
        const std::size_t slash = rest.rfind('/');
        const std::string_view name = rest.substr(slash + 1);
        return bytes_of(name.substr(0, name.find('.')));
    }
    if (!rest.starts_with("bot") || !rest.ends_with("/getFile")) return std::nullopt;
    std::string id = request.query_value("file_id");
    if (id.starts_with("AgA")) id.erase(0, 3);
    const auto type = medium_type(id);
    if (!type) {
        return answer(400, R"({"ok":false,"error_code":400,)"
                           R"("description":"Bad Request: invalid file_id"})");
    }
    JsonText json;
    json.begin_object().field("ok", true).key("result").begin_object();
    json.field("file_id", "AgA" + id).field("file_unique_id", "u" + id);
    json.field("file_size", medium_bytes(id).size());
    json.field("file_path", fmt::format("files/{}.{}", id, type->extension));
    json.end_object().end_object();
    return answer(200, json.take());
}

/// GET …/Media/{id}: with the password, and only a redirect to where the bytes are.
std::optional<net::Response> twilio(const net::Request& request, std::string_view rest) {
    constexpr std::string_view files = "cdn/";
    if (rest.starts_with(files)) return bytes_of(rest.substr(files.size()));
    const std::size_t media = rest.find("/Media/ME");
    if (media == std::string_view::npos) return std::nullopt;
    if (!has_credentials(request, "Basic "))
        return answer(401, R"({"code":20003,"message":"Authenticate","status":401})");
    net::Response response = answer(307, {});
    response.headers.emplace_back(
        "Location", host_of(request) + "/twilio/cdn/" + std::string(rest.substr(media + 9)));
    return response;
}

/// GET /line/v2/bot/message/{id}/content, with the token.
std::optional<net::Response> line(const net::Request& request, std::string_view rest) {
    constexpr std::string_view before = "v2/bot/message/";
    if (!rest.starts_with(before)) return std::nullopt;
    rest.remove_prefix(before.size());
    const std::string_view id = rest.substr(0, rest.find('/'));
    if (rest.substr(id.size()) != "/content") return std::nullopt;
    if (!has_credentials(request, "Bearer "))
        return answer(401, R"({"message":"Authentication failed."})");
    if (!medium_type(id)) return answer(404, R"({"message":"Not found"})");
    return bytes_of(id);
}

/// GET /wechat/cgi-bin/media/get?access_token=…&media_id=…
std::optional<net::Response> wechat(const net::Request& request, std::string_view rest) {
    if (rest != "cgi-bin/media/get") return std::nullopt;
    if (request.query_value("access_token").empty())
        return answer(200, R"({"errcode":41001,"errmsg":"access_token missing"})");
    const std::string id = request.query_value("media_id");
    if (!medium_type(id)) return answer(200, R"({"errcode":40007,"errmsg":"invalid media_id"})");
    return bytes_of(id);
}

}  // namespace

std::optional<net::Response> serve_medium(const net::Request& request) {
    if (request.method != "GET") return std::nullopt;
    const std::size_t slash = request.path.find('/', 1);
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view channel = request.path.substr(1, slash - 1);
    const std::string_view rest = request.path.substr(slash + 1);
    if (channel == "whatsapp") return whatsapp(request, rest);
    if (channel == "telegram") return telegram(request, rest);
    if (channel == "twilio") return twilio(request, rest);
    if (channel == "line") return line(request, rest);
    if (channel == "wechat") return wechat(request, rest);
    if (channel != "http" || !rest.starts_with("media/")) return std::nullopt;
    const std::string_view name = rest.substr(6);
    return bytes_of(name.substr(0, name.find('.')));
}

}  // namespace postern::sim
