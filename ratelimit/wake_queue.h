// Who is to be woken when: at most one moment an id, ordered by (moment, id), so that what is due
// together always comes in the same order. It owns no timer; its owner sets one for `next`. One
// thread.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

namespace postern::ratelimit {

struct Wake {
    std::chrono::microseconds at{};  // steady
    std::uint64_t id = 0;
    auto operator<=>(const Wake&) const = default;
};

/// Each change is O(log n).
class WakeQueue final {
  public:
    /// Adds `id`, or moves it.
    void set(std::uint64_t id, std::chrono::microseconds at);
    /// False if it was not there.
    bool remove(std::uint64_t id);

    [[nodiscard]] std::optional<Wake> next() const;
    /// Takes the first one whose moment is <= now.
    [[nodiscard]] std::optional<Wake> pop_due(std::chrono::microseconds now);
    [[nodiscard]] std::optional<std::chrono::microseconds> find(std::uint64_t id) const;
    [[nodiscard]] std::size_t size() const { return ordered_.size(); }

  private:
    std::set<Wake> ordered_;
    boost::unordered_flat_map<std::uint64_t, std::set<Wake>::iterator> by_id_;
};

}  // namespace postern::ratelimit
