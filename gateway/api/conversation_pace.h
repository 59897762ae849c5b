// How often an app may show typing, and how often mark as read, in one conversation: providers draw
// the sign for five to twenty-five seconds, so more than one a second only costs their patience.
// Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>

namespace postern::api {

class ConversationPace final {
  public:
    static constexpr std::chrono::seconds every{1};

    /// False: the last one was less than a second ago. `sign`: of the conversation and what is
    /// shown. `now` is steady.
    [[nodiscard]] bool take(std::uint64_t sign, std::chrono::microseconds now);

  private:
    static constexpr std::size_t kept_max = 8192;  // then those that may go again are forgotten

    std::mutex mutex_;
    std::map<std::uint64_t, std::chrono::microseconds> last_;
};

}  // namespace postern::api
