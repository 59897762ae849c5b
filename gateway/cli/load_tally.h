// The bookkeeping of `postern load`: what was asked for, what the API said, which states came, and
// what the providers got. Pure arithmetic: no socket, no clock.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace postern::cli {

/// In the order in which a message lives; a later one is never taken back by an earlier one.
enum class LoadState : unsigned char {
    none,  // no event yet
    queued,
    waiting,
    sending,
    unknown,
    sent,
    delivered,
    read,
    failed,
    expired,
    cancelled,
    refused,
};
[[nodiscard]] LoadState load_state_from(std::string_view word);

/// How steadily the sends of one account arrived at the provider.
struct LoadLimiter {
    std::string account;
    double configured = 0;           // a second; 0: none
    double measured = 0;             // a second, first to last arrival
    std::uint64_t worst_window = 0;  // most arrivals in any second
};

class LoadTally final {
  public:
    /// `run` is in every text, so that this run's messages are known among others.
    LoadTally(std::string run, std::size_t messages);

    /// The text of the n-th message, 0-based.
    [[nodiscard]] std::string text_of(std::size_t number) const;

    void submitted() { ++sent_; }
    /// The API took it: 202.
    void accepted(std::size_t number, std::string id, std::int64_t latency_us);
    /// The API refused it for good.
    void refused(std::string_view code);
    /// message.status; of any message, also before its 202 was read.
    void state_came(std::string_view message_id, LoadState state);
    /// A line of the simulator's ledger.
    void arrived(std::string_view text);

    [[nodiscard]] std::size_t answered() const { return accepted_ + refused_; }
    [[nodiscard]] std::size_t accepted() const { return accepted_; }
    [[nodiscard]] std::size_t refused() const { return refused_; }
    /// Accepted ones by what is known of them now.
    [[nodiscard]] std::size_t in_state(LoadState state) const;
    /// Accepted ones of which a provider's answer or a final state is known.
    [[nodiscard]] std::size_t settled() const;
    /// Accepted ones that nothing more is expected of: delivered, read, or ended otherwise.
    [[nodiscard]] std::size_t finished() const;

    struct Comparison {
        std::size_t lost = 0;        // said to be sent, delivered or read; never arrived
        std::size_t duplicates = 0;  // arrivals beyond the first of each
        std::size_t pending = 0;     // neither arrived nor ended
    };
    [[nodiscard]] Comparison compare() const;

    /// The contract's report. `compared`: the ledger was read; else what comes of it is null.
    [[nodiscard]] std::string report(double duration_s, bool compared,
                                     const std::vector<LoadLimiter>& limiters) const;

  private:
    struct Message {
        bool accepted = false;
        LoadState state = LoadState::none;
        std::uint32_t arrivals = 0;
    };
    void move(Message& message, LoadState state);

    std::string run_;
    std::vector<Message> messages_;
    std::unordered_map<std::string, std::size_t> numbers_;  // by message id
    // States that overtook the answer which names their message; those of other senders stay here.
    std::unordered_map<std::string, LoadState> early_;
    std::array<std::size_t, 12> by_state_{};
    std::vector<std::int64_t> latencies_us_;
    std::map<std::string, std::uint64_t, std::less<>> refusals_;
    std::size_t sent_ = 0;
    std::size_t accepted_ = 0;
    std::size_t refused_ = 0;
};

/// The value that `fraction` of them do not exceed (nearest rank); 0 of none.
[[nodiscard]] double percentile_ms(std::vector<std::int64_t> values_us, double fraction);

}  // namespace postern::cli
