// The order of reasons is that of real providers: credentials, template, recipient, rate.
#include "gateway/sim/behaviour.h"

#include <ctime>

#include <algorithm>

#include "gateway/sim/agenda.h"

namespace postern::sim {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::size_t pairs_max = 1'000'000;

bool is_refusal(SendFault fault) {
    return (fault != SendFault::none && fault <= SendFault::revoked) ||
           fault == SendFault::template_missing || fault == SendFault::template_paused;
}

std::int64_t whole_seconds(std::int64_t wait_us) {
    return std::max<std::int64_t>((wait_us + second_us - 1) / second_us, 1);
}

std::string pair_key(const Call& call) {
    std::string key = call.account->endpoint.account;
    key += '\n';
    key += recipient_key(call.to);
    return key;
}

PersonSend person_send(const Call& call, const SendFaults& numbers) {
    const Endpoint& endpoint = call.account->endpoint;
    // A template is what a closed window lets through.
    const bool of_template = !call.template_name.empty() || call.method == "template";
    return {endpoint.channel, endpoint.account, call.to, of_template ? -1 : call.window_s,
            static_cast<std::uint32_t>(numbers.unanswered_max)};
}

std::int64_t wall_now_s() {
    return wall_now_us() / second_us;
}

/// Months since 1900.
std::int64_t month_of(std::int64_t now_s) {
    std::tm at{};
    const std::time_t time = now_s;
    gmtime_r(&time, &at);
    return at.tm_year * 12 + at.tm_mon;
}

}  // namespace

std::string_view recipient_key(std::string_view to) {
    if (to.starts_with("whatsapp:")) to.remove_prefix(9);
    if (to.starts_with('+')) to.remove_prefix(1);
    return to;
}

const SendFaults& Behaviour::faults_of(const SimAccount* account) const {
    return account != nullptr && account->faults ? *account->faults : faults;
}

SendFault Behaviour::scripted(const Call& call) {
    const Endpoint& endpoint = call.account->endpoint;
    for (auto it = script.begin(); it != script.end(); ++it) {
        if (!it->channel.empty() && it->channel != endpoint.channel) continue;
        if (!it->account.empty() && it->account != endpoint.account) continue;
        if (!it->to.empty() && it->to != recipient_key(call.to)) continue;
        const SendFault fault = it->fault;
        if (--it->count == 0) script.erase(it);
        return fault;
    }
    return SendFault::none;
}

SendFault Behaviour::known(const Call& call, const SendFaults& numbers) const {
    if (!call.template_name.empty() && !templates.empty()) {
        const auto found = templates.find(call.template_name);
        if (found != templates.end() && found->second.status == "paused") {
            return SendFault::template_paused;
        }
        if (found == templates.end() || found->second.status != "approved") {
            return SendFault::template_missing;
        }
    }
    const auto found = recipients.find(recipient_key(call.to));
    const PersonSend send = person_send(call, numbers);
    if (found == recipients.end()) return people.refusal(send, numbers.windows > 0, wall_now_s());
    const bool let_through = found->second == SendFault::closed_window && send.window_s < 0;
    return let_through ? SendFault::none : found->second;
}

SendFault Behaviour::limited(const Call& call, const SendFaults& numbers, std::int64_t now_us,
                             Decision& decision) {
    auto& recent = call.account->recent;
    while (!recent.empty() && recent.front() <= now_us - second_us) recent.pop_front();
    if (numbers.per_second > 0 && static_cast<double>(recent.size() + 1) > numbers.per_second &&
        !recent.empty()) {
        decision.retry_after_s = whole_seconds(recent.front() + second_us - now_us);
        return SendFault::rate_limited;
    }
    const SimAccount& account = *call.account;
    const bool counted = numbers.monthly_quota > 0 && call.reply_token.empty();
    if (counted && account.month == month_of(wall_now_s()) &&
        static_cast<double>(account.sent_in_month) >= numbers.monthly_quota) {
        return SendFault::closed_window;  // in whose words these providers tell of their quota
    }
    if (numbers.per_recipient_s <= 0) return SendFault::none;
    const auto last = last_to_.find(pair_key(call));
    const auto span_us = static_cast<std::int64_t>(numbers.per_recipient_s * second_us);
    if (last == last_to_.end() || now_us - last->second >= span_us) return SendFault::none;
    decision.retry_after_s = whole_seconds(last->second + span_us - now_us);
    return SendFault::pair_limited;
}

void Behaviour::count(const Call& call, const SendFaults& numbers, std::int64_t now_us) {
    if (numbers.per_second > 0) call.account->recent.push_back(now_us);
    if (numbers.windows > 0) people.sent(person_send(call, numbers), wall_now_s());
    if (numbers.monthly_quota > 0 && call.reply_token.empty()) {
        SimAccount& account = *call.account;
        const std::int64_t month = month_of(wall_now_s());
        if (account.month != month) account.sent_in_month = 0;
        account.month = month;
        ++account.sent_in_month;
    }
    if (numbers.per_recipient_s <= 0) return;
    if (last_to_.size() >= pairs_max) last_to_.clear();
    last_to_[pair_key(call)] = now_us;
}

Decision Behaviour::decide(const Receiver& receiver, const Call& call, std::int64_t now_us) {
    Decision decision;
    const SendFaults& numbers = faults_of(call.account);
    decision.faults = &numbers;
    decision.latency_us = draw_latency_us(numbers, prng_);
    decision.retry_after_s = whole_seconds(static_cast<std::int64_t>(numbers.retry_after_s * 1e6));
    const SendFault drawn = draw_send_fault(numbers, prng_);
    const bool drawn_later = prng_.chance(numbers.refused_later);
    decision.fault = scripted(call);
    if (decision.fault == SendFault::none) decision.fault = known(call, numbers);
    if (decision.fault == SendFault::none) {
        decision.fault = limited(call, numbers, now_us, decision);
    }
    if (decision.fault == SendFault::none) decision.fault = drawn;
    const bool can_be_later = decision.fault == SendFault::closed_window ||
                              decision.fault == SendFault::blocked ||
                              decision.fault == SendFault::unreachable;
    decision.later = can_be_later && (drawn_later || receiver.refuses_later(call, decision.fault));
    const bool taken = decision.later || !is_refusal(decision.fault);
    if (taken && decision.fault != SendFault::reset_before) count(call, numbers, now_us);
    return decision;
}

Decision Behaviour::decide_other(const Call& call) {
    Decision decision;
    const SendFaults& numbers = faults_of(call.account);
    decision.faults = &numbers;
    decision.latency_us = draw_latency_us(numbers, prng_);
    if (numbers.revoked >= 1) decision.fault = SendFault::revoked;
    return decision;
}

}  // namespace postern::sim
