// From rows and settings to the facts that the rules look at.
#include <algorithm>

#include "gateway/core/pauses.h"
#include "gateway/core/sending.h"

namespace postern::core {

void Sending::fill_account(policy::Facts& facts, model::AccountNumber account) const {
    facts.account = account;
    const auto it = core_.accounts_.find(account);
    if (it == core_.accounts_.end()) return;
    const model::AccountRow& row = it->second;
    facts.channel = row.channel;
    facts.account_paused = row.paused;
    facts.paused_reason = row.paused_reason;
    facts.account_connected = !row.broken;
}

bool Sending::fill_pause(policy::Facts& facts, const model::OutboundRow& row,
                         model::AccountNumber account) const {
    const model::SendingPause* pause = pause_of(core_.workspace_, row, account);
    if (pause == nullptr) return false;
    if (core_.sending_paused_ && names_nothing(*pause)) return false;  // the mode says it
    const auto key = core_.api_keys_.find(pause->caller);
    const std::string_view name =
        key != core_.api_keys_.end() ? key->second.name : std::string_view{};
    facts.held = words_of(*pause, name);
    facts.held_json = facts_of(*pause, name);
    return !facts.account_paused && !holds_accounts(*pause);
}

/// A repetition beyond the share that an account may repeat waits for it.
void Sending::wait_for_retry(model::AccountNumber account, model::Sequence id,
                             ratelimit::Grant& grant) const {
    const auto at = core_.outbox_->retry_at(account, id, now_.steady);
    if (at <= now_.steady || (!grant.granted && grant.earliest >= at)) return;
    grant = {.granted = false,
             .scope = ratelimit::Scope::retries,
             .earliest = at,
             .until = limiter_now().to_wall(at)};
}

Sending::Judged Sending::judge(const model::OutboundRow& row, std::size_t route_index,
                               const model::HotRow* hot, model::Sequence id,
                               model::Instant at) const {
    const model::Route& route = row.routes[route_index];
    policy::Facts facts;
    facts.category = row.category;
    facts.test = row.test;
    facts.is_template = row.is_template && route.words.empty();
    const model::TemplateRow* known = template_of(row, route_index);
    if (facts.is_template)
        facts.template_status = known ? known->status : policy::TemplateStatus::unknown;
    facts.human_agent = row.human_agent;
    facts.content_hash = row.content_hash;
    facts.message = id;
    facts.expires = row.expires;
    facts.ahead = writer_.ahead();
    const auto* state = id ? writer_.find<model::StateRow>(storage::keys::state(id)) : nullptr;
    // A redriven message has a later end than the one that it was accepted with.
    if (state) facts.expires = state->expires;
    facts.active =
        core_.workspace_.mode.empty() ? core_.settings_->active : core_.workspace_.mode == "active";
    facts.test_recipient = route.test_recipient;
    facts.restored_paused = core_.sending_paused_;
    fill_account(facts, route.account);
    const bool lane_held = fill_pause(facts, row, route.account);
    facts.fallback_possible = route_index + 1 < row.routes.size();
    facts.recipient = &route.recipient;
    facts.own_address = route.own_address;
    if (hot) {
        facts.past = &hot->past;
        for (const model::ChannelStanding& standing : hot->standings) {
            if (standing.account != route.account) continue;
            facts.last_inbound = standing.last_inbound;
            facts.blocked = standing.blocked;
            facts.sent_since_inbound = static_cast<std::uint32_t>(
                std::count_if(hot->past.begin(), hot->past.end(), [&](const auto& p) {
                    return p.account == route.account && p.at > standing.last_inbound;
                }));
        }
    }
    const auto* notes = writer_.find<model::AddressNotesRow>(
        storage::keys::address_notes(route.scope, route.blind));
    if (notes) facts.notes = &notes->notes;

    Judged judged;
    judged.lane_held = lane_held;
    judged.grant = core_.outbox_->limits().ask(ask_of(row, route_index, hot), limiter_now());
    if (state && state->retry && state->route == route_index)
        wait_for_retry(route.account, id, judged.grant);
    // Limits are about this moment; nobody can say what they will be at another.
    if (at == writer_.wall() && !judged.grant.granted) {
        facts.rate_until = writer_.told(judged.grant.until);
        facts.rate_scope = ratelimit::to_string(judged.grant.scope);
    }
    const AccountSettings* settings = settings_of(route.account);
    static const policy::AccountPolicy defaults;
    judged.verdict = policy::judge(facts, settings ? settings->policy : defaults,
                                   *core_.settings_->calendars, at);
    return judged;
}

}  // namespace postern::core
