// Whether an account sends too much, where its provider says so recipient by recipient: waits told
// for several at the same time are the account's. One for each account. Thread: any.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <string_view>

#include "adapters/sending_adapter.h"
#include "gateway/model/time.h"

namespace postern::egress {

class Flood {
  public:
    /// So many recipients who have to wait make it the account's wait.
    static constexpr std::size_t recipients_max = 3;

    /// `to` has to wait until then: whose wait that is.
    [[nodiscard]] adapters::LimitScope scope_of(std::string_view to, model::Instant until,
                                                model::Instant now);

  private:
    struct Wait {
        std::size_t to = 0;  // hash
        model::Instant until{};
    };
    std::mutex mutex_;
    std::array<Wait, recipients_max> waits_;
};

}  // namespace postern::egress
