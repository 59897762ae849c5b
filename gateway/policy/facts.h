// Everything that the rules look at, gathered before they run: rows, configuration and time as
// plain values. A rule reads nothing else, so the verdict at time t depends on these alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/policy_values.h"
#include "gateway/model/template.h"
#include "gateway/model/time.h"

namespace postern::policy {

using model::AddressNote;
using model::all_categories;
using model::Categories;
using model::Category;
using model::category_count;
using model::only;
using model::parse_category;
using model::PastSend;
using model::Recipient;
using model::TemplateStatus;
using model::to_string;

struct Facts {
    // Message
    Category category = Category::transactional;
    bool test = false;
    bool is_template = false;
    TemplateStatus template_status = TemplateStatus::none;
    bool human_agent =
        false;  // the caller says that a person writes (7-day window where it exists)
    std::uint64_t content_hash = 0;
    std::uint64_t message = 0;  // its own number, so that it is not its own duplicate; 0: not yet
    model::Instant expires{};
    /// What was written down here counts by a time that is so far ahead of the wall clock, which
    /// was set back (core/core_time.h).
    std::chrono::microseconds ahead{};
    // Workspace
    bool active = true;            // mode
    bool test_recipient = false;   // the address is one of test_recipients
    bool restored_paused = false;  // sending waits for an operator after a restore
    // Account
    std::uint32_t account = 0;
    std::string_view channel;
    bool account_paused = false;
    std::string_view paused_reason;
    /// What operators hold back and this message is one of («marketing messages: …»), and the facts
    /// of it as one object; empty: it is none.
    std::string held;
    std::string held_json;
    bool account_connected = true;  // credentials work
    model::Instant reconnect{};     // when it is tried again; the epoch: on an operator's act
    bool fallback_possible = false;
    // Person
    const Recipient* recipient = nullptr;
    bool own_address = false;              // one of the workspace's own accounts
    bool blocked = false;                  // the person blocked the account
    model::Instant last_inbound{};         // on this account; the epoch: never
    std::uint32_t sent_since_inbound = 0;  // for channels that count (WeChat)
    const std::vector<AddressNote>* notes = nullptr;
    const std::vector<PastSend>* past = nullptr;
    // Limits, from the limiter
    model::Instant rate_until{};  // earliest grant; the epoch: now
    std::string_view rate_scope;  // which limit: "recipient", "account", "group", "day", …
};

}  // namespace postern::policy
