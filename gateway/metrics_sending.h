// The sending half of /metrics: what was promised, what leaves, what waits and why.
#pragma once

#include "gateway/metrics/exposition.h"
#include "gateway/metrics_page.h"

namespace postern {

void write_sending_metrics(const MetricsSources& sources, metrics::Exposition& out);

/// Deliveries of events to the company's apps.
void write_subscription_metrics(const MetricsSources& sources, metrics::Exposition& out);

}  // namespace postern
