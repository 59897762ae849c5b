#include "gateway/api/conversation_pace.h"

namespace postern::api {

bool ConversationPace::take(std::uint64_t sign, std::chrono::microseconds now) {
    const std::lock_guard lock(mutex_);
    if (last_.size() >= kept_max)
        std::erase_if(last_, [now](const auto& one) { return now - one.second >= every; });
    // All of them within this second: nobody is that busy by hand.
    if (last_.size() >= kept_max && !last_.contains(sign)) return false;
    const auto [it, fresh] = last_.try_emplace(sign, now);
    if (!fresh && now - it->second < every) return false;
    it->second = now;
    return true;
}

}  // namespace postern::api
