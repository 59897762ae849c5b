// Looks at every row of sending as it becomes durable, and at every dispatch, and says what must
// not be: a state that goes down, a message that leaves without an intent, too early, too late, out
// of order, against a stop. It keeps its own picture and asks the core nothing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gateway/core/effects.h"
#include "gateway/runtime/store_reader.h"

namespace postern::simulation {

class SendingWatch final {
  public:
    explicit SendingWatch(std::vector<std::string>& failures) : failures_(failures) {}

    /// The picture as the store has it, after a start.
    void reload(runtime::StoreReader& reader);
    void durable(const core::RowWrite& write);
    void dispatched(const core::Dispatch& dispatch);
    /// The provider answers. That it takes nothing for a while counts once the gateway has written
    /// down that it was told.
    void answered(const core::AnswerAttempt& answer);
    /// An operator asked for it once more: from here on it may be queued again.
    void redriven(model::Sequence message) { redriven_.insert(message); }

    /// A provider that had taken it tells that it came back: it may wait for another attempt.
    void came_back(model::Sequence message) { came_back_.insert(message); }

    /// Rates, counts: what can only be said at the end. `unknown_made`: attempts whose end the
    /// provider hid.
    void finish(std::size_t unknown_made);

    [[nodiscard]] const std::map<model::Sequence, model::StateRow>& states() const {
        return states_;
    }
    [[nodiscard]] const model::OutboundRow* message(model::Sequence id) const;
    /// Dispatches of a message that said they may be a second copy.
    [[nodiscard]] std::size_t flagged(model::Sequence message) const;
    /// Messages that passed one of their person and rank that was in its quiet hours, or paused.
    std::size_t passes = 0;
    std::size_t sends = 0;
    /// Attempts that were made because the one before came back.
    std::size_t bounces = 0;

  private:
    void person(model::Part part, const model::HotRow& row);
    void state(model::Sequence id, const model::StateRow& row);
    void check_move(model::Sequence id, const model::StateRow& from, const model::StateRow& to);
    void check_leaving(model::Sequence id, const model::StateRow& before,
                       const model::StateRow& now);
    void check_order(model::Sequence id, const model::StateRow& before, const model::StateRow& now);
    void check_waits(model::Sequence id, const model::StateRow& now);
    void check_days();
    void take_event(const model::OutboundEventRow& event);
    [[nodiscard]] bool is_paused(const model::OutboundRow& row) const;
    void check_address(model::Sequence id, const model::OutboundRow& row,
                       const model::Route& route);
    void fail(std::string what) { failures_.push_back(std::move(what)); }

    std::vector<std::string>& failures_;
    std::map<model::Sequence, model::StateRow> states_;
    std::map<model::Sequence, model::RecordPtr> messages_;
    std::map<storage::RowKey, model::AddressNotesRow> notes_;
    std::map<model::AccountNumber, model::AccountRow> accounts_;
    std::set<std::pair<model::Sequence, std::uint16_t>> intents_;
    /// Whom the person's next message on an account waits for.
    std::map<std::pair<model::Part, model::AccountNumber>, model::Sequence> holding_;
    /// Their last attempt was refused for a time, and no rule of their own made them wait since.
    std::set<model::Sequence> tried_;
    std::vector<model::SendingPause> pauses_;
    std::set<model::Sequence> redriven_;
    std::set<model::Sequence> came_back_;
    std::map<model::Sequence, std::size_t> flagged_;
    std::map<model::AccountNumber, std::vector<model::Instant>> left_;
    using Pair = std::pair<model::AccountNumber, model::Part>;
    std::map<Pair, std::vector<model::Instant>> left_to_;
    struct Wait {
        Pair pair;  // part 0: everybody
        model::Instant until{};
    };
    std::map<model::Sequence, Wait> told_;  // by the message that was answered so
    std::map<Pair, model::Instant> waits_;
    std::size_t unknown_ = 0;
    std::size_t interrupted_ = 0;  // attempts that were under way at a start
};

}  // namespace postern::simulation
