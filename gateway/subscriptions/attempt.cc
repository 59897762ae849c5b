// Headers and words of one delivery.
#include "gateway/subscriptions/attempt.h"

#include <algorithm>
#include <charconv>

#include "gateway/model/json.h"
#include "gateway/subscriptions/signature.h"

namespace postern::subscriptions {
namespace {

constexpr std::chrono::hours retry_after_max{1};
constexpr std::size_t answer_bytes_max = 64 * 1024;

/// Seconds only; a date is rare, and the schedule is there.
std::chrono::milliseconds read_retry_after(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0) return {};
    const std::int64_t most = std::chrono::seconds{retry_after_max}.count();
    return std::chrono::seconds{std::min(seconds, most)};
}

}  // namespace

net::ClientRequest make_request(const model::SubscriptionRow& row, std::string id, std::string body,
                                model::Instant now) {
    const std::int64_t timestamp =
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    std::string signatures = sign(row.secret, id, timestamp, body);
    if (row.previous_until > now)
        signatures += " " + sign(row.previous_secret, id, timestamp, body);
    net::ClientRequest request;
    request.method = "POST";
    request.url = row.url;
    request.headers = {{"Content-Type", "application/json"},
                       {"User-Agent", "Postern"},
                       {"webhook-id", std::move(id)},
                       {"webhook-timestamp", std::to_string(timestamp)},
                       {"webhook-signature", std::move(signatures)}};
    request.body = std::move(body);
    request.total_timeout = attempt_limit;
    request.body_bytes_max = answer_bytes_max;
    return request;
}

net::ClientRequest make_ping(const model::SubscriptionRow& row, model::Instant now,
                             std::uint64_t number) {
    std::string id = "ping_";
    model::append_ulid(model::make_ulid(now, 0, number), id);
    std::string body;
    model::JsonWriter json(body);
    json.begin_object().member("id", id).member("type", "subscription.ping").member("time", now);
    json.key("account").null().key("channel").null().key("data").begin_object();
    json.member("subscription", id_of(row)).end_object().end_object();
    return make_request(row, std::move(id), std::move(body), now);
}

Outcome outcome_of(const net::ClientResponse& response) {
    Outcome outcome;
    outcome.status = response.status;
    // An endpoint that said 2xx took the event, whatever became of the rest of its answer.
    outcome.delivered = response.status >= 200 && response.status < 300;
    if (outcome.delivered) return outcome;
    if (response.status == 0) {
        outcome.error = response.error.message();
        return outcome;
    }
    outcome.error = "status " + std::to_string(response.status);
    if (response.status == 429 || response.status == 503)
        outcome.retry_after = read_retry_after(response.header("Retry-After"));
    return outcome;
}

}  // namespace postern::subscriptions
