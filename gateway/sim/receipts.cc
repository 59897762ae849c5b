// One plan a send: states with their delays, then the faults that disturb it.
#include "gateway/sim/receipts.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/sim/announce.h"

namespace postern::sim {
namespace {

struct Step {
    std::string_view state;
    std::int64_t delay_us;
};

std::int64_t micros(double milliseconds) {
    return static_cast<std::int64_t>(milliseconds * 1000);
}

/// The n-th instant gets the last-but-n-th state: all are as late as they were, but turned round.
void reverse_states(std::vector<Step>& steps) {
    for (std::size_t i = 0; i < steps.size() / 2; ++i) {
        std::swap(steps[i].state, steps[steps.size() - 1 - i].state);
    }
}

}  // namespace

bool Receipts::plan(const Receiver& receiver, const Call& call, const Decision& decision,
                    const std::string& provider_id, std::function<void()> answer) {
    const SendFaults& numbers = *decision.faults;
    // Every draw is made whatever the others say, so that one number does not shift the rest.
    const bool sent = behaviour_.chance(numbers.receipt_sent);
    const bool delivered = behaviour_.chance(numbers.receipt_delivered);
    const bool read = behaviour_.chance(numbers.receipt_read);
    const bool failed = behaviour_.chance(numbers.receipt_failed) || decision.later;
    const bool missing = behaviour_.chance(numbers.receipt_missing);
    const bool late = behaviour_.chance(numbers.receipt_late);
    const bool duplicate = behaviour_.chance(numbers.receipt_duplicate);
    const bool reordered = behaviour_.chance(numbers.receipt_reordered);
    const bool early = behaviour_.chance(numbers.receipt_early);
    if (missing) return false;
    std::vector<Step> steps;
    if (sent && !decision.later) steps.push_back({"sent", micros(numbers.receipt_sent_ms)});
    if (failed) steps.push_back({"failed", micros(numbers.receipt_delivered_ms)});
    if (delivered && !failed) {
        steps.push_back({"delivered", micros(numbers.receipt_delivered_ms)});
    }
    if (read && !failed) steps.push_back({"read", micros(numbers.receipt_read_ms)});
    if (reordered) reverse_states(steps);
    Receipt receipt{.account = call.account,
                    .endpoint = &call.account->endpoint,
                    .state = {},
                    .cause = decision.later ? decision.fault : SendFault::none,
                    .provider_id = provider_id,
                    .to = call.to,
                    .from = call.from,
                    .echo = call.echo,
                    .status_url = call.status_url,
                    .secret = call.secret,
                    .text = call.text,
                    .method = call.method,
                    .envelope_id = call.envelope_id,
                    .form = static_cast<int>(numbers.receipt_form)};
    bool answers = false;
    for (const Step& step : steps) {
        receipt.state = step.state;
        const bool first = early && !answers;
        for (int times = duplicate ? 2 : 1; times > 0; --times) {
            if (first && !answers) {
                answers = true;
                post(receiver, receipt, std::move(answer));
                continue;
            }
            const std::int64_t wait_us =
                step.delay_us + (late ? micros(numbers.receipt_late_ms) : 0);
            agenda_.after(wait_us, [this, &receiver, receipt] { post(receiver, receipt, {}); });
        }
    }
    return answers;
}

void Receipts::post(const Receiver& receiver, Receipt receipt, std::function<void()> answered) {
    receipt.time_ms = wall_now_us() / 1'000;
    receipt.time_s = receipt.time_ms / 1'000;
    Webhook webhook;
    if (receiver.receipt(receipt, webhook) && is_wanted(*receipt.account, webhook)) {
        delivery_.send_receipt(std::move(webhook), std::move(answered));
        return;
    }
    ++unaddressed_;
    if (answered) answered();
}

}  // namespace postern::sim
