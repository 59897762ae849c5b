#include "gateway/egress/flood.h"

#include <algorithm>
#include <functional>

namespace postern::egress {

adapters::LimitScope Flood::scope_of(std::string_view to, model::Instant until,
                                     model::Instant now) {
    const std::size_t name = std::hash<std::string_view>{}(to);
    const std::lock_guard lock(mutex_);
    const auto same = std::ranges::find(waits_, name, &Wait::to);
    Wait& place =
        same != waits_.end() ? *same : *std::ranges::min_element(waits_, {}, &Wait::until);
    place = {name, std::max(until, place.to == name ? place.until : until)};
    const bool all = std::ranges::all_of(waits_, [now](const Wait& w) { return w.until > now; });
    return all ? adapters::LimitScope::account : adapters::LimitScope::recipient;
}

}  // namespace postern::egress
