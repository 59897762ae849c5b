// The way out of an account whose provider does not speak HTTP: takes one message, answers once.
// What is around it stays egress's: breaker, health, the answer to the core.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/model/outbound.h"
#include "adapters/sending_adapter.h"
#include "gateway/egress/breakers.h"
#include "gateway/model/ids.h"
#include "gateway/model/records.h"
#include "gateway/model/time.h"
#include "gateway/net/io_thread.h"

namespace postern::egress {

/// One message of one attempt, with everything of it: adapters::SendRequest says what each is.
struct Parcel {
    std::string to;
    adapters::OutboundContent content;  // with `upload`, `url` is where it can be fetched, or empty
    std::string reply_to;
    std::string thread;
    std::string echo;
    std::string status_url;
    model::Instant now{};
    model::Instant expires{};
    bool human_agent = false;
    bool proactive = false;
    std::string category;
    // Beyond what an adapter is told:
    model::MessageId message;
    model::ConversationId conversation;  // nil: it has none yet
    model::AccountNumber account = 0;
    std::uint16_t attempt = 0;
    bool possible_duplicate = false;

    /// Points into this parcel.
    [[nodiscard]] adapters::SendRequest request() const;
};

/// What became of a parcel.
struct Handed {
    adapters::SendOutcome outcome;
    /// What that says of the peer, for the circuit breaker of the account; unset: as for a provider
    /// with HTTP (codes "stopping" and "queue_full" say nothing of it). An outcome that is about
    /// one recipient alone says `succeeded` here.
    std::optional<CallEnd> end = std::nullopt;
    // For the story of the message:
    std::uint16_t status = 0;  // the peer's own number: an SMTP reply, an SMPP status
    std::string request;       // the peer's name of what it took: a queue id
    bool sent = true;          // at least one byte of it left
};

/// Life: made for an account's settings, kept over reloads that leave them as they are, shared by
/// egress's tables until the last attempt that began with it has ended.
class Courier {
  public:
    virtual ~Courier() = default;

    /// On `thread`, any of the pool's. `done` comes there, exactly once, never within this call,
    /// and within the courier's own deadlines (minutes; longer for a large file): also after
    /// stop(). Queues are bounded: what does not fit is answered `rate_limited` or `transient`.
    virtual void send(Parcel parcel, net::IoThread& thread, std::function<void(Handed)> done) = 0;

    /// As send(), without a message: comes as far as the login, and no further; `accepted` if the
    /// peer took it. False: this way has no login to try, and `done` is not called.
    virtual bool try_login(net::IoThread&, std::function<void(Handed)> /*done*/) { return false; }

    /// Main thread, once: the settings are in force, and what comes in may go to the intake. Before
    /// it send() may be called already; connections may be made or wait for this.
    virtual void begin() {}

    /// Any thread, once; returns at once. Takes no more (answers `transient`, code "stopping"),
    /// lets what is under way end within `grace`, answers the rest by how far it came, closes.
    /// `stopped` is called once, on any thread, when nothing of it runs any more; the pool outlives
    /// that.
    virtual void stop(std::chrono::milliseconds grace, std::function<void()> stopped) = 0;
};

}  // namespace postern::egress
