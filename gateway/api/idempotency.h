// Idempotency-Key of POSTs: which are being worked on, and answers, in memory and within bounds.
// Over a restart messages remember their key themselves (the core keeps key and message together);
// of other POSTs the core keeps the answer, sealed, up to model::kept_answer_bytes_max. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/model/time.h"
#include "gateway/net/http.h"

namespace postern::api {

inline constexpr std::size_t idempotency_key_bytes_max = 255;
inline constexpr std::chrono::hours idempotency_kept{72};

/// A caller's key and what it was used for.
struct IdempotencyUse {
    std::string key;
    std::array<std::uint8_t, 16> hash{};  // hash_request()
};

/// Of method, path and body; `place` in a batch. `holder`: the number of the API key that alone may
/// have the answer again; 0: whoever may send messages.
[[nodiscard]] std::array<std::uint8_t, 16> hash_request(const net::Request& request,
                                                        std::size_t place,
                                                        std::uint64_t holder = 0);

class IdempotencyTable final {
  public:
    /// The oldest answers go first when there are more, or when they are larger together.
    static constexpr std::size_t answers_max = 10'000;
    static constexpr std::size_t bytes_max = 32 << 20;

    enum class Begun : std::uint8_t { fresh, working, conflict, answered };
    struct Start {
        Begun begun = Begun::fresh;
        net::Response answer;  // answered
    };
    /// `fresh`: the caller works on it now, and ends it with keep() or forget().
    [[nodiscard]] Start begin(const IdempotencyUse& use, model::Instant now);
    void keep(const IdempotencyUse& use, const net::Response& answer, model::Instant now);
    void forget(const IdempotencyUse& use);

    [[nodiscard]] std::size_t size() const;

  private:
    struct Entry {
        std::array<std::uint8_t, 16> hash{};
        bool working = true;
        model::Instant kept{};
        net::Response answer;
    };
    void drop_oldest();

    mutable std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::deque<std::string> kept_;  // keys of answers, oldest first
    std::size_t bytes_ = 0;
};

}  // namespace postern::api
