// Names to addresses (private header). The system's resolver blocks, so it has a thread of its own
// a loop, which begins with the first name. Asio's own resolver is not used: it hands its answers
// to the loop from another thread, and then every operation on the loop would take locks.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/net/task.h"

namespace postern::net {

class Loop;

/// Thread: the loop's, but for what is said otherwise.
class NameLookup final {
  public:
    using Endpoints = std::vector<tcp::endpoint>;

    explicit NameLookup(Loop& loop) : loop_(loop) {}
    ~NameLookup() { stop(); }
    NameLookup(const NameLookup&) = delete;
    NameLookup& operator=(const NameLookup&) = delete;

    /// Waits for the lookup that is under way; those that wait are dropped with what they hold, and
    /// no answer is posted any more.
    void stop();

    /// One name after the other, in the order of asking. The addresses in the system's order.
    [[nodiscard]] Task<std::tuple<error_code, Endpoints>> find(std::string host, std::string port);

  private:
    using Answer = std::function<void(error_code, Endpoints)>;
    struct Question {
        std::string host;
        std::string port;
        Answer answer;  // runs, and is destroyed, on the loop
    };
    struct Start;

    void ask(Question question);
    void run();  // the lookup's thread
    [[nodiscard]] std::vector<Question> take(const std::string& host, const std::string& port);

    Loop& loop_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::deque<Question> questions_;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace postern::net
