// One function a question that an operator has, in the order in which they come up.
#include "gateway/metrics_sending.h"

#include "gateway/model/time.h"
#include "gateway/runtime/clock.h"
#include "ratelimit/breaker.h"

namespace postern {
namespace {

using metrics::Exposition;
using model::MessageState;

constexpr double micro = 1e-6;

double age(model::Instant since, model::Instant now) {
    if (since == model::Instant{} || since > now) return 0;
    return static_cast<double>((now - since).count()) * micro;
}

/// A sample for each account; `figure` takes a SendingAccount.
template <class Figure>
void each(const SendingView& view, Exposition& out, const Figure& figure) {
    for (const SendingAccount& account : view.accounts)
        out.sample({{"account", account.row.name}}, figure(account));
}

/// Is every message that was accepted accounted for?
void write_conservation(const SendingView& view, Exposition& out) {
    out.gauge("postern_messages", "Where does every message stand?");
    for (const SendingAccount& account : view.accounts) {
        for (std::size_t i = 0; i < model::message_state_count; ++i) {
            const auto state = static_cast<MessageState>(i);
            out.sample({{"account", account.row.name}, {"state", to_string(state)}},
                       account.figures.ledger.count(state));
        }
    }
    const auto counted = [&](const char* name, const char* help, auto member) {
        out.counter(name, help);
        each(view, out, [&](const auto& a) { return std::uint64_t{a.figures.ledger.*member}; });
    };
    using Row = model::LedgerRow;
    counted("postern_messages_accepted", "How many messages were accepted, ever?", &Row::accepted);
    counted("postern_messages_moved_in", "How many fell back to this account?", &Row::moved_in);
    counted("postern_messages_moved_out", "How many fell back from it?", &Row::moved_out);
    counted("postern_messages_removed", "How many did retention take?", &Row::removed);
    out.gauge("postern_messages_unaccounted",
              "Is a message lost or counted twice? (accepted + moved in - moved out - removed - "
              "the sum of states: never anything but 0)");
    each(view, out,
         [](const auto& a) { return static_cast<double>(a.figures.ledger.unaccounted()); });
}

/// What becomes of what leaves?
void write_attempts(const SendingView& view, Exposition& out) {
    out.counter("postern_sending_attempts", "What did the providers answer?");
    for (const SendingAccount& account : view.accounts) {
        for (std::size_t i = 0; account.health && i < egress::outcomes; ++i) {
            const auto result = static_cast<adapters::SendResult>(i);
            out.sample({{"account", account.row.name}, {"outcome", adapters::to_string(result)}},
                       account.health->counted(result));
        }
    }
    out.histogram("postern_sending_answer_seconds", "How fast does each provider answer?");
    for (const SendingAccount& account : view.accounts) {
        if (!account.health) continue;
        const metrics::Labels labels = {{"account", account.row.name}};
        const runtime::Histogram& answers = account.health->answer_us;
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < answers.buckets.size(); ++i) {
            total += answers.buckets[i].load();
            out.bucket(static_cast<double>(std::uint64_t{1} << i) * micro, total, labels);
        }
        out.histogram_end(static_cast<double>(answers.sum_us.load()) * micro, total, labels);
    }
    const auto counted = [&](const char* name, const char* help, auto figure) {
        out.counter(name, help);
        for (const SendingAccount& account : view.accounts) {
            if (account.health)
                out.sample({{"account", account.row.name}}, std::uint64_t{figure(*account.health)});
        }
    };
    counted("postern_sending_calls", "How many calls to providers were begun?",
            [](const auto& h) { return h.requests.load(); });
    counted("postern_sending_calls_not_sent", "How many calls ended before a byte left?",
            [](const auto& h) { return h.not_sent.load(); });
    counted("postern_sending_calls_unanswered", "How many calls left and got no answer?",
            [](const auto& h) { return h.unanswered.load(); });
    counted("postern_sending_held_back", "How many sends did an open breaker answer?",
            [](const auto& h) { return h.held_back.load(); });
}

/// What needs somebody to look?
void write_trouble(const SendingView& view, Exposition& out) {
    const auto counted = [&](const char* name, const char* help, auto member) {
        out.counter(name, help);
        each(view, out, [&](const auto& a) { return std::uint64_t{a.figures.tally.*member}; });
    };
    using Tally = core::AccountTally;
    counted("postern_sending_dispatches", "How many sends did the core order?", &Tally::attempts);
    counted("postern_sending_retries", "How many of them were not the first?", &Tally::retries);
    counted("postern_sending_unknown", "How often does nobody know whether it arrived?",
            &Tally::became_unknown);
    counted("postern_sending_duplicates_flagged", "How many may reach a person twice?",
            &Tally::duplicates_flagged);
    counted("postern_sending_dead_letters", "How many failed, expired or stay unknown?",
            &Tally::dead_letters);
    out.gauge("postern_sending_credential_broken", "Does the provider refuse who we are?");
    each(view, out, [](const auto& a) { return std::uint64_t{a.row.broken}; });
    out.gauge("postern_sending_account_paused", "Has an operator paused it?");
    each(view, out, [](const auto& a) { return std::uint64_t{a.row.paused}; });
    out.gauge("postern_sending_breaker",
              "Is the provider in trouble? (0 closed, 1 half open, 2 open)");
    each(view, out, [](const auto& a) {
        using Mode = ratelimit::BreakerMode;
        return std::uint64_t{a.breaker == Mode::open ? 2u : a.breaker == Mode::half_open ? 1u : 0u};
    });
    out.gauge("postern_sending_paused", "Is sending as a whole paused?");
    out.sample({}, std::uint64_t{view.figures->sending_paused});
}

/// What waits, where, since when?
void write_queue(const SendingView& view, Exposition& out) {
    const model::Instant now = runtime::read_clocks().wall;
    out.gauge("postern_sending_due_lag_seconds",
              "How late is the oldest message whose time has come and that nothing but its turn "
              "holds back?");
    each(view, out, [&](const auto& a) { return age(a.figures.outbox.oldest_due, now); });
    const auto gauge = [&](const char* name, const char* help, auto figure) {
        out.gauge(name, help);
        each(view, out, [&](const auto& a) { return std::uint64_t(figure(a.figures.outbox)); });
    };
    gauge("postern_sending_in_flight", "How many are on their way to the provider?",
          [](const auto& o) { return o.in_flight; });
    gauge("postern_sending_waiting_in_memory", "How much of the queue is in memory?",
          [](const auto& o) { return o.waiting_in_memory; });
    gauge("postern_sending_lanes", "How many queues have messages?",
          [](const auto& o) { return o.lanes; });
    gauge("postern_sending_lanes_parked", "How many of them wait for an hour to begin?",
          [](const auto& o) { return o.lanes_parked; });
    gauge("postern_sending_parked", "Does the whole account wait?",
          [](const auto& o) { return o.parked ? 1 : 0; });
    out.gauge("postern_sending_held", "How many wait for their person's earlier message?");
    out.sample({}, std::uint64_t{view.figures->held});
    out.gauge("postern_clock_ahead_seconds",
              "How far do times of messages run ahead of the wall clock, which was set back?");
    out.sample({}, static_cast<double>(view.figures->ahead.count()) * micro);
    out.gauge("postern_sending_delayed", "How many wait for a limit of their person?");
    out.sample({}, std::uint64_t{view.figures->delayed});
}

/// Who says no, or not now?
void write_rules(const core::Tally& tally, Exposition& out) {
    out.counter("postern_sending_limiter_waits", "Which limits make messages wait?");
    for (std::size_t i = 1; i < tally.limiter_waits.size(); ++i) {
        out.sample({{"scope", ratelimit::to_string(static_cast<ratelimit::Scope>(i))}},
                   tally.limiter_waits[i]);
    }
    out.counter("postern_sending_verdicts", "Which rule decided, and what?");
    for (std::size_t rule = 0; rule < tally.verdicts.size(); ++rule) {
        const bool none = rule == policy::rule_count;
        const std::string_view name =
            none ? "none" : policy::to_string(static_cast<policy::Rule>(rule));
        for (std::size_t d = 0; d < tally.verdicts[rule].size(); ++d) {
            const auto decision = static_cast<policy::Decision>(d);
            // Without a rule it is sent, and with one it is not.
            if (none != (decision == policy::Decision::send)) continue;
            out.sample({{"rule", name}, {"decision", policy::to_string(decision)}},
                       tally.verdicts[rule][d]);
        }
    }
    out.counter("postern_sending_suppressions", "How many addresses must not be written to?");
    out.sample({}, tally.suppressions_added);
}

/// What was told twice, early, or by nobody we know?
void write_echoes(const core::Tally& tally, Exposition& out) {
    out.counter("postern_sending_idempotent", "Do apps repeat their requests?");
    out.sample({{"answer", "replayed"}}, tally.idempotent_replays);
    out.sample({{"answer", "conflict"}}, tally.idempotency_conflicts);
    out.counter("postern_sending_receipts", "What did receipts do?");
    out.sample({{"result", "applied"}}, tally.receipts_applied);
    out.sample({{"result", "unchanged"}}, tally.receipts_unchanged);
    out.sample({{"result", "parked"}}, tally.receipts_parked);
    out.sample({{"result", "joined"}}, tally.receipts_joined);
}

/// Do the connections stand that the gateway itself keeps open?
void write_lines(const SendingView& view, Exposition& out) {
    struct Line {
        std::string account;
        const char* direction;  // what stands with it: a courier's connections may also receive
        runtime::LineHealth::View health;
    };
    std::vector<Line> lines;
    for (const SendingAccount& account : view.accounts) {
        if (!account.health) continue;
        lines.push_back({account.row.name, "out", account.health->line.view()});
        lines.push_back({account.row.name, "in", account.health->receiving.view()});
    }
    std::erase_if(lines, [](const Line& line) { return !line.health.in_use; });
    const auto each_of = [&](auto figure) {
        for (const Line& line : lines) {
            out.sample({{"account", line.account}, {"direction", line.direction}},
                       std::uint64_t{figure(line.health)});
        }
    };
    out.gauge("postern_lines_wanted", "How many connections should stand?");
    each_of([](const auto& h) { return h.wanted; });
    out.gauge("postern_lines_up", "How many of them do?");
    each_of([](const auto& h) { return h.up; });
    out.counter("postern_lines_connects", "How often did one come up?");
    each_of([](const auto& h) { return h.connects; });
    out.counter("postern_lines_losses", "How often did one go that stood?");
    each_of([](const auto& h) { return h.losses; });
}

}  // namespace

void write_sending_metrics(const MetricsSources& sources, Exposition& out) {
    const SendingView view = look_at_sending(sources.sending);
    write_conservation(view, out);
    write_attempts(view, out);
    write_trouble(view, out);
    write_queue(view, out);
    write_lines(view, out);
    write_rules(view.figures->tally, out);
    write_echoes(view.figures->tally, out);
}

void write_subscription_metrics(const MetricsSources& sources, Exposition& out) {
    const auto rows = sources.sending.registered->subscriptions();
    std::uint64_t disabled = 0;
    for (const auto& [id, row] : rows)
        disabled += row.state == model::SubscriptionState::disabled ? 1 : 0;
    out.gauge("postern_subscriptions", "Is a subscription given up?");
    out.sample({{"state", "active"}}, rows.size() - disabled);
    out.sample({{"state", "disabled"}}, disabled);

    std::vector<std::pair<std::string, events::DeliveryHealth>> active;
    for (const auto& [id, row] : rows) {
        if (auto health = sources.deliveries->health(id))
            active.emplace_back(id_of(row), std::move(*health));
    }
    const auto each_of = [&](auto figure) {
        for (const auto& [id, health] : active) out.sample({{"subscription", id}}, figure(health));
    };
    const model::Instant now = runtime::read_clocks().wall;
    out.gauge("postern_subscription_lag_seconds", "How old is the oldest event not delivered?");
    each_of([&](const auto& h) { return age(h.oldest_waiting, now); });
    out.gauge("postern_subscription_retrying", "How many events have failed and wait?");
    each_of([](const auto& h) { return std::uint64_t{h.retrying}; });
    out.counter("postern_subscription_delivered", "How many events did each app take?");
    each_of([](const auto& h) { return h.delivered; });
    out.counter("postern_subscription_failed", "How many attempts to deliver failed?");
    each_of([](const auto& h) { return h.failed; });
}

}  // namespace postern
