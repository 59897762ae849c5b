// When durable writes failed, over the exits that follow: a small file beside the anchor, so that a
// disk which fails again and again ends in a daemon that stays up and says so (RELIABILITY 2.12).
// Best effort: the disk that it is on is the one that fails.
//
//   file := time*        microseconds since 1970 as text, a line each; the last few
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "gateway/model/time.h"

namespace postern {

class LogFailures final {
  public:
    /// So many within the time, and nothing is taken any more.
    static constexpr std::size_t read_only_from = 3;
    static constexpr std::chrono::minutes window{10};

    /// Reads what the processes before this one left. `folder`: the storage's.
    explicit LogFailures(const std::string& folder);

    /// Any thread, at most once: the process ends after it.
    void note(model::Instant now) const;

    /// How many there were within `back` before `now`. What lies ahead of a clock that was set back
    /// counts.
    [[nodiscard]] std::size_t within(std::chrono::seconds back, model::Instant now) const;
    [[nodiscard]] bool too_many(model::Instant now) const {
        return within(window, now) >= read_only_from;
    }

  private:
    std::string path_;
    std::vector<model::Instant> failures_;  // oldest first
};

}  // namespace postern
