#include "gateway/alarms/post_way.h"

#include <fmt/format.h>

#include "gateway/model/json.h"
#include "gateway/subscriptions/signature.h"

namespace postern::alarms {
namespace {

constexpr std::size_t answer_bytes_max = 16 * 1024;

std::string words_of(const Notice& notice, std::string_view host) {
    switch (notice.turn) {
        case Turn::began:
            return fmt::format("Postern on {}: {}", host, notice.condition.detail);
        case Turn::lasts:
            return fmt::format("Postern on {}, still: {}", host, notice.condition.detail);
        case Turn::ended:
            return fmt::format("Postern on {}, over: {}", host, notice.condition.detail);
    }
    return {};
}

}  // namespace

net::ClientRequest make_notice_request(const PostTarget& target, const Telling& what,
                                       std::string_view host, model::Instant now) {
    const Notice& notice = what.notice;
    net::ClientRequest request;
    request.method = "POST";
    request.url = target.url;
    request.body_bytes_max = answer_bytes_max;
    model::JsonWriter json(request.body);
    json.begin_object().member("id", what.id).member("type", to_string(notice.turn));
    json.member("time", notice.at).member("text", words_of(notice, host));
    json.key("data").begin_object().member("host", host);
    json.member("condition", to_string(notice.condition.kind));
    json.member_or_null("subject", notice.condition.subject);
    json.member("detail", notice.condition.detail).member("since", notice.since);
    json.end_object().end_object();
    const std::int64_t timestamp =
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    request.headers = {{"Content-Type", "application/json"},
                       {"User-Agent", "Postern"},
                       {"webhook-id", what.id},
                       {"webhook-timestamp", std::to_string(timestamp)}};
    if (!target.secret.empty()) {
        request.headers.emplace_back(
            "webhook-signature",
            subscriptions::sign(target.secret, what.id, timestamp, request.body));
    }
    return request;
}

void PostWay::tell(const std::vector<Telling>& what, std::function<void(std::string)> done) {
    target_.client->send(make_notice_request(target_, what.front(), host_, now_()),
                         [done = std::move(done)](const net::ClientResponse& response) {
                             if (response.status >= 200 && response.status < 300) return done({});
                             // The URL may hold a token: it is named by its answer alone.
                             done(response.status != 0 ? fmt::format("status {}", response.status)
                                                       : response.error.message());
                         });
}

}  // namespace postern::alarms
