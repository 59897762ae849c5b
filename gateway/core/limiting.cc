// What the limiter is asked, what of its answers is kept with the person and the account, and the
// pace of retries.
#include "gateway/core/sending.h"

#include <algorithm>
#include <cmath>

#include "gateway/conversations/standing.h"

namespace postern::core {
namespace {

ratelimit::RetryPace pace_of(const AccountSettings* settings) {
    const policy::Retry retry = settings ? settings->policy.retry : policy::Retry{};
    ratelimit::RetryPace pace;
    pace.first = retry.first;
    pace.factor_thousandths =
        static_cast<std::uint32_t>(std::llround(std::clamp(retry.factor, 1.0, 100.0) * 1000));
    pace.cap = retry.cap;
    pace.give_up_after = retry.give_up_after;
    return pace;
}

/// Retries count from there.
model::Instant began(const OutMessage& message, const Writer& writer) {
    return std::max(message.state.created, writer.counted(message.row()->send_at));
}

}  // namespace

std::uint64_t pair_of(const model::Route& route) {
    const std::uint64_t mixed = route.blind.low() ^ route.account * 0x9E37'79B9'7F4A'7C15ull;
    return mixed == 0 ? 1 : mixed;
}

bool leaves_first(model::Category category) {
    return category == model::Category::reply || category == model::Category::authentication;
}

ratelimit::Ask Sending::ask_of(const model::OutboundRow& row, std::size_t route,
                               const model::HotRow* hot) const {
    ratelimit::Ask ask;
    ask.account = row.routes[route].account;
    ask.pair = pair_of(row.routes[route]);
    ask.send_class =
        leaves_first(row.category) ? ratelimit::SendClass::reply : ratelimit::SendClass::bulk;
    if (!hot) return ask;
    for (const model::ChannelStanding& standing : hot->standings) {
        if (standing.account != ask.account) continue;
        ask.pair_full_at = standing.pair_full;
        ask.pair_back_off = standing.back_off_until;
    }
    return ask;
}

void Sending::keep_grant(const OutMessage& message, const ratelimit::Grant& grant) {
    const model::AccountNumber account = message.state.account;
    const AccountSettings* settings = settings_of(account);
    const auto* row = outbox().kept_limits().counted(
        account, grant.day, outbox().limits().sent_today(account, limiter_now()),
        settings ? settings->policy.rate.per_day : 0);
    if (row) writer_.write(storage::keys::limits(account), *row, Seal::plain);
    // Who asks for a turn does not know how long the head of its lane is: what it is more than one
    // is owed.
    const std::uint32_t units = message.row()->routes[message.state.route].units;
    if (units > 1) outbox().limits().further(account, units - 1, limiter_now());
    if (grant.pair_full_at == model::Instant{}) return;
    const model::HotRow* known = hot_of(message.state.part);
    if (!known) return;
    for (const model::ChannelStanding& standing : known->standings) {
        if (standing.account == account && standing.pair_full >= grant.pair_full_at) return;
    }
    model::HotRow hot = *known;
    conversations::standing_on(hot, account).pair_full = grant.pair_full_at;
    save_hot(message, std::move(hot));
}

void Sending::back_off(const OutMessage& message, adapters::LimitScope scope,
                       model::Instant until) {
    const model::AccountNumber account = message.state.account;
    ratelimit::Limits& limits = outbox().limits();
    const bool group = scope == adapters::LimitScope::group;
    switch (scope) {
        case adapters::LimitScope::recipient:
            // Kept with the person: hold_person.
            return limits.back_off_pair(
                account, pair_of(message.row()->routes[message.state.route]), until, limiter_now());
        case adapters::LimitScope::account:
            limits.back_off_account(account, until);
            break;
        case adapters::LimitScope::group:
            limits.back_off_group(account, until);
            break;
    }
    if (const auto* row = outbox().kept_limits().backed_off(account, group, until))
        writer_.write(storage::keys::limits(account), *row, Seal::plain);
}

std::optional<model::Instant> Sending::next_try(const OutMessage& message,
                                                std::uint64_t random) const {
    return ratelimit::next_try(pace_of(settings_of(message.state.account)), began(message, writer_),
                               writer_.now(), std::max<std::uint32_t>(message.state.attempts, 1),
                               random);
}

model::Instant Sending::gives_up_at(const OutMessage& message) const {
    return began(message, writer_) + pace_of(settings_of(message.state.account)).give_up_after;
}

}  // namespace postern::core
