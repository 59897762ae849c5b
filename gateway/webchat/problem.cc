#include "gateway/webchat/problem.h"

#include "gateway/model/json.h"
#include "gateway/net/reply.h"

namespace postern::webchat {

net::Response problem(int status, std::string_view code) {
    net::Response response;
    response.status = status;
    response.headers.emplace_back("Cache-Control", "no-store");
    if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "2");
    if (status < 400) return response;
    response.content_type = "application/problem+json";
    model::JsonWriter json(response.body);
    json.begin_object().member("type", "about:blank").member("title", net::reason_of(status));
    json.member("status", status).member("code", code).end_object();
    return response;
}

}  // namespace postern::webchat
