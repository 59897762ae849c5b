// The events of one subscription that were read and are not delivered: which of them may go now,
// and up to where everything is delivered. Keeps the order of each lane (a contact's events) and
// nothing else; bounded, so a lane that fails holds at most this much. Pure; one thread's.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gateway/events/render.h"
#include "gateway/model/time.h"

namespace postern::subscriptions {

class Window final {
  public:
    static constexpr std::size_t events_max = 256;
    static constexpr std::size_t bytes_max = 4u << 20;

    using Steady = std::chrono::microseconds;

    struct Item {
        events::Event event;
        events::Cursor before;  // the place in front of it
        unsigned failures = 0;
        model::Instant failing_since{};  // epoch: has not failed
        Steady due{};
        bool in_flight = false;
    };

    /// Everything up to `start` is delivered.
    explicit Window(const events::Cursor& start) : read_to_(start) {}

    /// Events in order, all after what was added before; nothing is missing up to `read_to`.
    void add(std::vector<events::Event> events, const events::Cursor& read_to);

    /// How many more events may be read now; bytes count too.
    [[nodiscard]] std::size_t room() const;

    /// The next event that may go, first due first; it is in flight from then on. Null: none.
    [[nodiscard]] const Item* take(Steady now);
    /// When take() has the next one; nothing while all that could go is in flight.
    [[nodiscard]] std::optional<Steady> next_due() const;

    // For an item that take() gave, by its place.
    void delivered(std::uint64_t place);
    void failed(std::uint64_t place, model::Instant now, Steady due);

    /// What waits for its time may go at `now`: the endpoint answers again.
    void hurry(Steady now);
    /// This event had failed before it was read here (a restart).
    void inherit(std::uint64_t place, model::Instant failing_since, unsigned failures);

    [[nodiscard]] const Item* find(std::uint64_t place) const;
    /// Everything up to here is delivered, or was not wanted.
    [[nodiscard]] const events::Cursor& cursor() const;
    [[nodiscard]] const events::Cursor& read_to() const { return read_to_; }
    /// The item that has failed longest; null: none has.
    [[nodiscard]] const Item* failing_longest() const;
    /// The oldest that is not delivered; null: none.
    [[nodiscard]] const Item* oldest() const;
    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] std::size_t failing() const { return failing_.size(); }

  private:
    void offer(std::uint64_t place, const Item& item) { ready_.insert({item.due, place}); }

    std::map<std::uint64_t, Item> items_;                         // by place
    std::map<std::uint64_t, std::deque<std::uint64_t>> lanes_;    // places, first to go first
    std::set<std::pair<Steady, std::uint64_t>> ready_;            // fronts not in flight, by due
    std::set<std::pair<model::Instant, std::uint64_t>> failing_;  // by failing_since
    events::Cursor read_to_;
    std::size_t bytes_ = 0;
};

}  // namespace postern::subscriptions
