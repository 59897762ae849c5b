// What is known of sending, account by account, from those who know it: the core's figures, egress,
// the small tables. For the metrics page, the status and the accounts' health. Any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/api/sending_health.h"
#include "gateway/core/sending_settings.h"
#include "gateway/egress/egress.h"
#include "gateway/model/snapshot.h"
#include "gateway/registered.h"
#include "gateway/runtime/pipeline.h"

namespace postern {

/// All outlive whoever looks.
struct SendingSources {
    const Registered* registered = nullptr;
    const runtime::Pipeline* pipeline = nullptr;
    const egress::Egress* egress = nullptr;
    std::string mode;  // the configuration's
    const model::Snapshot<core::SendingSettings>* settings = nullptr;
};

struct SendingAccount {
    model::AccountRow row;
    core::AccountFigures figures;
    std::shared_ptr<const egress::Health> health;  // null: not in the configuration any more
    bool sends = false;
    policy::Rate rate;  // its limits, the provider's own where the configuration names none
    ratelimit::BreakerMode breaker = ratelimit::BreakerMode::closed;
};

struct SendingView {
    std::vector<SendingAccount> accounts;  // every registered one, by number
    std::shared_ptr<const core::Figures> figures;
    bool inactive = false;  // the workspace's mode
};

[[nodiscard]] SendingView look_at_sending(const SendingSources& sources);

[[nodiscard]] api::SendingHealth health_of(const SendingAccount& account, const SendingView& view,
                                           model::Instant now);

}  // namespace postern
