// Signatures that do not cover the body (Mailgun): each belongs to the first body that came with
// it. The same body again is a redelivery, another one a forgery with a signature that leaked. In
// memory, bounded by number and age. Any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/model/records.h"

namespace postern::ingress {

class Once final {
  public:
    static constexpr std::size_t kept_max = 100'000;
    static constexpr std::chrono::hours kept_for{24};

    /// False: this part of a signature came with another body before.
    [[nodiscard]] bool admits(model::AccountNumber account, std::string_view part,
                              std::string_view body) const;
    /// Once the body is durable: what was refused for want of room may come in another form.
    void note(model::AccountNumber account, std::string_view part, std::string_view body,
              model::Instant now);

  private:
    using Key = std::array<unsigned char, 32>;
    static Key key_of(model::AccountNumber account, std::string_view part);
    struct Seen {
        Key key;
        model::Instant at;
    };
    mutable std::mutex mutex_;
    std::map<Key, Key> bodies_;  // by account and part
    std::deque<Seen> order_;     // oldest first
};

}  // namespace postern::ingress
