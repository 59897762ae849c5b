// An attempt on an account with a courier: one parcel, one answer. What HTTP needs steps for is the
// courier's own affair; breaker, health and the answer to the core are those of every attempt.
#include <algorithm>

#include "gateway/egress/attempt.h"

namespace postern::egress {

using adapters::SendOutcome;
using adapters::SendResult;

namespace {

/// The one name under which the account's breaker knows the peer.
constexpr std::string_view peer = "courier";

CallEnd end_of(const Handed& handed) {
    if (handed.end) return *handed.end;
    const bool ours = handed.outcome.code == "stopping" || handed.outcome.code == "queue_full";
    return ours ? CallEnd::cancelled : egress::end_of(handed.outcome.result);
}

}  // namespace

void Attempt::hand_over() {
    origin_ = peer;
    if (!may_call(SendResult::transient)) return;
    account_->health->requests.fetch_add(1, std::memory_order_relaxed);
    at_risk_ = true;  // how far it comes is the courier's to say
    account_->courier->send(parcel(), thread_, [self = shared_from_this()](Handed handed) {
        self->on_handed(std::move(handed));
    });
}

Parcel Attempt::parcel() {
    Parcel made;
    made.to = row_->routes[dispatch_.route].address;
    made.content = std::move(content_);
    made.reply_to = quoted();
    if (!made.reply_to.empty()) made.thread = row_->thread;
    made.echo = echo_;
    made.status_url = account_->status_url;
    made.now = around_->clock().wall;
    made.expires = row_->expires;
    made.human_agent = row_->human_agent;
    made.proactive = row_->category != model::Category::reply;
    made.category = to_string(row_->category);
    made.message = {model::make_ulid(row_->head.created, row_->head.epoch, dispatch_.message)};
    if (row_->conversation != 0) {
        made.conversation = {model::make_ulid(row_->conversation_created, row_->conversation_epoch,
                                              row_->conversation)};
    }
    made.account = dispatch_.account;
    made.attempt = dispatch_.attempt;
    made.possible_duplicate = dispatch_.possible_duplicate;
    return made;
}

void Attempt::on_handed(Handed handed) {
    Health& health = *account_->health;
    const auto took = std::max(around_->clock().steady - called_, std::chrono::microseconds{0});
    const auto took_us = static_cast<std::uint64_t>(took.count());
    health.request_us.fetch_add(took_us, std::memory_order_relaxed);
    if (!handed.sent) {
        health.not_sent.fetch_add(1, std::memory_order_relaxed);
    } else if (handed.outcome.result == SendResult::unknown) {
        health.unanswered.fetch_add(1, std::memory_order_relaxed);
    } else {
        health.answer_us.add(took_us);
    }
    provider_status_ = handed.status;
    provider_request_ = std::move(handed.request);
    end_call(end_of(handed));
    finish(std::move(handed.outcome));
}

}  // namespace postern::egress
