// Only what has not ended is asked for again.
#include "tests/crash/send_account.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

constexpr std::size_t named_max = 5;  // of the faults, in the message

bool reached(const SendStanding& one) {
    return one.state == "sent" || one.state == "delivered" || one.state == "read";
}

/// No fault of these runs refuses a message for good, so it reached the provider or nobody knows.
bool settled(const SendStanding& one, const LastReceipts& last) {
    const auto told = last.find(one.channel);
    const bool done = told == last.end() ? reached(one) : one.state == told->second;
    return done || (one.state == "unknown" && one.marketing) || one.state == "failed" ||
           one.state == "expired" || one.state == "refused" || one.state == "cancelled";
}

void look(cli::Api& api, SendStanding& one) {
    const cli::Answer answer = api.get("/v1/messages/" + one.id);
    cli::Document document;
    if (answer.status == 404) one.state = "absent";
    if (!answer.ok() || !document.parse(answer.body)) return;
    one.state = cli::text_at(document.root(), "/state");
    one.possible_duplicate = cli::text_at(document.root(), "/possible_duplicate") == "true";
    one.attempts = cli::integer_at(document.root(), "/attempts");
    const std::int64_t number = cli::integer_at(document.root(), "/metadata/number");
    EXPECT_EQ(number, one.number) << one.id << " is another message";
}

/// Faults by kind, the first few by name.
class Faults final {
  public:
    void add(const std::string& kind, const SendStanding& one, int taken) {
        std::vector<std::string>& list = kinds_[kind];
        ++counts_[kind];
        if (list.size() >= named_max) return;
        list.push_back(fmt::format("#{} {} {} attempts {} taken {}{}", one.number, one.id,
                                   one.state, one.attempts, taken,
                                   one.possible_duplicate ? " possible_duplicate" : ""));
    }
    [[nodiscard]] std::string text() const {
        std::string out;
        for (const auto& [kind, list] : kinds_) {
            out += fmt::format("{} {}:\n", counts_.at(kind), kind);
            for (const std::string& one : list) out += "  " + one + "\n";
        }
        return out;
    }

  private:
    std::map<std::string, std::vector<std::string>> kinds_;
    std::map<std::string, std::size_t> counts_;
};

}  // namespace

std::vector<SendStanding> settle(cli::Api& api, const std::vector<AcceptedMessage>& accepted,
                                 const LastReceipts& last, std::chrono::milliseconds timeout,
                                 bool& in_time) {
    std::vector<SendStanding> standings;
    std::vector<std::size_t> open;
    for (const AcceptedMessage& one : accepted) {
        open.push_back(standings.size());
        standings.push_back({one.number, one.id, one.marketing, one.channel, {}, false, 0});
    }
    in_time = eventually(timeout, [&] {
        std::erase_if(open, [&](std::size_t i) {
            look(api, standings[i]);
            return settled(standings[i], last);
        });
        return open.empty();
    });
    // What was held long ago may have gone on since: that would be the fault to find.
    for (SendStanding& one : standings) {
        if (one.state == "unknown") look(api, one);
    }
    return standings;
}

void expect_kept_promises(const std::vector<SendStanding>& standings, const LastReceipts& last,
                          const std::map<std::int64_t, int>& taken) {
    Faults faults;
    std::set<std::int64_t> numbers;
    std::map<std::string, std::uint64_t> states;
    std::uint64_t flagged = 0;
    std::uint64_t twice = 0;
    for (const SendStanding& one : standings) {
        const auto line = taken.find(one.number);
        const int times = line == taken.end() ? 0 : line->second;
        numbers.insert(one.number);
        ++states[one.state];
        flagged += one.possible_duplicate ? 1 : 0;
        twice += times > 1 ? 1 : 0;
        const bool over = settled(one, last);
        if (!over) faults.add("have not ended as their receipts say", one, times);
        if (over && !reached(one) && one.state != "unknown")
            faults.add("ended although no provider refused them", one, times);
        if (reached(one) && times == 0) faults.add("are called sent, and nobody took them", one, 0);
        if (times > 1 && !one.possible_duplicate)
            faults.add("are unflagged duplicates", one, times);
        if (times > one.attempts) faults.add("were taken more often than sent", one, times);
        if (last.contains(one.channel) && one.state == "unknown" && times > 0)
            faults.add("stay unknown against their receipts", one, times);
        if (one.marketing && times > 1) faults.add("were to be held, not sent again", one, times);
    }
    EXPECT_EQ(faults.text(), "");
    for (const auto& [number, times] : taken) {
        EXPECT_TRUE(numbers.contains(number)) << "taken, never answered for: #" << number;
    }
    std::printf("%zu messages:", standings.size());
    for (const auto& [state, count] : states)
        std::printf(" %s %lu,", state.c_str(), static_cast<unsigned long>(count));
    std::printf(" %lu possible duplicates, of which %lu were\n",
                static_cast<unsigned long>(flagged), static_cast<unsigned long>(twice));
}

std::uint64_t expect_accepted_once(cli::Api& api, const std::vector<AcceptedMessage>& accepted) {
    std::string problem;
    std::uint64_t interrupted = 0;
    std::map<std::int64_t, int> times;
    for (const SeenEvent& event : read_events(api, "message.status", problem)) {
        const bool ours = event.number != 0;  // else an odd job
        if (event.cause == "accepted" && ours) ++times[event.number];
        if (event.cause == "recovery") ++interrupted;
    }
    EXPECT_EQ(problem, "");
    std::vector<std::int64_t> wrong;
    for (const AcceptedMessage& one : accepted) {
        const auto found = times.find(one.number);
        if (found == times.end() || found->second != 1) wrong.push_back(one.number);
    }
    EXPECT_EQ(times.size(), accepted.size());
    EXPECT_EQ(wrong.size(), 0u) << "not accepted exactly once, first #"
                                << (wrong.empty() ? 0 : wrong.front());
    return interrupted;
}

}  // namespace postern::crash
