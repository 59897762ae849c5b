// Bot API 10.1 (allowed_updates), Viber REST 7.3 (event_types), LINE Messaging API (reply and read
// tokens).
#include "gateway/sim/announce.h"

#include <algorithm>
#include <array>
#include <string>

#include <simdjson.h>

#include "gateway/sim/line.h"

namespace postern::sim {
namespace {

constexpr std::size_t tokens_max = 100'000;
/// LINE says «as soon as possible»; its own libraries count on a minute.
constexpr std::int64_t token_life_us = 60'000'000;

/// Telegram: the member beside update_id. Viber: the member "event". Empty: the body says none.
std::string event_of(const Webhook& webhook) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(webhook.body.data(), webhook.body.size()).get(object) != simdjson::SUCCESS)
        return {};
    if (webhook.endpoint.channel == "viber") {
        std::string_view event;
        return object["event"].get(event) == simdjson::SUCCESS ? std::string(event) : std::string();
    }
    for (const auto member : object) {
        if (member.key != "update_id") return std::string(member.key);
    }
    return {};
}

template <class Words>
bool is_among(const Words& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool is_wanted(const SimAccount& account, const Webhook& webhook) {
    constexpr std::array<std::string_view, 3> only_if_named = {"chat_member", "message_reaction",
                                                               "message_reaction_count"};
    constexpr std::array<std::string_view, 4> always = {"message", "subscribed", "unsubscribed",
                                                        "webhook"};
    const bool telegram = webhook.endpoint.channel == "telegram";
    const bool chooses = telegram || webhook.endpoint.channel == "viber";
    if (!chooses || !account.updates || webhook.defect != Defect::none) return true;
    const std::string event = event_of(webhook);
    if (event.empty()) return true;
    if (!telegram) return is_among(always, event) || is_among(*account.updates, event);
    if (account.updates->empty()) return !is_among(only_if_named, event);
    return is_among(*account.updates, event);
}

void note_line_tokens(SimAccount& account, const Webhook& webhook, std::int64_t now_us) {
    if (webhook.endpoint.channel != "line" || webhook.duplicate) return;
    for (const Item& item : webhook.items) {
        if (account.read_tokens.size() >= tokens_max)
            account.read_tokens.erase(account.read_tokens.begin());
        if (std::string read = line_read_token(item); !read.empty())
            account.read_tokens.insert(std::move(read));
        const std::string token = line_reply_token(item);
        if (token.empty()) continue;
        if (account.reply_tokens.size() >= tokens_max)
            account.reply_tokens.erase(account.reply_tokens.begin());
        account.reply_tokens[token] = {line_chat(item), now_us + token_life_us};
    }
}

const SimReplyToken* find_reply_token(const SimAccount& account, std::string_view token,
                                      std::int64_t now_us) {
    const auto found = account.reply_tokens.find(token);
    if (found == account.reply_tokens.end() || found->second.until_us <= now_us) return nullptr;
    return &found->second;
}

bool announce(Accounts& accounts, const Webhook& webhook, std::int64_t now_us) {
    SimAccount* const account = accounts.named(webhook.endpoint.account);
    if (account == nullptr) return true;
    if (!is_wanted(*account, webhook)) return false;
    note_line_tokens(*account, webhook, now_us);
    return true;
}

}  // namespace postern::sim
