// The way out: takes what the core decided to send, once that is durable, and brings back what
// became of it. Spreads dispatches over the I/O threads; each has its own connections to providers.
//
// Life: made after the pool and the inbox, stopped before the pool. It knows nothing of limits,
// order or retries: those are the core's.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/core/effects.h"
#include "gateway/egress/accounts.h"
#include "gateway/egress/attempt.h"
#include "gateway/egress/side_call.h"
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

    /// Before the first dispatch; called on every I/O thread.
    void set_media_url(decltype(Surroundings::media_url) make) {
        around_->media_url = std::move(make);
    }
    /// As above; `files` outlives what is under way.
    void set_uploads(UploadFiles& files) { around_->uploads = &files; }

    /// Main thread; reads the accounts' files of authorities, also those that it has read before:
    /// what cannot be read is not trusted anew. What is under way ends with the account that it
    /// began with; connections that stand are used on. One line a file that cannot be read.
    std::vector<std::string> reload(std::shared_ptr<const AccountTable> accounts);

    /// Log thread, after the intents are durable; never waits. Each dispatch comes back as one
    /// core::AnswerAttempt through CoreInbox::post_always, from an I/O thread, or from this one if
    /// it comes after stop().
    void dispatch(std::vector<core::Dispatch> dispatches);

    /// One request to an account's provider beside the queue, through the connections that `thread`
    /// (the current one, of the pool) has to it; `done` comes there, later, if stop() is not first.
    /// `anyway`: as in SideCallGround.
    void call(model::AccountNumber account, adapters::ProviderCall call, net::IoThread& thread,
              std::function<void(CallAnswer)> done, bool anyway = false);

    /// Courier::try_login of the account; false: it has no courier, or one that has no login to
    /// try. On `thread`, as above.
    [[nodiscard]] bool try_login(model::AccountNumber account, net::IoThread& thread,
                                 std::function<void(const Handed&)> done);

    /// Main thread, once, while the pool runs. Takes no more, waits for what is under way, at most
    /// `grace`; what is then still open is cut. Where nothing irrevocable can have left it is
    /// answered "stopping"; the rest gets no answer: its durable slot makes it unknown at the next
    /// start. False: that happened.
    bool stop(std::chrono::milliseconds grace);

    [[nodiscard]] std::shared_ptr<const AccountTable> accounts() const { return accounts_.load(); }
    [[nodiscard]] std::size_t under_way() const { return around_->under_way.load(); }

  private:
    net::IoPool& pool_;
    const std::shared_ptr<Surroundings> around_;
    std::vector<std::shared_ptr<Clients>> clients_;  // by thread
    model::Snapshot<AccountTable> accounts_{std::make_shared<const AccountTable>()};
    /// One client a thread, by Account::way; main thread. The threads' own maps share them.
    std::map<std::string, std::vector<std::shared_ptr<net::HttpClient>>, std::less<>> ways_;
    bool stopped_ = false;
};

}  // namespace postern::egress
