// GET /metrics: every figure with the question that it answers.
#pragma once

#include <vector>

#include "gateway/alarm_service.h"
#include "gateway/events/deliveries.h"
#include "gateway/guards.h"
#include "gateway/ingress/webhook.h"
#include "gateway/media/service.h"
#include "gateway/net/http.h"
#include "gateway/net/server.h"
#include "gateway/runtime/pipeline.h"
#include "gateway/sending_view.h"
#include "gateway/webchat/hub.h"
#include "storage/commit_log.h"
#include "storage/store.h"

namespace postern {

/// What the page reads; all outlive it.
struct MetricsSources {
    const ingress::Accounts* accounts = nullptr;
    const ingress::WebhookHandler* webhooks = nullptr;
    const ingress::Intake* intake = nullptr;
    runtime::Pipeline* pipeline = nullptr;
    const storage::Store* store = nullptr;
    const storage::CommitLog* log = nullptr;
    const Guards* guards = nullptr;
    std::vector<std::pair<std::string, const net::HttpServer*>> servers;
    model::Instant started{};
    SendingSources sending;
    const events::Deliveries* deliveries = nullptr;
    const AlarmService* alarms = nullptr;
    media::MediaService* media = nullptr;
    const webchat::Hub* chats = nullptr;
};

class MetricsPage final : public net::HttpHandler {
  public:
    explicit MetricsPage(MetricsSources sources) : sources_(std::move(sources)) {}
    [[nodiscard]] net::Admission admit(const net::Request& head) override;
    void handle(const net::Request& request, net::Responder responder) override;
    [[nodiscard]] std::string render(bool openmetrics) const;

  private:
    MetricsSources sources_;
};

}  // namespace postern
