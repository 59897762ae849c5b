// What came in, whichever way (a webhook, an SMPP bind, a mail box, a web chat): decoded items to
// durable commands. Siblings, poison, quarantine of what cannot be understood, overload: the same
// for all. I/O threads.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/ingress/accounts.h"
#include "gateway/ingress/commands.h"
#include "gateway/ingress/long_texts.h"
#include "gateway/net/io_thread.h"
#include "gateway/runtime/core_inbox.h"
#include "gateway/runtime/poison_slot.h"

namespace postern::ingress {

class CarriedFiles;

/// What a full disk lets in; set by the free-space guard, read per request.
struct IntakeGate {
    std::atomic<bool> webhooks{true};
    std::atomic<bool> api_writes{true};
};

/// One thing that a provider told, not by a webhook.
struct Arrival {
    std::string account;  // its name in the configuration
    /// What came, whole. It is what quarantine keeps and a replay decodes again: the account's
    /// HttpAdapter::decode must be able to read it as a body. Views of `batch` point into it.
    std::shared_ptr<const std::string> raw;
    /// How quarantine names it, where a webhook has its method and path: "SMPP", "deliver_sm".
    std::string method = "POST";
    std::string target;
    /// What the caller understood already; unset: the account's adapter decodes `raw` as the body
    /// of a webhook (`raw` needs no padding).
    std::optional<adapters::InboundBatch> batch = std::nullopt;
    /// Set: nothing of it could be understood, and why; it is set aside for a person.
    std::string undecodable;
};

enum class Taken : std::uint8_t {
    durable,     // as commands, or set aside: tell the provider that it arrived
    overloaded,  // nothing is promised: have it brought again after `retry_after`
    no_account,  // not configured any more
};

struct TakeResult {
    Taken taken = Taken::durable;
    std::chrono::milliseconds retry_after{0};
    bool waits_for_parts = false;   // of `overloaded`: it is kept, the rest of its text is to come
    std::string set_aside;          // why some or all of it went to quarantine; empty: nothing did
    std::vector<model::Ulid> made;  // what the core made of it
    std::size_t duplicates = 0;     // items that had come before
    std::string confirm_url;        // to be asked for before the provider is answered
    model::Instant durable_at{};    // its items; the epoch: there were none
};

class Intake final {
  public:
    /// `io_threads`: one CommandMaker each. `now`: wall clock.
    Intake(const Accounts& accounts, runtime::CoreInbox& inbox, const IntakeGate& gate,
           const storage::KeyBytes& master, const runtime::PoisonSlot& poison,
           std::size_t io_threads, std::function<model::Instant()> now);

    /// On `thread`; `done` comes there exactly once, as soon as all is durable, or at once when it
    /// is refused; it may come within this call.
    void take(Arrival arrival, net::IoThread& thread, std::function<void(TakeResult)> done);

    /// A request of a provider that verified; its views live until `done`. Who admitted it has
    /// asked is_shut().
    struct Request {
        std::shared_ptr<const AccountTable> table;  // keeps the account
        const Account* account = nullptr;
        adapters::WebhookRequest view;  // without headers: these
        std::vector<adapters::HeaderView> headers;
        model::Instant now{};
    };
    void take(Request request, net::IoThread& thread, std::function<void(TakeResult)> done);

    /// Whether nothing of this account (or of nobody's) would be taken now: asked before a body is
    /// read, and counted if it is so.
    [[nodiscard]] bool is_shut(const Account* account) const;

    /// Where bytes that come with a message are kept; outlives this. Before the first arrival.
    /// Without it they are dropped.
    void keep_files(CarriedFiles& files) { files_ = &files; }

    /// Requests set aside because applying them ended the process twice.
    std::atomic<std::uint64_t> poisoned{0};

  private:
    struct Taking;  // what is taken, until its answer

    void begin(const std::shared_ptr<Taking>& taking);
    [[nodiscard]] std::vector<core::Command> understand(Taking& taking);
    [[nodiscard]] bool is_poison(const std::vector<core::Command>& commands, TakeResult& result);
    /// Of what was understood: sets poison aside, keeps files, posts.
    void admit(const std::shared_ptr<Taking>& taking, std::vector<core::Command> commands);
    void post(const std::shared_ptr<Taking>& taking, std::vector<core::Command> commands);
    /// True: it is a part of a longer text, which answers it.
    [[nodiscard]] bool join(const std::shared_ptr<Taking>& taking, core::Command& command);
    void post_joined(LongTexts::Joined joined, net::IoThread& thread);
    void note(const std::vector<core::Reply>& replies, Taking& taking) const;
    /// Its items are durable: sets aside what did not come in, then answers.
    void finish(const std::shared_ptr<Taking>& taking);
    static void refuse(Taking& taking);

    const Accounts& accounts_;
    runtime::CoreInbox& inbox_;
    const IntakeGate& gate_;
    const runtime::PoisonSlot& poison_;
    std::function<model::Instant()> now_;
    std::vector<std::unique_ptr<CommandMaker>> makers_;
    CarriedFiles* files_ = nullptr;
    std::shared_ptr<LongTexts> long_texts_ = std::make_shared<LongTexts>();
};

}  // namespace postern::ingress
