// Dispatch: one plan and one apply a kind of command.
#include "gateway/core/core.h"

#include <algorithm>

#include "gateway/core/outbox.h"
#include "gateway/core/plan.h"
#include "gateway/core/writer.h"

namespace postern::core {
namespace {

/// Messages that one turn asks again: many may have waited for a template.
constexpr std::size_t woken_at_once = 256;

}  // namespace

Core::Core(const CoreOptions& options, SmallTables tables)
    : epoch_(options.epoch),
      sequence_(options.last_sequence),
      time_(options.wall_min),
      rows_(options.rows_max, options.last_sequence),
      templates_(std::move(tables.templates), tables.template_waits),
      workspace_(std::move(tables.workspace)),
      outbox_(std::make_unique<Outbox>()),
      zone_groups_(std::move(tables.zone_groups)),
      sending_paused_(tables.sending_paused),
      ledger_(std::move(tables.ledger), tables.ledger_counted) {
    for (const model::LimitsRow& row : tables.limits) outbox_->kept_limits().found(row);
    for (const auto& [account, lane] : tables.lanes) {
        if (lane != template_lane) outbox_->found_lane(account, lane);
    }
    for (model::AccountRow& a : tables.accounts) {
        shared_scopes_.add_channel(a.channel);
        accounts_.emplace(a.number, std::move(a));
    }
    for (model::ApiKeyRow& k : tables.api_keys) api_keys_.emplace(k.id, std::move(k));
    for (model::SubscriptionRow& s : tables.subscriptions)
        subscriptions_.emplace(s.id, std::move(s));
}

Core::~Core() = default;
Core::Core(Core&&) noexcept = default;

void Core::plan(const Command& command, model::Now now,
                std::vector<storage::RowKey>& missing) const {
    now.wall = time_.at(now);  // the moment that apply() will count by
    std::visit(
        [&]<class Command>(const Command& c) {
            if constexpr (requires { c.inbound; })
                plan_rows(c, now, shared_scopes_, rows_, missing);
            else
                plan_rows(c, now, rows_, missing);
        },
        command.payload);
}

void Core::apply(Command&& command, model::Now now, Effects& effects) {
    time_.pass(now);
    const auto ahead = time_.ahead(now);
    now.wall += ahead;
    Writer writer(*this, command, now, ahead, effects);
    std::visit([&](auto& c) { apply_payload(c, writer); }, command.payload);
}

void Core::close(Effects& effects) {
    effects.at = time_.reached();
    // A count that was only taken over from an earlier version goes with the next change.
    if (effects.writes.empty() || !ledger_.changed()) return;
    for (model::LedgerRow& row : ledger_.take_changed()) {
        effects.writes.push_back({storage::keys::ledger(row.account),
                                  std::make_shared<const model::Record>(row), Seal::plain});
    }
}

void Core::give_up(const Command& command) {
    if (const auto* attempt = std::get_if<AttemptMessage>(&command.payload))
        outbox_->attempted(*attempt);
    if (const auto* answer = std::get_if<AnswerAttempt>(&command.payload))
        outbox_->end(answer->account, answer->part, answer->slot);
}

void Core::run_due(model::Now now, Effects& effects, std::vector<Command>& next) {
    time_.pass(now);
    const auto ahead = time_.ahead(now);
    now.wall += ahead;
    outbox_->look_at_clock(now.wall, ahead);
    if (time_.take_moved()) outbox_->unpark_all();
    for (const TemplateWait& wait : templates_.take_woken(woken_at_once))
        next.push_back({WakeMessage{wait.message, wait.account, wait.waited_for}, {}});
    for (Command& once_more : unfinished_) next.push_back(std::move(once_more));
    unfinished_.clear();
    std::vector<AttemptMessage> attempts;
    outbox_->run(now, attempts, effects.reads);
    for (const AttemptMessage& attempt : attempts) next.push_back({attempt, {}});
}

std::chrono::microseconds Core::next_wake(model::Now now) const {
    if (templates_.has_woken() || !unfinished_.empty()) return now.steady;
    now.wall = time_.at(now);
    return outbox_->next_wake(now);
}

}  // namespace postern::core
