// Rings under a lock each, which only their own thread and people who look something up take.
#include "gateway/runtime/request_traces.h"

#include <algorithm>

#include <openssl/rand.h>

namespace postern::runtime {
namespace {

constexpr std::string_view prefix = "req_";

std::uint64_t random_base() {
    std::uint64_t base = 0;
    (void)RAND_bytes(reinterpret_cast<unsigned char*>(&base), sizeof base);
    return base;
}

void append_hex(std::uint64_t value, unsigned digits, std::string& out) {
    for (unsigned shift = digits * 4; shift > 0; shift -= 4) {
        out.push_back("0123456789abcdef"[value >> (shift - 4) & 15U]);
    }
}

}  // namespace

RequestTraces::RequestTraces(std::size_t threads, std::size_t traces_max)
    : base_(random_base()),
      ring_max_(std::max<std::size_t>(traces_max / std::max<std::size_t>(threads, 1), 1)) {
    for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i)
        rings_.push_back(std::make_unique<Ring>());
}

void RequestTraces::note(std::size_t thread, RequestTrace trace) {
    Ring& ring = *rings_[thread % rings_.size()];
    const std::lock_guard lock(ring.mutex);
    ring.ids += trace.made.size();
    ring.traces.push_back(std::move(trace));
    // The newest stays, however much it made.
    while (ring.traces.size() > ring_max_ || (ring.ids > ring_max_ && ring.traces.size() > 1)) {
        ring.ids -= ring.traces.front().made.size();
        ring.traces.pop_front();
    }
}

template <class Wanted>
std::optional<RequestTrace> RequestTraces::search(const Wanted& wanted) const {
    std::optional<RequestTrace> found;
    for (const auto& ring : rings_) {
        const std::lock_guard lock(ring->mutex);
        for (const RequestTrace& trace : ring->traces) {
            if (!wanted(trace)) continue;
            if (!found || trace.received < found->received) found = trace;
        }
    }
    return found;
}

std::optional<RequestTrace> RequestTraces::find(std::string_view id) const {
    return search([id](const RequestTrace& trace) { return trace.id == id; });
}

std::optional<RequestTrace> RequestTraces::find_made(model::Sequence message) const {
    return search([message](const RequestTrace& trace) {
        return std::any_of(trace.made.begin(), trace.made.end(),
                           [message](const model::Ulid& id) { return id.sequence == message; });
    });
}

std::vector<RequestTrace> RequestTraces::latest(std::string_view what,
                                                std::size_t count_max) const {
    std::vector<RequestTrace> found;
    const auto later = [](const RequestTrace& a, const RequestTrace& b) {
        return a.received > b.received;
    };
    for (const auto& ring : rings_) {
        const std::lock_guard lock(ring->mutex);
        for (const RequestTrace& trace : ring->traces) {
            if (trace.what != what) continue;
            // A heap of the latest, with the oldest of them on top.
            if (found.size() == count_max) {
                if (count_max == 0 || trace.received <= found.front().received) continue;
                std::pop_heap(found.begin(), found.end(), later);
                found.pop_back();
            }
            found.push_back(trace);
            std::push_heap(found.begin(), found.end(), later);
        }
    }
    std::sort_heap(found.begin(), found.end(), later);
    return found;
}

std::string RequestTraces::make_id(std::size_t thread) {
    Ring& ring = *rings_[thread % rings_.size()];
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(ring.mutex);
        number = ++ring.made;
    }
    std::string id;
    id.reserve(prefix.size() + 28);
    id.append(prefix);
    append_hex(base_, 16, id);
    append_hex(thread, 2, id);
    append_hex(number, 10, id);
    return id;
}

}  // namespace postern::runtime
