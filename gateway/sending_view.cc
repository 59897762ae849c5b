#include "gateway/sending_view.h"

#include <algorithm>
#include <cmath>

namespace postern {
namespace {

using model::MessageState;

std::string_view name_of(ratelimit::BreakerMode mode) {
    switch (mode) {
        case ratelimit::BreakerMode::open:
            return "open";
        case ratelimit::BreakerMode::half_open:
            return "half_open";
        case ratelimit::BreakerMode::closed:
            break;
    }
    return "closed";
}

/// The strongest of what holds an account back comes first.
void tell_what_holds(const SendingAccount& account, const SendingView& view,
                     api::SendingHealth& out) {
    if (!account.health) {
        out.held_by = "not in the configuration any more";
    } else if (view.figures->sending_paused) {
        out.held_by = "sending is paused as a whole (postern resume)";
    } else if (view.inactive) {
        out.held_by = "the workspace is inactive: test messages alone leave";
    } else if (account.row.paused) {
        out.held_by = "paused by an operator";
        out.held_reason = account.row.paused_reason;
    } else if (account.row.broken) {
        out.held_by = "the provider refuses the credentials";
        out.held_reason = account.row.broken_reason;
    } else if (account.figures.outbox.parked) {
        out.held_by = "waits for its rules";
        out.held_until = account.figures.outbox.parked_until;
    }
}

api::ConnectionHealth connections_of(const runtime::LineHealth& health) {
    const runtime::LineHealth::View view = health.view();
    return {runtime::state_of(view), view.up, view.wanted, view.since, view.problem,
            view.problem_at};
}

}  // namespace

SendingView look_at_sending(const SendingSources& sources) {
    SendingView view;
    view.figures = sources.pipeline->figures();
    const std::string set = sources.registered->workspace().mode;
    view.inactive = (set.empty() ? sources.mode : set) == "inactive";
    const auto ways = sources.egress->accounts();
    const auto settings = sources.settings->load();
    for (const auto& [name, row] : sources.registered->accounts()) {
        SendingAccount account;
        account.row = row;
        const auto figures = view.figures->accounts.find(row.number);
        if (figures != view.figures->accounts.end()) account.figures = figures->second;
        account.figures.ledger.account = row.number;
        if (const egress::Account* way = ways->find(row.number)) {
            account.health = way->health;
            account.sends = way->sending != nullptr;
            account.breaker = way->health->breakers.mode();
        }
        if (const auto known = settings->accounts.find(row.number);
            known != settings->accounts.end())
            account.rate = known->second.policy.rate;
        view.accounts.push_back(std::move(account));
    }
    std::sort(view.accounts.begin(), view.accounts.end(),
              [](const auto& a, const auto& b) { return a.row.number < b.row.number; });
    return view;
}

api::SendingHealth health_of(const SendingAccount& account, const SendingView& view,
                             model::Instant now) {
    api::SendingHealth out;
    const model::LedgerRow& ledger = account.figures.ledger;
    out.sends = account.sends;
    tell_what_holds(account, view, out);
    out.queued = ledger.count(MessageState::queued);
    out.waiting = ledger.count(MessageState::waiting);
    out.sending = ledger.count(MessageState::sending);
    out.unknown = ledger.count(MessageState::unknown);
    out.failed_today = core::failed_today(ledger, now);
    out.per_second = std::round(account.figures.per_second * 100) / 100;
    out.rate = account.rate;
    out.oldest_due = account.figures.outbox.oldest_due;
    out.breaker = name_of(account.breaker);
    if (account.health) {
        out.line = connections_of(account.health->line);
        out.receiving = connections_of(account.health->receiving);
        for (std::size_t i = 0; i < out.outcomes.size(); ++i)
            out.outcomes[i] = account.health->counted(static_cast<adapters::SendResult>(i));
    }
    return out;
}

}  // namespace postern
