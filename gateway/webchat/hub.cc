#include "gateway/webchat/hub.h"

namespace postern::webchat {

Hub::Hub(net::IoPool& pool) : pool_(pool) {
    for (std::size_t i = 0; i < pool.size(); ++i) benches_.push_back(std::make_shared<Bench>());
}

std::string Hub::key_of(model::AccountNumber account, std::string_view visitor) {
    return std::to_string(account).append(":").append(visitor);
}

bool Hub::join(net::IoThread& thread, model::AccountNumber account, std::string_view visitor,
               Window& window) {
    Bench& bench = *benches_[thread.index()];
    std::string key = key_of(account, visitor);
    if (bench.count(key) >= windows_max) return false;
    bench.emplace(std::move(key), &window);
    open_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

void Hub::leave(net::IoThread& thread, model::AccountNumber account, std::string_view visitor,
                const Window& window) {
    Bench& bench = *benches_[thread.index()];
    const auto [first, last] = bench.equal_range(key_of(account, visitor));
    for (auto it = first; it != last; ++it) {
        if (it->second != &window) continue;
        bench.erase(it);
        open_.fetch_sub(1, std::memory_order_relaxed);
        return;
    }
}

void Hub::push(model::AccountNumber account, std::string_view visitor, Push push) {
    const auto shared = std::make_shared<const Push>(std::move(push));
    const std::string key = key_of(account, visitor);
    for (std::size_t i = 0; i < benches_.size(); ++i) {
        pool_.at(i).post([bench = benches_[i], key, shared] {
            const auto [first, last] = bench->equal_range(key);
            std::vector<Window*> windows;  // a window that cannot take it may leave meanwhile
            for (auto it = first; it != last; ++it) windows.push_back(it->second);
            for (Window* window : windows) {
                if (window != shared->except) window->push(*shared);
            }
        });
    }
}

}  // namespace postern::webchat
