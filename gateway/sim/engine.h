// The running simulator without its HTTP face: one I/O thread, a client, the books, the stream of
// webhooks. The server and the `--stream` mode are both made of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"
#include "gateway/sim/accounts.h"
#include "gateway/sim/agenda.h"
#include "gateway/sim/behaviour.h"
#include "gateway/sim/counter.h"
#include "gateway/sim/delivery.h"
#include "gateway/sim/ledger.h"
#include "gateway/sim/pump.h"
#include "gateway/sim/receipts.h"
#include "gateway/sim/sent_log.h"
#include "gateway/sim/stream.h"
#include "gateway/sim/telegram_updates.h"

namespace postern::sim {

/// Files with a PEM each: the relay's certificate and its key. Empty: it speaks in clear.
struct CertificateFiles {
    std::string certificate;
    std::string key;
};

/// Everything inside belongs to its I/O thread; other threads use on_thread() and push().
class Engine final {
  public:
    /// `sends`: what happens to sends from the start.
    explicit Engine(StreamOptions options, const SendFaults& sends = {});
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Runs `task` on the I/O thread and waits for it. Never from that thread.
    void on_thread(const std::function<void()>& task);
    /// Pushes `total` webhooks of the stream and waits. Never from the I/O thread.
    [[nodiscard]] PumpResult push(PumpOptions options);

    [[nodiscard]] net::IoPool& pool() { return *pool_; }
    [[nodiscard]] net::IoThread& thread() { return pool_->at(0); }
    [[nodiscard]] SentLog& sent_log() { return sent_log_; }
    [[nodiscard]] Stream& stream() { return stream_; }
    [[nodiscard]] Delivery& delivery() { return *delivery_; }
    [[nodiscard]] Ledger& ledger() { return ledger_; }
    [[nodiscard]] Accounts& accounts() { return accounts_; }
    [[nodiscard]] Behaviour& behaviour() { return behaviour_; }
    [[nodiscard]] Agenda& agenda() { return *agenda_; }
    [[nodiscard]] Receipts& receipts() { return *receipts_; }
    [[nodiscard]] Counter& counter() { return *counter_; }

    /// Set before the listeners are started.
    CertificateFiles certificate;

  private:
    [[nodiscard]] Webhook next();

    SentLog sent_log_;
    Stream stream_;
    Ledger ledger_;
    Accounts accounts_;
    Behaviour behaviour_;
    std::unique_ptr<net::IoPool> pool_;
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<Delivery> delivery_;
    std::unique_ptr<Agenda> agenda_;
    std::unique_ptr<Receipts> receipts_;
    std::unique_ptr<TelegramUpdates> updates_;
    std::unique_ptr<Counter> counter_;
};

}  // namespace postern::sim
