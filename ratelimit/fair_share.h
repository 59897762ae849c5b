// Whose turn it is among callers and campaigns within one account and priority: deficit round
// robin in the order of the keys, so the same calls give the same turns everywhere. It knows how
// many messages each key has waiting, not which. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace postern::ratelimit {

/// Law: between two keys that both have messages waiting all the time, what they were charged
/// differs, each divided by its weight, by at most quantum + the largest single cost.
class FairShare final {
  public:
    static constexpr std::int64_t cost_max = 1'000;

    /// `quantum` >= 1: what a key of weight 1 may use before the turn passes on.
    explicit FairShare(std::int64_t quantum = 1);

    /// `count` more messages wait. A key that comes (back) waits for its place in the round.
    void add(std::uint64_t key, std::uint64_t count = 1);
    /// `count` messages left without their turn (cancelled, parked).
    void remove(std::uint64_t key, std::uint64_t count = 1);
    /// 1..100; keys have 1 until told. Lasts as long as the key has messages waiting.
    void set_weight(std::uint64_t key, std::int64_t weight);

    /// Whose message goes next; nothing if none waits. Stays the same until `served` or `remove`.
    [[nodiscard]] std::optional<std::uint64_t> next();
    /// A message of `key` went and used `cost` (1..cost_max).
    void served(std::uint64_t key, std::int64_t cost = 1);

    [[nodiscard]] std::uint64_t waiting() const { return waiting_; }
    [[nodiscard]] std::uint64_t waiting(std::uint64_t key) const;

  private:
    struct Share {
        std::uint64_t waiting = 0;
        std::int64_t deficit = 0;  // what it may still use this turn; below 0: overdrawn
        std::int64_t weight = 1;
    };

    void pass_on();

    std::int64_t quantum_;
    std::uint64_t waiting_ = 0;
    std::map<std::uint64_t, Share> shares_;  // with messages, or overdrawn
    std::uint64_t turn_ = 0;                 // key; it need not be in shares_
};

}  // namespace postern::ratelimit
