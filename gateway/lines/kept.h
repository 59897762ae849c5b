// The drivers that run now, account by account. Over a reload an account with the same settings
// keeps its driver, connections and all; with others it gets a new one while the old one drains.
// Main thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/lines/line.h"

namespace postern::lines {

class Kept final {
  public:
    /// The driver of an account, by its channel; nullopt: the channel has none, or the account's
    /// settings cannot be used, with words in `problem` then.
    using Make = std::function<std::optional<Line>(const Settings& settings, std::string& problem)>;

    explicit Kept(Make make) : make_(std::move(make)) {}
    ~Kept();
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;

    /// Makes what these accounts need and what does not run yet; nothing of it is in force. False
    /// with `problems`, one a line: what runs then runs on as it is.
    [[nodiscard]] bool prepare(std::vector<Settings> accounts, std::string& problems);
    /// Of the last prepare(); null: the account is sent to by HTTP.
    [[nodiscard]] std::shared_ptr<egress::Courier> courier(model::AccountNumber account) const;
    /// What was prepared runs from here on; what is not among it drains.
    void apply();
    /// What was prepared ends unbegun; what runs runs on.
    void discard();

    /// Nothing comes in any more by these ways; sending goes on.
    void stop_receiving();
    /// Once, while the pool runs, after egress has stopped. False: not all had ended within
    /// `grace`.
    bool stop(std::chrono::milliseconds grace);

  private:
    struct Running {
        Settings settings;
        Line line;
        bool begun = false;
    };
    using Table = std::map<model::AccountNumber, std::shared_ptr<Running>>;
    /// Of drivers that were told to stop. Shared with their last words.
    struct Ending {
        std::mutex mutex;
        std::condition_variable fewer;
        std::size_t open = 0;
    };

    void end_courier(Running& running, std::chrono::milliseconds grace);
    void end_receiver(Running& running, std::chrono::milliseconds grace);
    [[nodiscard]] std::function<void()> last_word();

    const Make make_;
    Table running_;
    Table next_;
    const std::shared_ptr<Ending> ending_ = std::make_shared<Ending>();
    bool stopped_ = false;
};

}  // namespace postern::lines
