// `postern simulate` as a process of its own: the providers outlive the daemon that is killed, and
// their ledger is what a send test believes. Lives on the test's main thread, as every Child must.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "gateway/cli/api.h"
#include "gateway/cli/child.h"

namespace postern::crash {

class Simulator final {
  public:
    /// `channels` as in --channels; its log goes to `folder`. Null on an error, and `problem`
    /// says which.
    [[nodiscard]] static std::unique_ptr<Simulator> start(const std::string& channels,
                                                          unsigned seed, const std::string& folder,
                                                          std::string& problem);

    /// "http://host:port".
    [[nodiscard]] const std::string& url() const { return url_; }
    /// The body of POST /_sim/faults; empty, or what is wrong.
    [[nodiscard]] std::string set_faults(const std::string& json);
    /// How often the providers took each text that `numbered_text` made.
    [[nodiscard]] std::map<std::int64_t, int> accepted_sends(std::string& problem);

  private:
    Simulator(std::unique_ptr<cli::Child> child, const std::string& url)
        : child_(std::move(child)), url_(url), api_(url, {}) {}

    std::unique_ptr<cli::Child> child_;
    std::string url_;
    cli::Api api_;
};

/// A text by which the ledger's line finds its message.
[[nodiscard]] std::string numbered_text(std::int64_t number);

}  // namespace postern::crash
