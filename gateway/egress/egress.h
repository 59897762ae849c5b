// The way out: takes what the core decided to send, once that is durable, and brings back what
// became of it. Spreads dispatches over the I/O threads; each has its own connections to providers.
//
// Life: made after the pool and the inbox, stopped before the pool. It knows nothing of limits,
// order or retries: those are the core's.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gateway/core/effects.h"
#include "gateway/egress/accounts.h"
#include "gateway/egress/attempt.h"
#include "gateway/model/snapshot.h"
#include "gateway/net/io_thread.h"
#include "gateway/runtime/core_inbox.h"
#include "storage/seal.h"

namespace postern::egress {

class Egress final {
  public:
    /// `clock` and `random` are called on every I/O thread, at once. `master` is the workspace's:
    /// external ids are hashed as ingress hashes them, or no receipt would find its message.
    Egress(net::IoPool& pool, runtime::CoreInbox& inbox, const storage::KeyBytes& master,
           std::function<model::Now()> clock, std::function<std::uint64_t()> random,
           EgressOptions options = {});
    ~Egress();
    Egress(const Egress&) = delete;
    Egress& operator=(const Egress&) = delete;

    /// Main thread; reads the accounts' files of authorities. What is under way ends with the
    /// account that it began with. A path that was read once is not read again.
    void reload(std::shared_ptr<const AccountTable> accounts);

    /// Log thread, after the intents are durable; never waits. Each dispatch comes back as one
    /// core::AnswerAttempt through CoreInbox::post_always, from an I/O thread, or from this one if
    /// it comes after stop().
    void dispatch(std::vector<core::Dispatch> dispatches);

    /// Main thread, once, while the pool runs. Takes no more, waits for what is under way, at most
    /// `grace`; what is then still open is cut and gets no answer: its durable slot makes it
    /// unknown at the next start. False: that happened.
    bool stop(std::chrono::milliseconds grace);

    [[nodiscard]] std::shared_ptr<const AccountTable> accounts() const { return accounts_.load(); }
    [[nodiscard]] std::size_t under_way() const { return around_->under_way.load(); }

  private:
    net::IoPool& pool_;
    const std::shared_ptr<Surroundings> around_;
    std::vector<std::shared_ptr<Clients>> clients_;  // by thread
    model::Snapshot<AccountTable> accounts_{std::make_shared<const AccountTable>()};
    std::set<std::string> ca_files_;  // that have clients; main thread
    bool stopped_ = false;
};

}  // namespace postern::egress
