// A message's state, made again from its body and its events in the order in which they happened.
// Being sent is the one state that has no event: the attempt begins with the intent alone.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "gateway/audit/audit.h"
#include "gateway/core/message_state.h"

namespace postern::audit {
namespace {

using model::MessageState;
using model::Sequence;

/// What a timeline says so far.
struct Timeline {
    Sequence last_event = 0;
    MessageState state = MessageState::queued;
    std::uint16_t attempts = 0;
    bool has_event = false;
    bool flagged = false;   // possible_duplicate was said
    bool doubtful = false;  // an attempt ended unknown, which is the reason to flag
    bool broken = false;    // told already
    model::Part part = 0;
    model::Instant created{};
    std::vector<model::AccountNumber> routes;
};

class Pass final {
  public:
    Pass(const AuditOptions& options, AuditReport& report, Teller& teller)
        : options_(options), report_(report), teller_(teller) {}

    /// Bodies and events from `from` on, of as many messages as a pass takes.
    [[nodiscard]] storage::Result<void> read(runtime::Reader& reader, Sequence from);
    [[nodiscard]] storage::Result<void> compare(runtime::Reader& reader, Sequence from);
    /// Where the next pass begins; 0: this was the last.
    [[nodiscard]] Sequence next() const { return next_; }

  private:
    void take_body(Sequence id, const model::OutboundRow& row);
    void take_event(Sequence sequence, const model::OutboundEventRow& row);
    void compare(Sequence id, const model::StateRow& state, const Timeline& timeline);
    void missing_body(Sequence id);

    const AuditOptions& options_;
    AuditReport& report_;
    Teller& teller_;
    std::map<Sequence, Timeline> timelines_;
    std::set<Sequence> unreadable_;  // rows that are there: of erased people
    Sequence first_ = 0;             // the oldest row that there is
    Sequence next_ = 0;
};

void Pass::take_body(Sequence id, const model::OutboundRow& row) {
    if (next_ != 0) return;
    if (timelines_.size() >= options_.messages_per_pass) {
        next_ = id;
        return;
    }
    Timeline& timeline = timelines_[id];
    timeline.part = row.head.part;
    timeline.created = row.head.created;
    for (const model::Route& route : row.routes) timeline.routes.push_back(route.account);
}

void Pass::take_event(Sequence sequence, const model::OutboundEventRow& row) {
    const auto it = timelines_.find(row.message);
    if (it == timelines_.end()) return;  // of another pass, or of a body that retention took
    Timeline& timeline = it->second;
    if (timeline.broken) return;
    ++report_.events;
    if (row.previous_event != timeline.last_event) {
        timeline.broken = true;
        teller_.tell(fmt::format("message {}: event {} follows event {}, its timeline ends at {}",
                                 row.message, sequence, row.previous_event, timeline.last_event));
        return;
    }
    if (timeline.has_event && core::is_absolute(timeline.state)) {
        timeline.broken = true;
        teller_.tell(fmt::format("message {}: event {} follows the end, {}", row.message, sequence,
                                 to_string(timeline.state)));
        return;
    }
    timeline.last_event = sequence;
    timeline.has_event = true;
    timeline.state = row.state;
    timeline.attempts = row.attempt;
    timeline.flagged |= row.possible_duplicate;
    timeline.doubtful |= row.state == MessageState::unknown;
}

storage::Result<void> Pass::read(runtime::Reader& reader, Sequence from) {
    const double all = static_cast<double>(std::max<Sequence>(reader.applied(), 1));
    std::uint64_t rows = 0;
    return reader.scan(
        storage::keys::seq_row(from), storage::keys::seq_row(~Sequence{0}),
        [&](std::string_view key, const model::RecordPtr& record) {
            const Sequence sequence = storage::keys::trailing_u64(key);
            if (first_ == 0) first_ = sequence;
            if (options_.progress && ++rows % 65'536 == 0)
                options_.progress(static_cast<double>(sequence) / all);
            if (!record) {
                unreadable_.insert(sequence);
            } else if (const auto* body = model::get_if<model::OutboundRow>(record.get())) {
                take_body(sequence, *body);
            } else if (const auto* event = model::get_if<model::OutboundEventRow>(record.get())) {
                take_event(sequence, *event);
            }
            return true;
        });
}

void Pass::missing_body(Sequence id) {
    if (first_ == 0 || id < first_) {
        ++report_.retired;
    } else if (unreadable_.contains(id)) {
        ++report_.erased;
    } else {
        teller_.tell(fmt::format("message {}: it has a state and no body", id));
    }
}

void Pass::compare(Sequence id, const model::StateRow& state, const Timeline& timeline) {
    if (timeline.broken) return;
    ++report_.followed;
    const auto tell = [&](std::string what) {
        teller_.tell(fmt::format("message {}: {}", id, what));
    };
    if (state.last_event != timeline.last_event)
        return tell(fmt::format("its state ends at event {}, its timeline at {}", state.last_event,
                                timeline.last_event));
    const bool sending = state.state == MessageState::sending;
    const bool unmoved = !timeline.has_event && state.state == MessageState::waiting;
    if (!sending && !unmoved && state.state != timeline.state)
        tell(fmt::format("it is {}, its timeline says {}", to_string(state.state),
                         to_string(timeline.state)));
    const unsigned attempts = timeline.attempts + (sending ? 1u : 0u);
    if (state.attempts != attempts)
        tell(fmt::format("{} attempts, its timeline says {}", state.attempts, attempts));
    if (timeline.flagged && !state.possible_duplicate)
        tell("its timeline says that it may be a duplicate, its state does not");
    if (state.possible_duplicate && !timeline.flagged && !timeline.doubtful)
        tell("its state says that it may be a duplicate, nothing in its timeline is a reason");
    if (state.part != timeline.part) tell("its state and its body are of two people");
    if (state.created != timeline.created) tell("its state and its body are of two moments");
    if (state.route >= timeline.routes.size() || timeline.routes[state.route] != state.account)
        tell(fmt::format("account {} is not the one of its way {}", state.account, state.route));
}

storage::Result<void> Pass::compare(runtime::Reader& reader, Sequence from) {
    const auto scanned = reader.scan(
        storage::keys::state(from), storage::keys::state(next_ == 0 ? ~Sequence{0} : next_),
        [&](std::string_view key, const model::RecordPtr& record) {
            const auto* state = record ? model::get_if<model::StateRow>(record.get()) : nullptr;
            const Sequence id = storage::keys::trailing_u64(key);
            const auto it = timelines_.find(id);
            if (it == timelines_.end()) {
                missing_body(id);
                return true;
            }
            if (state) compare(id, *state, it->second);
            timelines_.erase(it);
            return true;
        });
    if (scanned.has_error()) return scanned;
    for (const auto& [id, timeline] : timelines_)
        teller_.tell(fmt::format("message {}: it was accepted and has no state", id));
    return {};
}

}  // namespace

storage::Result<void> audit_timelines(runtime::Reader& reader, const AuditOptions& options,
                                      AuditReport& report, Teller& teller) {
    Sequence from = 0;
    do {
        Pass pass(options, report, teller);
        if (const auto read = pass.read(reader, from); read.has_error()) return read;
        if (const auto compared = pass.compare(reader, from); compared.has_error()) return compared;
        from = pass.next();
    } while (from != 0);
    return {};
}

}  // namespace postern::audit
