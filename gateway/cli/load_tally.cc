// States go forwards only, as the daemon promises; arrivals are matched by text alone, because a
// ledger knows no message ids.
#include "gateway/cli/load_tally.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

constexpr std::array<std::string_view, 12> words = {"none",    "queued",  "waiting",   "sending",
                                                    "unknown", "sent",    "delivered", "read",
                                                    "failed",  "expired", "cancelled", "refused"};

constexpr std::size_t early_max = 1'000'000;

/// Forwards only; but a receipt that contradicts a failure wins, as it does in the daemon.
bool supersedes(LoadState next, LoadState now) {
    if (now == LoadState::failed) return next == LoadState::delivered || next == LoadState::read;
    return next > now;
}

void write_limiter(sim::JsonText& json, const LoadLimiter& limiter) {
    if (limiter.configured > 0) {
        json.field("configured", limiter.configured);
    } else {
        json.field_raw("configured", "null");
    }
    json.field("measured", limiter.measured).field("worst_window", limiter.worst_window);
}

/// The account nearest to its limit stands for all.
const LoadLimiter* tightest(const std::vector<LoadLimiter>& limiters) {
    const LoadLimiter* found = nullptr;
    double highest = -1;
    for (const LoadLimiter& limiter : limiters) {
        const auto worst = static_cast<double>(limiter.worst_window);
        const double use = limiter.configured > 0 ? worst / limiter.configured : 0;
        if (use <= highest) continue;
        highest = use;
        found = &limiter;
    }
    return found;
}

}  // namespace

LoadState load_state_from(std::string_view word) {
    const auto* found = std::find(words.begin(), words.end(), word);
    return found == words.end() ? LoadState::none : static_cast<LoadState>(found - words.begin());
}

double percentile_ms(std::vector<std::int64_t> values_us, double fraction) {
    if (values_us.empty()) return 0;
    const auto rank = std::ceil(fraction * static_cast<double>(values_us.size()));
    const std::size_t place = std::max<std::size_t>(static_cast<std::size_t>(rank), 1) - 1;
    const auto at = values_us.begin() + static_cast<std::ptrdiff_t>(place);
    std::nth_element(values_us.begin(), at, values_us.end());
    return static_cast<double>(*at) / 1000;
}

LoadTally::LoadTally(std::string run, std::size_t messages)
    : run_(std::move(run)), messages_(messages) {
    latencies_us_.reserve(messages);
}

std::string LoadTally::text_of(std::size_t number) const {
    return fmt::format("load {} {}", run_, number);
}

void LoadTally::move(Message& message, LoadState state) {
    if (!supersedes(state, message.state)) return;
    --by_state_[static_cast<std::size_t>(message.state)];
    message.state = state;
    ++by_state_[static_cast<std::size_t>(state)];
}

void LoadTally::accepted(std::size_t number, std::string id, std::int64_t latency_us) {
    Message& message = messages_[number];
    if (message.accepted) return;
    message.accepted = true;
    ++accepted_;
    ++by_state_[static_cast<std::size_t>(LoadState::none)];
    latencies_us_.push_back(latency_us);
    if (const auto early = early_.extract(id); !early.empty()) move(message, early.mapped());
    numbers_.emplace(std::move(id), number);
}

void LoadTally::refused(std::string_view code) {
    ++refused_;
    const auto found = refusals_.find(code);
    if (found != refusals_.end()) {
        ++found->second;
    } else {
        refusals_.emplace(code, 1);
    }
}

void LoadTally::state_came(std::string_view message_id, LoadState state) {
    const std::string id(message_id);
    const auto found = numbers_.find(id);
    if (found != numbers_.end()) return move(messages_[found->second], state);
    if (early_.size() >= early_max) early_.clear();
    LoadState& early = early_[id];
    early = std::max(early, state);
}

void LoadTally::arrived(std::string_view text) {
    const std::string prefix = fmt::format("load {} ", run_);
    const std::size_t at = text.find(prefix);
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + prefix.size());
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && number < messages_.size()) ++messages_[number].arrivals;
}

std::size_t LoadTally::in_state(LoadState state) const {
    return by_state_[static_cast<std::size_t>(state)];
}

std::size_t LoadTally::settled() const {
    std::size_t count = 0;
    for (std::size_t i = static_cast<std::size_t>(LoadState::unknown); i < by_state_.size(); ++i) {
        count += by_state_[i];
    }
    return count;
}

std::size_t LoadTally::finished() const {
    return settled() - in_state(LoadState::sent) - in_state(LoadState::unknown);
}

LoadTally::Comparison LoadTally::compare() const {
    Comparison out;
    for (const Message& message : messages_) {
        if (message.arrivals > 1) out.duplicates += message.arrivals - 1;
        if (!message.accepted || message.arrivals > 0) continue;
        if (message.state >= LoadState::sent && message.state <= LoadState::read) ++out.lost;
        if (message.state < LoadState::unknown) ++out.pending;
    }
    return out;
}

std::string LoadTally::report(double duration_s, bool compared,
                              const std::vector<LoadLimiter>& limiters) const {
    const auto ended = in_state(LoadState::failed) + in_state(LoadState::expired) +
                       in_state(LoadState::cancelled) + in_state(LoadState::refused);
    sim::JsonText json;
    json.begin_object().field("sent", sent_).field("accepted", accepted_);
    json.field("delivered", in_state(LoadState::delivered) + in_state(LoadState::read));
    json.field("failed", ended).field("unknown", in_state(LoadState::unknown));
    const Comparison comparison = compare();
    json.field_raw("lost", compared ? std::to_string(comparison.lost) : "null");
    json.field_raw("duplicates", compared ? std::to_string(comparison.duplicates) : "null");
    json.field_raw("pending", compared ? std::to_string(comparison.pending) : "null");
    json.field("duration_s", duration_s);
    json.field("rate", duration_s > 0 ? static_cast<double>(accepted_) / duration_s : 0.0);
    json.key("latency_ms").begin_object().field("p50", percentile_ms(latencies_us_, 0.5));
    json.field("p99", percentile_ms(latencies_us_, 0.99));
    json.field("p999", percentile_ms(latencies_us_, 0.999)).end_object();
    json.key("limiter");
    const LoadLimiter* worst = tightest(limiters);
    if (worst == nullptr) {
        json.raw("null");
    } else {
        json.begin_object();
        write_limiter(json, *worst);
        json.end_object();
    }
    json.key("limiters").begin_array();
    for (const LoadLimiter& limiter : limiters) {
        json.begin_object().field("account", limiter.account);
        write_limiter(json, limiter);
        json.end_object();
    }
    json.end_array().field("refused", refused_).key("refusals").begin_object();
    for (const auto& [code, count] : refusals_) json.field(code, count);
    json.end_object().key("states").begin_object();
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (by_state_[i] > 0) json.field(words[i], by_state_[i]);
    }
    json.end_object().end_object();
    return json.take();
}

}  // namespace postern::cli
