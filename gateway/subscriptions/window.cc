// An item is in `ready_` if and only if it is the front of its lane and not in flight.
#include "gateway/subscriptions/window.h"

#include <algorithm>
#include <utility>

namespace postern::subscriptions {

void Window::add(std::vector<events::Event> events, const events::Cursor& read_to) {
    for (events::Event& event : events) {
        const std::uint64_t place = event.cursor.place();
        auto& lane = lanes_[event.lane];
        lane.push_back(place);
        bytes_ += event.json.size();
        const events::Cursor before = std::exchange(read_to_, event.cursor);
        const Item& item = items_.emplace(place, Item{std::move(event), before}).first->second;
        if (lane.size() == 1) offer(place, item);
    }
    read_to_ = read_to;
}

std::size_t Window::room() const {
    return bytes_ >= bytes_max || items_.size() >= events_max ? 0 : events_max - items_.size();
}

const Window::Item* Window::take(Steady now) {
    if (ready_.empty() || ready_.begin()->first > now) return nullptr;
    Item& item = items_.at(ready_.begin()->second);
    ready_.erase(ready_.begin());
    item.in_flight = true;
    return &item;
}

std::optional<Window::Steady> Window::next_due() const {
    if (ready_.empty()) return std::nullopt;
    return ready_.begin()->first;
}

void Window::delivered(std::uint64_t place) {
    const auto it = items_.find(place);
    if (it == items_.end()) return;
    const auto lane = lanes_.find(it->second.event.lane);
    failing_.erase({it->second.failing_since, place});
    bytes_ -= it->second.event.json.size();
    items_.erase(it);
    lane->second.pop_front();
    if (lane->second.empty())
        lanes_.erase(lane);
    else
        offer(lane->second.front(), items_.at(lane->second.front()));
}

void Window::failed(std::uint64_t place, model::Instant now, Steady due) {
    const auto it = items_.find(place);
    if (it == items_.end()) return;
    Item& item = it->second;
    ++item.failures;
    if (item.failing_since == model::Instant{}) {
        item.failing_since = now;
        failing_.insert({now, place});
    }
    item.due = due;
    item.in_flight = false;
    offer(place, item);
}

void Window::hurry(Steady now) {
    decltype(ready_) ready;
    ready.swap(ready_);
    for (const auto& [due, place] : ready) {
        Item& item = items_.at(place);
        item.due = std::min(due, now);
        offer(place, item);
    }
}

void Window::inherit(std::uint64_t place, model::Instant failing_since, unsigned failures) {
    const auto it = items_.find(place);
    if (it == items_.end() || it->second.failing_since != model::Instant{}) return;
    it->second.failing_since = failing_since;
    it->second.failures = failures;
    failing_.insert({failing_since, place});
}

const Window::Item* Window::find(std::uint64_t place) const {
    const auto it = items_.find(place);
    return it == items_.end() ? nullptr : &it->second;
}

const events::Cursor& Window::cursor() const {
    return items_.empty() ? read_to_ : items_.begin()->second.before;
}

const Window::Item* Window::failing_longest() const {
    return failing_.empty() ? nullptr : find(failing_.begin()->second);
}

const Window::Item* Window::oldest() const {
    return items_.empty() ? nullptr : &items_.begin()->second;
}

}  // namespace postern::subscriptions
