// The channels' rules in one table, from their documents (2026): WhatsApp, Messenger and Instagram
// 24 h; WeChat 48 h and 5 messages; Telegram and Viber nobody who never wrote, Viber 100 messages
// an hour without an answer; Twilio's own STOP, and WhatsApp's window over it.
#include "gateway/sim/people.h"

#include <algorithm>
#include <array>
#include <span>

namespace postern::sim {
namespace {

constexpr std::size_t people_max = 1'000'000;
constexpr std::int64_t hour_s = 3'600;
constexpr std::int64_t welcome_s = 300;

struct Rule {
    std::string_view channel;
    SendFault stranger = SendFault::none;  // who never wrote
    std::int64_t window_s = 0;             // 0: it never closes
    std::uint32_t unanswered_max = 0;      // 0: any number
    bool by_hour = false;                  // that number is of one hour of the clock
    bool blocks = false;                   // an opt_out is a block, told to the sender by a refusal
};

constexpr std::array rules = {
    Rule{"whatsapp", SendFault::closed_window, 24 * hour_s},
    Rule{"messenger", SendFault::closed_window, 24 * hour_s},
    Rule{"instagram", SendFault::closed_window, 24 * hour_s},
    Rule{"wechat", SendFault::closed_window, 48 * hour_s, 5, false, true},
    Rule{"telegram", SendFault::closed_window, 0, 0, false, true},
    Rule{"viber", SendFault::blocked, 0, 100, true, true},
    Rule{"line", SendFault::none, 0, 0, false, true},
    Rule{"twilio", SendFault::none, 0, 0, false, true},
};

const Rule* rule_of(std::string_view channel) {
    const auto* found = std::find_if(rules.begin(), rules.end(),
                                     [&](const Rule& r) { return r.channel == channel; });
    return found == rules.end() ? nullptr : found;
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// As the channel's webhooks name a person to whom sends go.
std::string address_of(std::string_view channel, std::string_view address) {
    if (address.starts_with("whatsapp:")) address.remove_prefix(9);
    if (address.starts_with('+')) address.remove_prefix(1);
    std::string text(address);
    if (channel == "line" && !text.starts_with('U') && text.size() < 32)
        text.insert(0, "U" + std::string(32 - text.size(), '0'));
    if (channel == "telegram" && !is_digits(text)) text = "700000000";
    return text;
}

/// Groups, channels and addresses that are no person's.
bool is_person(std::string_view channel, std::string_view to) {
    if (channel == "telegram") return is_digits(to);
    if (channel == "line") return to.starts_with('U');
    return true;
}

/// Whether a text ends, or begins, the permission to send SMS (Twilio's own words).
bool is_word(std::string_view text, std::span<const std::string_view> words) {
    std::string upper(text);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return std::find(words.begin(), words.end(), upper) != words.end();
}

void hear_sms(KnownPerson& person, const Item& item) {
    constexpr std::array<std::string_view, 6> stops = {"STOP",   "STOPALL", "UNSUBSCRIBE",
                                                       "CANCEL", "END",     "QUIT"};
    constexpr std::array<std::string_view, 3> starts = {"START", "YES", "UNSTOP"};
    if (item.kind == Kind::opt_out || is_word(item.text, stops)) person.blocked = true;
    if (item.kind == Kind::opt_in || is_word(item.text, starts)) person.blocked = false;
}

/// Nothing that a person does: receipts, echoes; and what is said in a group.
bool says_nothing(Kind kind) {
    return kind == Kind::status || kind == Kind::echo || kind == Kind::edit ||
           kind == Kind::group_text;
}

void hear(const Rule& rule, KnownPerson& person, const Item& item, std::int64_t now_s) {
    if (rule.channel == "twilio") {
        person.last_inbound_s = now_s;  // for WhatsApp over Twilio
        return hear_sms(person, item);
    }
    if (item.kind == Kind::opened) {
        person.welcome_until_s = now_s + welcome_s;
        return;
    }
    const bool opting = item.kind == Kind::opt_out || item.kind == Kind::opt_in;
    // On the channels that are left an opt-out is of one kind of messages only.
    if (opting && !rule.blocks) return;
    person.blocked = item.kind == Kind::opt_out;
    if (person.blocked) return;
    person.last_inbound_s = now_s;
    person.counted_from_s = now_s;
    person.sent = 0;
}

}  // namespace

std::string people_key(std::string_view channel, std::string_view account,
                       std::string_view address) {
    std::string key(channel);
    key.append("\n").append(account).append("\n");
    return key.append(address_of(channel, address));
}

KnownPerson& People::at(std::string key) {
    if (people_.size() >= people_max) people_.clear();
    return people_[std::move(key)];
}

void People::note(const Webhook& webhook, std::int64_t now_s) {
    const Rule* const rule = rule_of(webhook.endpoint.channel);
    if (rule == nullptr || webhook.duplicate) return;
    for (const Item& item : webhook.items) {
        if (says_nothing(item.kind)) continue;
        KnownPerson& person =
            at(people_key(rule->channel, webhook.endpoint.account, item.person.address));
        hear(*rule, person, item, now_s);
    }
}

SendFault People::refusal(const PersonSend& send, bool strict, std::int64_t now_s) const {
    const Rule* const rule = rule_of(send.channel);
    if (rule == nullptr || (people_.empty() && !strict) || !is_person(send.channel, send.to)) {
        return SendFault::none;
    }
    const auto found = people_.find(people_key(send.channel, send.account, send.to));
    const KnownPerson person = found == people_.end() ? KnownPerson{} : found->second;
    if (!strict && !person.told) return SendFault::none;
    if (person.blocked) return SendFault::blocked;
    if (send.window_s < 0) return SendFault::none;
    if (person.last_inbound_s == 0 && now_s < person.welcome_until_s) return SendFault::none;
    if (person.last_inbound_s == 0 && rule->stranger != SendFault::none) return rule->stranger;
    const std::int64_t window_s = send.window_s > 0 ? send.window_s : rule->window_s;
    if (window_s > 0 && now_s - person.last_inbound_s >= window_s) return SendFault::closed_window;
    const bool counts = !rule->by_hour || person.counted_from_s / hour_s == now_s / hour_s;
    const std::uint32_t most = send.unanswered_max > 0 ? send.unanswered_max : rule->unanswered_max;
    const bool many = rule->unanswered_max > 0 && person.sent >= most;
    return counts && many ? SendFault::pair_limited : SendFault::none;
}

void People::sent(const PersonSend& send, std::int64_t now_s) {
    const Rule* const rule = rule_of(send.channel);
    if (rule == nullptr || rule->unanswered_max == 0 || send.window_s < 0) return;
    KnownPerson& person = at(people_key(send.channel, send.account, send.to));
    if (rule->by_hour && person.counted_from_s / hour_s != now_s / hour_s) {
        person.counted_from_s = now_s;
        person.sent = 0;
    }
    ++person.sent;
    person.welcome_until_s = 0;
}

}  // namespace postern::sim
