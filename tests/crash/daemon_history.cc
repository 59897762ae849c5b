// Pages and sets.
#include "tests/crash/daemon_history.h"

#include <gtest/gtest.h>

#include <map>

#include "gateway/cli/document.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t named_max = 5;  // of the faults, in the message

/// How often each id is there.
std::map<std::string, int> count_messages(cli::Api& api, std::string& problem) {
    std::map<std::string, int> times;
    std::unordered_set<std::string> events;
    for (const SeenEvent& event : read_events(api, "message.received", problem)) {
        ++times[event.external_id];
        if (!events.insert(event.id).second) problem = "two events have the id " + event.id;
    }
    return times;
}

}  // namespace

std::vector<SeenEvent> read_events(cli::Api& api, const std::string& types, std::string& problem) {
    std::string cursor;
    return read_events_after(api, types, cursor, problem);
}

std::vector<SeenEvent> read_events_after(cli::Api& api, const std::string& types,
                                         std::string& cursor, std::string& problem) {
    std::vector<SeenEvent> seen;
    while (true) {
        std::string path = "/v1/events?limit=1000";
        if (!types.empty()) path += "&types=" + types;
        if (!cursor.empty()) path += "&after=" + cli::percent_encoded(cursor);
        const cli::Answer answer = api.get(path);
        cli::Document document;
        if (!answer.ok() || !document.parse(answer.body)) {
            problem = "the events cannot be read: " + answer.problem;
            return seen;
        }
        const std::size_t before = seen.size();
        cli::for_each_at(document.root(), "/data", [&seen](cli::Element event) {
            seen.push_back({cli::text_at(event, "/id"), cli::text_at(event, "/type"),
                            cli::text_at(event, "/data/message/external_id"),
                            cli::text_at(event, "/data/cause"),
                            cli::integer_at(event, "/data/message/metadata/number")});
        });
        const std::string next = cli::text_at(document.root(), "/next_cursor");
        if (next.empty() || (next == cursor && seen.size() == before)) return seen;
        cursor = next;
    }
}

void InboundWatch::expect_nothing_lost(cli::Api& api, DaemonLoad& load) {
    const auto acknowledged = load.acknowledged_ids();
    std::string problem;
    std::vector<std::string> lost;
    // What is durable may not be readable yet.
    (void)eventually(20s, [&] {
        for (SeenEvent& event : read_events_after(api, "message.received", cursor_, problem)) {
            ++times_[event.external_id];
            events_.push_back(std::move(event.id));
        }
        lost.clear();
        for (const std::string& id : acknowledged) {
            if (!times_.contains(id)) lost.push_back(id);
        }
        return lost.empty() || !problem.empty();
    });
    EXPECT_EQ(problem, "");
    EXPECT_EQ(lost.size(), 0u) << "acknowledged and gone: " << (lost.empty() ? "" : lost.front());
    for (const auto& [id, count] : times_) EXPECT_EQ(count, 1) << "more than once: " << id;
}

void expect_nothing_lost(cli::Api& api, DaemonLoad& load) {
    const auto acknowledged = load.acknowledged_ids();
    const auto sent = load.sent_ids();
    std::map<std::string, int> times;
    std::string problem;
    std::vector<std::string> lost;
    (void)eventually(20s, [&] {
        lost.clear();
        problem.clear();
        times = count_messages(api, problem);
        for (const std::string& id : acknowledged) {
            if (!times.contains(id)) lost.push_back(id);
        }
        return lost.empty();
    });
    std::vector<std::string> twice;
    std::vector<std::string> foreign;
    for (const auto& [id, count] : times) {
        if (count > 1) twice.push_back(id);
        if (!sent.contains(id)) foreign.push_back(id);
    }
    const auto some = [](std::vector<std::string> ids) {
        if (ids.size() > named_max) ids.resize(named_max);
        return ::testing::PrintToString(ids);
    };
    EXPECT_EQ(problem, "");
    EXPECT_EQ(lost.size(), 0u) << "acknowledged and gone: " << some(lost);
    EXPECT_EQ(twice.size(), 0u) << "there more than once: " << some(twice);
    EXPECT_EQ(foreign.size(), 0u) << "never sent: " << some(foreign);
    std::printf("%zu sent, %zu acknowledged, %zu read back\n", sent.size(), acknowledged.size(),
                times.size());
}

}  // namespace postern::crash
