// The demo's account of itself: one line a fact with the time it took, and whether all were true.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace postern::cli {

/// Prints as it goes. With `json`, an object a line instead.
class DemoReport final {
  public:
    explicit DemoReport(bool json) : json_(json) {}

    /// Headline of what follows; starts the clock of the next fact.
    void chapter(std::string_view title);
    /// A fact that is checked; answers `truth`.
    bool fact(bool truth, std::string_view what);
    /// Something worth knowing that cannot be false.
    void note(std::string_view text);
    [[nodiscard]] bool all_true() const { return failures_ == 0; }

  private:
    void print(std::string_view kind, std::string_view text, bool truth);

    bool json_;
    int failures_ = 0;
    std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace postern::cli
