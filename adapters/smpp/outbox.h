// The messages of an account that are on their way to its centre, over all of its binds: which part
// goes next and on which bind, and what becomes of a message when its parts have been answered,
// refused, or lost. Pure: it is told what happens and says what to do. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sending_adapter.h"
#include "adapters/smpp/messages.h"
#include "adapters/smpp/pace.h"
#include "adapters/smpp/session.h"

namespace postern::adapters::smpp {

/// How a message ended.
struct Ended {
    std::uint64_t message = 0;
    SendOutcome outcome;
    std::uint32_t status = 0;  // the centre's last word
    bool sent = false;         // something of it left
};

/// A part that is to be submitted now.
struct NextPart {
    std::uint64_t token = 0;
    std::uint64_t message = 0;
    std::size_t session = 0;
    std::size_t number = 0;  // of the part, from 0
    std::size_t parts = 1;
    const ShortMessage* part = nullptr;  // until the next call
};

class Outbox final {
  public:
    using Moment = std::chrono::microseconds;  // steady
    struct Limits {
        std::size_t waiting_max = 10'000;
        std::chrono::seconds patience{10};    // of a message of which nothing has left
        std::chrono::seconds unfinished{60};  // of one of which some part has
    };
    Outbox() : Outbox(Limits{}) {}
    explicit Outbox(Limits limits) : limits_(limits) {}

    /// False: too many wait. `parts` is not empty.
    [[nodiscard]] bool add(std::uint64_t message, std::vector<ShortMessage> parts, Moment now);

    /// The next part to submit: `room` tells how many a session takes, 0 for one that is not
    /// bound. Nothing: none waits, there is no room, or the pace says later (see deadline()).
    [[nodiscard]] std::optional<NextPart> next(const std::function<std::size_t(std::size_t)>& room,
                                               std::size_t sessions, Moment now);

    /// What was submitted under `token`; the ids of parts that were taken are told to `taken`
    /// (message, part, parts, id). Ends a message when all of its parts are known.
    using Taken = std::function<void(std::uint64_t, std::size_t, std::size_t, const std::string&)>;
    [[nodiscard]] std::vector<Ended> answered(const Submitted& submitted, Moment now, Instant wall,
                                              const Taken& taken);
    /// The session's connection is gone. Its open submissions: those that may have left, and those
    /// that certainly did not. Those go over another bind, unless a part of their message was
    /// refused or lost: then it ends.
    [[nodiscard]] std::vector<Ended> lost(std::size_t session,
                                          const std::vector<std::uint64_t>& unanswered,
                                          const std::vector<std::uint64_t>& unsent, Moment now,
                                          Instant wall);

    /// Messages that waited too long. `why_unbound`: what those say that found no bind.
    [[nodiscard]] std::vector<Ended> overdue(Moment now, Instant wall, bool bound,
                                             const std::string& why_unbound);
    /// Everything of which nothing has left, at once: the login is refused, or we stop.
    [[nodiscard]] std::vector<Ended> give_up_waiting(const SendOutcome& outcome);
    /// Everything, honestly: what has left in part is unknown.
    [[nodiscard]] std::vector<Ended> give_up_all(const SendOutcome& outcome);

    [[nodiscard]] std::optional<Moment> deadline(Moment now);
    [[nodiscard]] std::size_t size() const { return messages_.size(); }
    [[nodiscard]] const Pace& pace() const { return pace_; }

  private:
    enum class PartState : unsigned char { waiting, out, taken, refused, unanswered };
    struct Message {
        std::vector<ShortMessage> parts;
        std::vector<PartState> states;
        std::vector<std::string> ids;
        std::optional<std::size_t> session;  // the one that its parts go over
        Moment since{};
        unsigned throttled = 0;
        std::uint32_t status = 0;  // of the first part that was refused

        [[nodiscard]] std::size_t count(PartState state) const;
        [[nodiscard]] bool touched() const;  // some part has left
        [[nodiscard]] bool stopped() const;  // a part was refused or lost: no other one leaves
    };
    using Entry = std::map<std::uint64_t, Message>::iterator;

    [[nodiscard]] std::optional<Ended> judge(Entry entry, Instant wall, Moment now);
    [[nodiscard]] Ended end(Entry entry, SendOutcome outcome);
    [[nodiscard]] bool is_refusal_for_speed(std::uint32_t status) const;
    void requeue(std::uint64_t message);

    const Limits limits_;
    Pace pace_;
    std::map<std::uint64_t, Message> messages_;
    std::deque<std::uint64_t> queue_;  // with parts that wait, those that have begun first
    std::map<std::uint64_t, std::pair<std::uint64_t, std::size_t>> out_;  // token: message, part
    std::uint64_t tokens_ = 0;
};

}  // namespace postern::adapters::smpp
