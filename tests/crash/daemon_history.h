// The whole of GET /v1/events, read page by page as an application reads it, and its comparison
// with what providers were told.
#pragma once

#include <cstdint>
#include <map>
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
/// The same after `cursor`, which goes on to the end; empty: from the oldest.
[[nodiscard]] std::vector<SeenEvent> read_events_after(cli::Api& api, const std::string& types,
                                                       std::string& cursor, std::string& problem);

/// The inbound messages of the stream, followed from start to start by one cursor: what was read
/// once is not asked for again, and a cursor that a kill has broken shows.
class InboundWatch final {
  public:
    /// Reads what is new. Every id acknowledged is there, none twice; failures are the test's.
    void expect_nothing_lost(cli::Api& api, DaemonLoad& load);
    /// Ids of the events so far.
    [[nodiscard]] const std::vector<std::string>& events() const { return events_; }

  private:
    std::string cursor_;
    std::map<std::string, int> times_;
    std::vector<std::string> events_;
};

/// Every id acknowledged is there exactly once, none is there twice, none that was never sent.
/// Waits a little for what is durable but not yet readable; failures are the test's.
void expect_nothing_lost(cli::Api& api, DaemonLoad& load);

}  // namespace postern::crash
