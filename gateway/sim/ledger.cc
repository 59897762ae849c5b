// The ring of accepted sends, its JSON, and the worst windows over its arrival times.
#include "gateway/sim/ledger.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

constexpr std::size_t bodies_max = 65'536;
constexpr std::array<std::int64_t, 4> windows_ms = {100, 1'000, 10'000, 60'000};

/// `arrivals` never goes down, so each window's last member is found by one pass.
std::uint64_t worst_window(const std::vector<std::int64_t>& arrivals, std::int64_t window_us) {
    std::size_t worst = 0;
    std::size_t first = 0;
    for (std::size_t last = 0; last < arrivals.size(); ++last) {
        while (arrivals[last] - arrivals[first] >= window_us) ++first;
        worst = std::max(worst, last - first + 1);
    }
    return worst;
}

}  // namespace

std::string time_text(std::int64_t at_us) {
    const auto seconds = static_cast<std::time_t>(at_us / 1'000'000);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), at_us / 1000 % 1000);
}

std::string_view Ledger::Entry::account() const {
    return std::string_view(bytes).substr(0, account_bytes);
}

std::string_view Ledger::Entry::to() const {
    return std::string_view(bytes).substr(account_bytes, to_bytes);
}

std::string_view Ledger::Entry::provider_id() const {
    return std::string_view(bytes).substr(account_bytes + to_bytes, id_bytes);
}

std::string_view Ledger::Entry::text() const {
    return std::string_view(bytes).substr(account_bytes + to_bytes + id_bytes);
}

Ledger::Ledger(std::size_t entries_max) : entries_max_(std::max<std::size_t>(entries_max, 1)) {}

std::uint64_t Ledger::append(const AcceptedSend& send) {
    Entry& entry = entries_.emplace_back();
    entry.at_us = send.at_us;
    entry.steady_us = send.steady_us;
    entry.channel = send.channel;
    entry.account_bytes = static_cast<std::uint32_t>(send.account.size());
    entry.to_bytes = static_cast<std::uint32_t>(send.to.size());
    entry.id_bytes = static_cast<std::uint32_t>(send.provider_id.size());
    entry.bytes.reserve(send.account.size() + send.to.size() + send.provider_id.size() +
                        send.text.size());
    entry.bytes.append(send.account).append(send.to).append(send.provider_id).append(send.text);
    entry.raw = send.raw;
    if (entries_.size() > bodies_max) entries_[entries_.size() - bodies_max - 1].raw = {};
    if (entries_.size() > entries_max_) {
        entries_.pop_front();
        ++forgotten_;
    }
    return next_seq_++;
}

void Ledger::clear() {
    forgotten_ += entries_.size();
    entries_.clear();
}

bool Ledger::selected(const Entry& entry, const LedgerFilter& filter) {
    if (!filter.channel.empty() && entry.channel != filter.channel) return false;
    if (!filter.to.empty() && entry.to() != filter.to) return false;
    return filter.account.empty() || entry.account() == filter.account;
}

std::size_t Ledger::first_after(std::uint64_t seq) const {
    const std::uint64_t before = next_seq_ - 1 - entries_.size();  // the last one forgotten
    return seq <= before ? 0 : std::min<std::uint64_t>(seq - before, entries_.size());
}

std::string Ledger::json(const LedgerFilter& filter) const {
    JsonText json;
    json.begin_array();
    std::size_t listed = 0;
    for (std::size_t i = first_after(filter.after); i < entries_.size(); ++i) {
        const Entry& entry = entries_[i];
        if (!selected(entry, filter)) continue;
        if (filter.limit != 0 && listed++ >= filter.limit) break;
        json.begin_object().field("seq", next_seq_ - entries_.size() + i);
        json.field("at", time_text(entry.at_us)).field("channel", entry.channel);
        json.field("account", entry.account()).field("to", entry.to());
        json.field("provider_id", entry.provider_id()).field("text", entry.text());
        if (filter.raw) json.field("raw", entry.raw);
        json.end_object();
    }
    json.end_array();
    return json.take();
}

ArrivalRate Ledger::rate(const LedgerFilter& filter) const {
    std::vector<std::int64_t> arrivals;
    for (std::size_t i = first_after(filter.after); i < entries_.size(); ++i) {
        if (selected(entries_[i], filter)) arrivals.push_back(entries_[i].steady_us);
    }
    ArrivalRate rate;
    rate.count = arrivals.size();
    if (!arrivals.empty()) {
        rate.first_us = arrivals.front();
        rate.last_us = arrivals.back();
    }
    for (const std::int64_t window_ms : windows_ms) {
        rate.worst.push_back({window_ms, worst_window(arrivals, window_ms * 1000)});
    }
    return rate;
}

std::string rate_json(const ArrivalRate& rate) {
    JsonText json;
    json.begin_object().field("count", rate.count);
    json.field("first", rate.first_us).field("last", rate.last_us).key("worst").begin_array();
    for (const WorstWindow& worst : rate.worst) {
        json.begin_object().field("window_ms", worst.window_ms).field("count", worst.count);
        json.end_object();
    }
    json.end_array().end_object();
    return json.take();
}

}  // namespace postern::sim
