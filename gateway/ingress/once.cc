#include "gateway/ingress/once.h"

#include <openssl/sha.h>

namespace postern::ingress {
namespace {

std::array<unsigned char, 32> digest(std::string_view text) {
    std::array<unsigned char, 32> out{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data());
    return out;
}

}  // namespace

Once::Key Once::key_of(model::AccountNumber account, std::string_view part) {
    return digest(std::to_string(account).append(":").append(part));
}

bool Once::admits(model::AccountNumber account, std::string_view part,
                  std::string_view body) const {
    const Key key = key_of(account, part);
    const std::lock_guard lock(mutex_);
    const auto at = bodies_.find(key);
    return at == bodies_.end() || at->second == digest(body);
}

void Once::note(model::AccountNumber account, std::string_view part, std::string_view body,
                model::Instant now) {
    const Key key = key_of(account, part);
    const Key what = digest(body);
    const std::lock_guard lock(mutex_);
    while (!order_.empty() && (order_.size() >= kept_max || order_.front().at < now - kept_for)) {
        bodies_.erase(order_.front().key);
        order_.pop_front();
    }
    if (bodies_.try_emplace(key, what).second) order_.push_back({key, now});
}

}  // namespace postern::ingress
