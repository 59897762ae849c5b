// The last webhooks of each account that were refused or set aside, with their secrets masked: what
// a person needs who connects an account and sees nothing arrive. In memory only, so nothing of it
// is at rest; bounded by number, bytes, age and rate. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gateway/ingress/accounts.h"
#include "gateway/net/http.h"

namespace postern::ingress {

inline constexpr std::size_t refused_body_bytes_max = 64 * 1024;
/// Beyond it requests are kept without their bodies.
inline constexpr std::size_t refused_bytes_max = 64u << 20;
/// A flood of forgeries shall not push out everything else at once, nor cost a copy each.
inline constexpr unsigned refused_per_second_max = 20;

struct Refused {
    std::string id;  // the answer's X-Request-Id
    model::Instant at{};
    std::string peer;
    std::string method;
    std::string target;
    int status = 0;
    std::string reason;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  // its first refused_body_bytes_max
    std::uint64_t body_bytes = 0;
};

class RefusedRequests final {
  public:
    /// `kept_max`: of each account; 0: nothing is kept.
    RefusedRequests(std::size_t kept_max, std::chrono::hours age_max);

    /// Only of accounts that exist: a stranger's names take no memory.
    void note(const Account& account, const net::Request& request, std::string id, int status,
              std::string reason, model::Instant now);

    /// Latest first.
    [[nodiscard]] std::vector<Refused> list(model::AccountNumber account, model::Instant now) const;

  private:
    struct Kept {
        std::deque<Refused> requests;  // oldest first
        std::chrono::sys_seconds second{};
        unsigned in_second = 0;
    };
    [[nodiscard]] bool may_note(Kept& kept, model::Instant now) const;
    void drop_old(Kept& kept, model::Instant now);

    const std::size_t kept_max_;
    const std::chrono::hours age_max_;
    mutable std::mutex mutex_;
    std::map<model::AccountNumber, Kept> accounts_;
    std::size_t bytes_ = 0;  // of all bodies
};

/// `text` without the values of the account's credentials.
[[nodiscard]] std::string without_secrets(std::string_view text, const Account& account);

}  // namespace postern::ingress
