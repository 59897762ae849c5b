// A little of everything that is not the stream of messages: cancelled, expired, refused and
// redriven messages, receipts of strangers, webhooks that nobody understands, backups. It remembers
// which of them were answered, and so how they must end. Test's thread; the daemon may die in any
// call.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/cli/api.h"
#include "tests/crash/simulator.h"

namespace postern::crash {

class OddJobs final {
  public:
    /// `folder`: of backups.
    OddJobs(Simulator& simulator, std::string folder, std::string hook_url)
        : simulator_(simulator), folder_(std::move(folder)), hook_url_(std::move(hook_url)) {}

    /// Of a simulator whose recipients refuse our messages; what is wrong, or empty.
    [[nodiscard]] std::string prepare_simulator();
    /// A subscription, and an account whose messages wait. What is wrong, or empty.
    [[nodiscard]] std::string prepare_daemon(cli::Api& api);
    /// One of each; without `sends` nothing that leaves for a provider. False: the daemon does not
    /// answer any more.
    [[nodiscard]] bool round(cli::Api& api, bool sends);
    /// Everything that was answered has ended as it must; failures are the test's. Waits a little.
    void expect_ends(cli::Api& api) const;

  private:
    struct End {
        std::string id;
        std::string state;
    };
    /// The id of the message that was accepted; empty if nothing was answered.
    [[nodiscard]] std::string submit(cli::Api& api, const std::string& account,
                                     const std::string& to, const std::string& fields);
    [[nodiscard]] bool cancel_one(cli::Api& api);
    [[nodiscard]] bool expire_one(cli::Api& api);
    [[nodiscard]] bool redrive_one(cli::Api& api);
    [[nodiscard]] bool refuse_one(cli::Api& api);
    [[nodiscard]] bool back_up(cli::Api& api);

    Simulator& simulator_;
    const std::string folder_;
    const std::string hook_url_;
    std::uint64_t rounds_ = 0;
    std::string expired_;  // to be sent once more
    std::vector<End> ends_;
};

}  // namespace postern::crash
