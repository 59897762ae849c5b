// How many messages leave a second, over the last ten seconds: for people who look. The core's
// thread; it decides nothing.
#pragma once

#include <chrono>
#include <deque>
#include <map>

#include "gateway/core/figures.h"

namespace postern::runtime {

class SendRates final {
  public:
    /// Fills each account's `per_second`. `steady` never steps back.
    void note(std::chrono::microseconds steady, core::Figures& figures);

  private:
    struct Sample {
        std::chrono::microseconds at{};
        std::map<model::AccountNumber, std::uint64_t> attempts;
    };
    std::deque<Sample> samples_;  // a second apart, the oldest at least ten seconds old
};

}  // namespace postern::runtime
