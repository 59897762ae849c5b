// Looks at everything once; the core's thread calls it a few times a second at most.
#include "gateway/core/figures.h"

#include <algorithm>

#include "gateway/core/core.h"
#include "gateway/core/outbox.h"
#include "gateway/core/pauses.h"

namespace postern::core {

void Outbox::look(model::Instant now, Figures& figures) const {
    for (const auto& [number, box] : accounts_) {
        OutboxFigures& out = figures.accounts[number].outbox;
        out.in_flight = box.in_flight;
        out.attempting = box.attempting;
        out.lanes = box.lanes.size();
        out.parked = box.parked;
        out.parked_until = box.parked_until;
        for (const auto& [lane, l] : box.lanes) {
            out.waiting_in_memory += l.due.size();
            const bool parked = l.parked > now;
            out.lanes_parked += parked ? 1 : 0;
            const auto* head = l.due.head();
            if (parked || box.parked || lane == expiry_lane || !head || head->first.first > now)
                continue;
            const bool first = out.oldest_due == model::Instant{};
            out.oldest_due =
                first ? head->first.first : std::min(out.oldest_due, head->first.first);
        }
    }
    for (const auto& [person, heads] : held_) figures.held += heads.size();
    figures.delayed = delayed_.size();
    for (std::size_t i = 0; i < limited_.size(); ++i) figures.tally.limiter_waits[i] += limited_[i];
}

Figures Core::figures(model::Now now) const {
    Figures figures;
    for (const auto& [account, row] : ledger_.rows()) figures.accounts[account].ledger = row;
    for (const auto& [account, tally] : ledger_.tallies()) figures.accounts[account].tally = tally;
    figures.tally = ledger_.tally();
    figures.sending_paused =
        sending_paused_ || std::ranges::any_of(workspace_.pauses, names_nothing);
    outbox_->look(time_.at(now), figures);
    figures.ahead = time_.ahead(now);
    // For people: times of the wall clock.
    for (auto& [account, of] : figures.accounts) {
        for (model::Instant* told : {&of.outbox.oldest_due, &of.outbox.parked_until})
            if (*told != model::Instant{}) *told -= figures.ahead;
    }
    return figures;
}

}  // namespace postern::core
