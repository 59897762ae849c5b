// Receipts that the sink posts back, one webhook each, over a few keep-alive connections.
#pragma once

#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace postern::load {

/// One thread; the caller's epoll wakes it.
class Receipts final {
  public:
    struct Options {
        sockaddr_in target{};
        std::string path;   // "{id}" in it: a GET that says everything there (Kannel)
        std::string token;  // the value of X-Sink-Token
        std::size_t connections = 32;
    };

    /// False if it cannot connect.
    [[nodiscard]] bool start(const Options& options, int epoll);
    void post(std::uint64_t id);  // «delivered»
    /// Whether `data` of an epoll event is one of its connections, and then its turn.
    [[nodiscard]] bool ready(void* data);
    [[nodiscard]] std::uint64_t answered() const { return answered_; }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    [[nodiscard]] std::uint64_t refused() const { return refused_; }
    [[nodiscard]] std::int64_t last_us() const { return last_us_; }  // when one was answered last

  private:
    struct Connection {
        int fd = -1;
        bool busy = false;
        std::uint64_t id = 0;
        std::array<char, 4096> answer;
        std::size_t bytes = 0;
    };

    [[nodiscard]] std::string request(std::uint64_t id) const;
    bool connect(Connection& c);
    void send(Connection& c, std::uint64_t id);
    void next(Connection& c);

    Options options_;
    int epoll_ = -1;
    std::vector<Connection> connections_;
    std::vector<Connection*> idle_;
    std::deque<std::uint64_t> waiting_;
    std::uint64_t answered_ = 0;
    std::uint64_t refused_ = 0;
    std::int64_t last_us_ = 0;
};

}  // namespace postern::load
