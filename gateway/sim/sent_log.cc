// The log and its JSON.
#include "gateway/sim/sent_log.h"

#include <set>

#include "gateway/sim/json_text.h"
#include "gateway/sim/ledger.h"

namespace postern::sim {
namespace {

constexpr std::size_t bodies_max = 10'000;

bool selected(const SentWebhook& sent, const SentFilter& filter) {
    if (sent.seq <= filter.after || (filter.up_to != 0 && sent.seq > filter.up_to)) return false;
    if (!filter.channel.empty() && sent.channel != filter.channel) return false;
    return !filter.acknowledged_only || sent.status == 200;
}

}  // namespace

std::size_t SentLog::open(const Webhook& webhook, std::int64_t now_us) {
    SentWebhook sent;
    sent.seq = webhook.seq;
    sent.at_us = now_us;
    sent.channel = webhook.endpoint.channel;
    sent.account = webhook.endpoint.account;
    sent.defect = webhook.defect;
    sent.duplicate = webhook.duplicate;
    sent.raw = webhook.body;
    for (const Item& item : webhook.items) {
        sent.from = item.person.address;
        sent.items.push_back({item.kind, item.external_id, item.text});
    }
    sent_.push_back(std::move(sent));
    ++totals_.webhooks;
    ++totals_.unfinished;
    if (sent_.size() > bodies_max) sent_[sent_.size() - bodies_max - 1].raw = {};
    return sent_.size() - 1;
}

void SentLog::attempted(std::size_t place, int status, std::int64_t latency_us) {
    SentWebhook& sent = sent_[place];
    ++sent.attempts;
    sent.status = status;
    sent.latency_us = latency_us;
    ++totals_.attempts;
    ++totals_.by_status[status];
    if (status != 200) return;
    ++totals_.acknowledged;
    for (const SentItem& item : sent.items) acknowledged_.insert(item.external_id);
    totals_.acknowledged_items = acknowledged_.size();
}

void SentLog::finished(std::size_t place, bool as_expected) {
    sent_[place].finished = true;
    sent_[place].as_expected = as_expected;
    --totals_.unfinished;
    if (!as_expected) ++totals_.unexpected;
}

std::vector<std::string> SentLog::acknowledged_ids() const {
    std::vector<std::string> ids;
    std::set<std::string_view> seen;
    for (const SentWebhook& sent : sent_) {
        if (sent.status != 200) continue;
        for (const SentItem& item : sent.items) {
            if (seen.insert(item.external_id).second) ids.push_back(item.external_id);
        }
    }
    return ids;
}

std::string SentLog::sent_json(const SentFilter& filter) const {
    JsonText json;
    json.begin_array();
    std::size_t entries = 0;
    for (const SentWebhook& sent : sent_) {
        if (!selected(sent, filter)) continue;
        if (filter.limit != 0 && entries++ >= filter.limit) break;
        json.begin_object().field("seq", sent.seq).field("at", time_text(sent.at_us));
        json.field("channel", sent.channel).field("account", sent.account);
        json.field("defect", to_string(sent.defect)).field("duplicate", sent.duplicate);
        json.field("attempts", sent.attempts).field("status", sent.status);
        json.field("latency_ms", static_cast<double>(sent.latency_us) / 1000);
        json.field("acknowledged", sent.status == 200).field("finished", sent.finished);
        json.key("ids").begin_array();
        for (const SentItem& item : sent.items) json.value(item.external_id);
        json.end_array().key("kinds").begin_array();
        for (const SentItem& item : sent.items) json.value(to_string(item.kind));
        json.end_array().end_object();
    }
    json.end_array();
    return json.take();
}

std::string totals_json(const SentTotals& totals) {
    JsonText json;
    json.begin_object().field("webhooks", totals.webhooks).field("attempts", totals.attempts);
    json.field("acknowledged", totals.acknowledged);
    json.field("acknowledged_items", totals.acknowledged_items);
    json.field("unfinished", totals.unfinished);
    json.field("unexpected", totals.unexpected).key("by_status").begin_object();
    for (const auto& [status, count] : totals.by_status) json.field(std::to_string(status), count);
    json.end_object().end_object();
    return json.take();
}

}  // namespace postern::sim
