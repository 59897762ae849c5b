// What GET /v1/messages and GET /v1/dead-letters ask for, and whether a message fits (private).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/api/outbound_life.h"
#include "gateway/api/paging.h"
#include "gateway/events/filter.h"

namespace postern::api {

struct MessageQuery {
    PageQuery page;  // sequences
    model::ContactId contact;
    bool of_contact = false;
    events::EventFilter account;
    std::string external_id;
    std::set<model::Sequence> of_external;  // messages of ours that have it; found by find_external
    std::string direction;                  // "", "inbound", "outbound"
    std::string state;                      // "", "received", or one of MessageState
    bool dead = false;                      // failed, expired, or unknown for good
    std::vector<std::pair<std::string, std::string>> metadata;
    model::Instant after{};   // made at or after
    model::Instant before{};  // made before; the epoch: no end
};

[[nodiscard]] std::optional<Problem> read_message_query(const net::Request& request, char list,
                                                        const events::AccountTable& accounts,
                                                        MessageQuery& out);

/// Our messages with `external_id`, by the index of each account. Query threads.
[[nodiscard]] storage::Result<void> find_external(runtime::Reader& reader,
                                                  const events::AccountTable& accounts,
                                                  MessageQuery& query);

/// Without a read.
[[nodiscard]] bool fits(const MessageQuery& query, const model::MessageRow& row);
[[nodiscard]] bool fits(const MessageQuery& query, const model::OutboundRow& row,
                        model::Sequence sequence);
/// With what became of it.
[[nodiscard]] bool fits(const MessageQuery& query, const model::OutboundRow& row,
                        const OutboundLife& life);

}  // namespace postern::api
