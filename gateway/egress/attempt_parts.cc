// The part of an attempt that has to do with texts in several messages: one behind the other, each
// when the one before was taken. Once a part was taken the attempt does not go back: what is
// refused for now is repeated here, and what stays refused ends the message, since some of it is
// there.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "gateway/egress/attempt.h"

namespace postern::egress {

using adapters::SendOutcome;
using adapters::SendResult;

namespace {

constexpr unsigned repeats_max = 6;
/// How soon a stop is noticed while a part waits.
constexpr std::chrono::milliseconds look_again{100};

bool may_pass(SendResult result) {
    return result == SendResult::rate_limited || result == SendResult::transient;
}

/// Nobody may take it for a message that never left. `given_up`: not the provider ended it.
void make_partly(SendOutcome& outcome, std::size_t taken, std::size_t parts, bool given_up) {
    const bool doubtful = outcome.result == SendResult::unknown;
    std::string detail =
        fmt::format("{} of {} parts were taken, {}", taken, parts,
                    doubtful ? "of the next nobody knows" : "the next was refused");
    if (!outcome.code.empty()) detail.append(": ").append(outcome.code);
    if (!outcome.detail.empty()) detail.append(": ").append(outcome.detail);
    outcome.detail = std::move(detail);
    outcome.partly = !doubtful && !given_up;
    if (outcome.partly) return;
    outcome.result = SendResult::unknown;
    outcome.code = "partly_accepted";
    outcome.retry_at.reset();
}

}  // namespace

void Attempt::divide() {
    parts_ = account_->sending->parts(content_);
    if (parts_.size() == 1) content_ = std::move(parts_.front());  // only blanks were too much
    if (parts_.size() < 2) return parts_.clear();
    name_ = std::move(echo_);
    echo_ = name_ + ".p1";
    content_ = parts_.front();
}

/// The last part has the name of the attempt: what confirms it confirms those before it.
void Attempt::begin_part() {
    content_ = parts_[part_];
    const bool last = part_ + 1 == parts_.size();
    echo_ = last ? name_ : fmt::format("{}.p{}", name_, part_ + 1);
    step_ = 0;
    carried_.clear();
    passed_ = false;
    start();
}

/// A part may be several of the provider's messages itself.
void Attempt::take_ids(std::vector<std::string>& ids) {
    std::ranges::move(ids, std::back_inserter(taken_));
}

/// True: it goes on with the next part, or soon with the same one once more.
bool Attempt::goes_on(SendOutcome& outcome) {
    if (parts_.empty()) return false;
    if (outcome.result == SendResult::accepted) {
        if (part_ + 1 == parts_.size()) {
            take_ids(outcome.earlier_ids);
            outcome.earlier_ids = std::move(taken_);
            return false;
        }
        take_ids(outcome.earlier_ids);
        if (!outcome.external_id.empty()) taken_.push_back(std::move(outcome.external_id));
        ++part_;
        repeats_ = 0;
        begin_part();
        return true;
    }
    if (part_ == 0) return false;
    std::chrono::milliseconds wait = around_->options.part_wait * (1U << repeats_);
    if (outcome.retry_at) {
        wait = std::max(wait, std::chrono::ceil<std::chrono::milliseconds>(*outcome.retry_at -
                                                                           around_->clock().wall));
    }
    const bool patient = waited_ + wait <= around_->options.parts_patience;
    if (may_pass(outcome.result) && repeats_ < repeats_max && patient &&
        !around_->stopping.load()) {
        ++repeats_;
        waited_ += wait;
        wait_for_part(wait);
        return true;
    }
    make_partly(outcome, part_, parts_.size(), around_->stopping.load());
    outcome.earlier_ids = std::move(taken_);
    return false;
}

void Attempt::wait_for_part(std::chrono::milliseconds wait) {
    const std::chrono::milliseconds nap = std::min(wait, look_again);
    (void)thread_.after(nap, [self = shared_from_this(), left = wait - nap] {
        // Egress has ended on this thread: nobody takes an answer any more.
        if (self->clients_->empty()) return;
        if (left.count() <= 0) return self->begin_part();
        if (!self->around_->stopping.load()) return self->wait_for_part(left);
        self->finish(outcome_of(SendResult::transient, "stopping", "the gateway is shutting down"));
    });
}

}  // namespace postern::egress
