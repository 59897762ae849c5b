// Whether the connections of an account stand that the gateway itself keeps open (SMPP binds, mail
// boxes, long polls): told by who keeps them, read by the API and /metrics. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/model/time.h"

namespace postern::runtime {

class LineHealth final {
  public:
    struct View {
        bool in_use = false;   // the account keeps such connections
        std::uint32_t up = 0;  // of them, those that stand
        std::uint32_t wanted = 0;
        model::Instant since{};  // when `up` last became zero, or was zero and is not
        std::string problem;     // the last one, for people; stays when it is over
        model::Instant problem_at{};
        std::uint64_t connects = 0;  // that came up, since the start
        std::uint64_t losses = 0;    // that stood and went
    };

    /// So many should stand from now on; zero: none, it is not in use any more.
    void want(std::uint32_t connections, model::Instant now);
    void up(model::Instant now);
    /// One that stood has gone. An empty `problem`: as it should.
    void down(std::string problem, model::Instant now);
    /// One could not be brought up.
    void failed(std::string problem, model::Instant now);

    [[nodiscard]] View view() const;

  private:
    mutable std::mutex mutex_;
    View view_;
};

/// "up", "degraded" (some stand), "down"; "" when not in use.
[[nodiscard]] std::string_view state_of(const LineHealth::View& view);

}  // namespace postern::runtime
