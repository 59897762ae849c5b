// Through the intake like everything that comes in, so that it stands in the order of it.
#include "gateway/lines/account_news.h"

#include <memory>

#include "gateway/model/json.h"

namespace postern::lines {

void tell_account_news(const Ground& ground, net::IoThread& thread, const std::string& account,
                       const Way& way, std::string_view state, std::string_view problem) {
    const model::Instant now = ground.clock().wall;
    adapters::InboundSignal signal;
    signal.kind = adapters::SignalKind::account_health;
    signal.dedupe_id = std::string(way.type) + ":" + std::string(state) + ":" +
                       std::to_string(now.time_since_epoch().count());
    signal.provider_type = way.type;
    signal.provider_time = now;
    model::JsonWriter(signal.details_json)
        .begin_object()
        .member("state", state)
        .member("problem", problem)
        .end_object();
    ingress::Arrival arrival;
    arrival.account = account;
    arrival.raw = std::make_shared<const std::string>(signal.details_json);
    arrival.method = way.method;
    arrival.target = way.target;
    arrival.batch.emplace();
    arrival.batch->items.push_back({std::move(signal), {}, *arrival.raw});
    ground.intake.take(std::move(arrival), thread, [](const ingress::TakeResult&) {});
}

}  // namespace postern::lines
