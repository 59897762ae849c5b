// What all requests share (private): the services and the small tables as they are now.
#pragma once

#include <atomic>
#include <map>

#include "gateway/api/conversation_pace.h"
#include "gateway/api/idempotency.h"
#include "gateway/api/key_ring.h"
#include "gateway/api/services.h"
#include "gateway/core/core.h"
#include "gateway/events/account_table.h"
#include "gateway/events/stream.h"
#include "gateway/model/snapshot.h"
#include "gateway/templates/template_table.h"

namespace postern::api {

struct Context {
    Context(ApiServices s, ApiOptions o, const core::SmallTables& tables);

    const ApiServices services;
    const ApiOptions options;
    KeyRing keys;
    model::Snapshot<events::AccountTable> accounts;
    model::Snapshot<model::WorkspaceRow> workspace;
    model::Snapshot<std::map<model::Sequence, model::SubscriptionRow>> subscriptions;
    model::Snapshot<templates::TemplateTable> templates;
    ConversationPace pace;
    events::EventStream events;
    IdempotencyTable idempotency;
    const std::uint64_t request_base;  // request ids of two starts differ
    std::atomic<std::uint64_t> requests{0};
};

}  // namespace postern::api
