// Turns a seed into webhooks: who writes what to which account, in which bodies, with which
// defects. Pure: the same options give the same bytes, so a failure replays from its seed.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "gateway/sim/faults.h"
#include "gateway/sim/prng.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/scenario.h"

namespace postern::sim {

struct StreamOptions {
    std::uint64_t seed = 1;
    std::vector<Endpoint> endpoints;  // of channels that find_provider knows
    Faults faults;
    std::uint32_t people = 500;
    std::int64_t start_s = 0;  // Unix time of the first item; the n-th is n/100 s later
    bool by_clock = false;     // what /_sim/inbound asks for is of the moment that it is asked
};

/// What the caller of /_sim/inbound wants instead of chance; empty fields are drawn.
struct Wish {
    bool kind_given = false;
    Kind kind = Kind::text;
    std::string from;
    std::string name;
    std::string text;
};

/// Not thread-safe. Numbers and external ids go up over the stream's whole life, so nothing that
/// one stream makes collides with anything else that it makes.
class Stream final {
  public:
    explicit Stream(StreamOptions options);

    /// Where it goes by the clock, the next item is of this moment; never of an earlier one.
    void tell_time(std::int64_t now_s);
    /// The next webhook of the run.
    [[nodiscard]] Webhook next();
    /// A genuine webhook with `count` items (1..batch_max) as wished.
    [[nodiscard]] Webhook make(const Endpoint& endpoint, std::uint32_t count, const Wish& wish);
    /// One with that defect.
    [[nodiscard]] Webhook make_defective(const Endpoint& endpoint, Defect defect);
    /// The same bytes once more.
    [[nodiscard]] Webhook repeat(const Webhook& original);

    [[nodiscard]] Faults& faults() { return options_.faults; }
    [[nodiscard]] const std::vector<Endpoint>& endpoints() const { return options_.endpoints; }
    [[nodiscard]] std::uint64_t seed() const { return options_.seed; }

  private:
    [[nodiscard]] Item draw_item(const Endpoint& endpoint, const Provider& provider,
                                 const Wish& wish);
    void aim(Item& item, const Endpoint& endpoint) const;
    [[nodiscard]] Webhook finish(const Endpoint& endpoint, const Provider& provider);
    [[nodiscard]] Defect draw_defect();

    StreamOptions options_;
    Prng prng_;
    std::uint64_t numbers_ = 0;
    std::uint64_t numbers_at_start_ = 0;  // items before start_s
    std::uint64_t seqs_ = 0;
    std::deque<Webhook> recent_;  // genuine ones that a duplicate may repeat
};

}  // namespace postern::sim
