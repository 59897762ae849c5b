// The words of the contract for states and priorities.
#include "gateway/model/outbound.h"

namespace postern::model {
namespace {

constexpr std::array<std::string_view, 11> states = {"queued", "waiting",   "sending", "unknown",
                                                     "sent",   "failed",    "expired", "delivered",
                                                     "read",   "cancelled", "refused"};
constexpr std::array<std::string_view, 3> priorities = {"high", "normal", "low"};

template <class E, std::size_t N>
bool parse(const std::array<std::string_view, N>& names, std::string_view text, E& out) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] != text) continue;
        out = static_cast<E>(i);
        return true;
    }
    return false;
}

}  // namespace

std::string_view to_string(MessageState state) {
    return states[static_cast<std::size_t>(state)];
}

bool parse_state(std::string_view text, MessageState& out) {
    return parse(states, text, out);
}

std::string_view to_string(Priority priority) {
    return priorities[static_cast<std::size_t>(priority)];
}

bool parse_priority(std::string_view text, Priority& out) {
    return parse(priorities, text, out);
}

}  // namespace postern::model
