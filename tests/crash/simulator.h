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
    /// `target`: where receipts and webhooks go ("http://host:port/webhooks"); empty: nowhere.
    [[nodiscard]] static std::unique_ptr<Simulator> start(const std::string& channels,
                                                          unsigned seed, const std::string& folder,
                                                          std::string& problem,
                                                          const std::string& target = {});

    /// "http://host:port".
    [[nodiscard]] const std::string& url() const { return url_; }
    /// The body of POST /_sim/faults; empty, or what is wrong.
    [[nodiscard]] std::string set_faults(const std::string& json);
    /// The body of POST /_sim/inbound; empty, or what is wrong.
    [[nodiscard]] std::string inbound(const std::string& json);
    /// Receipts that nobody has acknowledged yet, and those that were given up.
    struct ReceiptsOpen {
        std::int64_t waiting = 0;
        std::int64_t given_up = 0;
        std::int64_t acknowledged = 0;
    };
    [[nodiscard]] ReceiptsOpen receipts(std::string& problem);
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
