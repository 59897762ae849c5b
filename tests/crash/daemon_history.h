// The whole of GET /v1/events, read page by page as an application reads it, and its comparison
// with what providers were told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/cli/api.h"
#include "tests/crash/daemon_load.h"

namespace postern::crash {

struct SeenEvent {
    std::string id;
    std::string type;
    std::string external_id;  // of a message
    std::string cause;        // of a sent message's change
    std::int64_t number = 0;  // "number" of its metadata, where it was accepted
};

/// From the oldest, by next_cursor, until a page is empty. `types` as in the query; empty: all.
[[nodiscard]] std::vector<SeenEvent> read_events(cli::Api& api, const std::string& types,
                                                 std::string& problem);

/// Every id acknowledged is there exactly once, none is there twice, none that was never sent.
/// Waits a little for what is durable but not yet readable; failures are the test's.
void expect_nothing_lost(cli::Api& api, DaemonLoad& load);

}  // namespace postern::crash
