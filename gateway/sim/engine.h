// The running simulator without its HTTP face: one I/O thread, a client, the ledger, the stream of
// webhooks. The server and the `--stream` mode are both made of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"
#include "gateway/sim/delivery.h"
#include "gateway/sim/ledger.h"
#include "gateway/sim/pump.h"
#include "gateway/sim/stream.h"

namespace postern::sim {

/// Everything inside belongs to its I/O thread; other threads use on_thread() and push().
class Engine final {
  public:
    explicit Engine(StreamOptions options);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Runs `task` on the I/O thread and waits for it. Never from that thread.
    void on_thread(const std::function<void()>& task);
    /// Pushes `total` webhooks of the stream and waits. Never from the I/O thread.
    [[nodiscard]] PumpResult push(PumpOptions options);

    [[nodiscard]] net::IoPool& pool() { return *pool_; }
    [[nodiscard]] net::IoThread& thread() { return pool_->at(0); }
    [[nodiscard]] Ledger& ledger() { return ledger_; }
    [[nodiscard]] Stream& stream() { return stream_; }
    [[nodiscard]] Delivery& delivery() { return *delivery_; }

  private:
    Ledger ledger_;
    Stream stream_;
    std::unique_ptr<net::IoPool> pool_;
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<Delivery> delivery_;
};

}  // namespace postern::sim
