// An app's endpoint: takes what subscriptions deliver and remembers which events came. Lives in the
// test's process, which outlives the daemons. A thread of its own.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "gateway/net/io_thread.h"
#include "gateway/net/server.h"

namespace postern::crash {

class Hook final : private net::HttpHandler {
  public:
    /// Failures are the test's.
    Hook();
    ~Hook() override;
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;

    [[nodiscard]] std::string url() const;
    /// Every event that was delivered here, by its id.
    [[nodiscard]] std::unordered_set<std::string> events() const;

  private:
    net::Admission admit(const net::Request& request) override;
    void handle(const net::Request& request, net::Responder responder) override;

    std::unique_ptr<net::IoPool> pool_;
    std::unique_ptr<net::HttpServer> server_;
    mutable std::mutex mutex_;
    std::unordered_set<std::string> events_;
};

}  // namespace postern::crash
