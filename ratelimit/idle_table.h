// A bounded table of values that are worth nothing once idle (a full bucket is like none). Each
// insertion looks at the few oldest entries and drops the idle ones, so the table stays within
// twice of what is live without a sweep, and within `max` always. A live entry is never dropped:
// where all looked at are live at `max`, there is no room and the caller waits. One thread.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace postern::ratelimit {

template <class Value>
class IdleTable final {
  public:
    /// Reserves for `max` entries (>= 1): growing a table of a million would stop the caller for
    /// tens of milliseconds.
    explicit IdleTable(std::size_t max) : max_(max) { entries_.reserve(max); }

    [[nodiscard]] Value* find(std::uint64_t key) {
        const auto at = entries_.find(key);
        return at == entries_.end() ? nullptr : &at->second;
    }
    [[nodiscard]] const Value* find(std::uint64_t key) const {
        const auto at = entries_.find(key);
        return at == entries_.end() ? nullptr : &at->second;
    }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] bool full() const { return entries_.size() >= max_; }
    /// Some entry: a moment after which it may be idle can be asked of it. Only when size() > 0.
    [[nodiscard]] const Value& oldest() const { return entries_.find(order_.front())->second; }

    /// True if an insertion has room, after looking at some entries. `idle`: bool(const Value&).
    template <class Idle>
    [[nodiscard]] bool make_room(const Idle& idle) {
        drop_idle(idle, looks_each);
        if (full()) drop_idle(idle, looks_when_full);
        return !full();
    }
    /// After make_room said yes; `key` is not in the table.
    Value& insert(std::uint64_t key, Value value) {
        order_.push_back(key);
        return entries_.emplace(key, std::move(value)).first->second;
    }
    /// Visits all, in an order that means nothing.
    template <class Visit>
    void each(const Visit& visit) const {
        for (const auto& [key, value] : entries_) visit(key, value);
    }

  private:
    static constexpr std::size_t looks_each = 2;
    static constexpr std::size_t looks_when_full = 64;

    template <class Idle>
    void drop_idle(const Idle& idle, std::size_t looks) {
        for (; looks > 0 && !order_.empty(); --looks) {
            const std::uint64_t key = order_.front();
            order_.pop_front();
            const auto at = entries_.find(key);
            if (idle(at->second)) {
                entries_.erase(at);
            } else {
                order_.push_back(key);
            }
        }
    }

    std::size_t max_;
    boost::unordered_flat_map<std::uint64_t, Value> entries_;
    std::deque<std::uint64_t> order_;  // each key once
};

}  // namespace postern::ratelimit
