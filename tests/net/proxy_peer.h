// A small HTTP proxy of the tests' own: CONNECT tunnels and absolute-form requests, credentials if
// it is told so. Blocking sockets and a thread a connection, so that it shares nothing with ours.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace postern::net::test {

class ProxyPeer final {
  public:
    ProxyPeer();
    ~ProxyPeer();
    ProxyPeer(const ProxyPeer&) = delete;
    ProxyPeer& operator=(const ProxyPeer&) = delete;

    /// "http://127.0.0.1:port"
    [[nodiscard]] std::string url() const;
    /// First lines of what it was asked, in order.
    [[nodiscard]] std::vector<std::string> asked();

    /// Before the first connection. What "Proxy-Authorization" must say; empty: anything.
    std::string authorization;
    int refuse_with = 0;      // this status for everybody
    std::string extra_bytes;  // behind the head of its 200

  private:
    void accept_all();
    void serve(int client);
    [[nodiscard]] int open_upstream(const std::string& endpoint);

    int listener_ = -1;
    unsigned port_ = 0;
    std::mutex mutex_;
    std::vector<std::string> asked_;
    std::vector<std::thread> threads_;
    std::vector<int> sockets_;
    std::atomic<bool> stopping_{false};
    std::thread acceptor_;
};

}  // namespace postern::net::test
