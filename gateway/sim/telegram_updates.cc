// Bot API 10.1, "Getting updates"; the words of conflicts are the server's.
#include "gateway/sim/telegram_updates.h"

#include <utility>

#include <simdjson.h>

#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

constexpr std::int64_t second_us = 1'000'000;

/// 0 without one.
std::int64_t update_id_of(std::string_view body) {
    simdjson::dom::parser parser;
    std::int64_t id = 0;
    if (parser.parse(body.data(), body.size())["update_id"].get(id) != simdjson::SUCCESS) return 0;
    return id;
}

net::Response taken_over() {
    return json_answer(409,
                       R"({"ok":false,"error_code":409,"description":"Conflict: terminated by )"
                       R"(other getUpdates request; make sure that only one bot instance is )"
                       R"(running"})");
}

}  // namespace

void TelegramUpdates::put(const Webhook& webhook, std::function<void(int)> done) {
    if (webhook.defect == Defect::bad_signature) return done(401);
    const std::int64_t id = update_id_of(webhook.body);
    Bot& bot = bots_[webhook.endpoint.account];
    // What was confirmed is never brought again, whoever repeats it here.
    if (id <= bot.confirmed) return done(200);
    Update& update = bot.updates[id];
    update.json = webhook.body;
    update.done.push_back(std::move(done));
    if (bot.waiting) answer(bot);
}

void TelegramUpdates::confirm(Bot& bot, UpdatesWanted& wanted) {
    if (wanted.offset < 0) {
        auto from = bot.updates.end();
        for (auto left = wanted.offset; left < 0 && from != bot.updates.begin(); ++left) --from;
        wanted.offset = from == bot.updates.end() ? 0 : from->first;
    }
    std::vector<std::function<void(int)>> confirmed;
    while (!bot.updates.empty() && bot.updates.begin()->first < wanted.offset) {
        const auto first = bot.updates.begin();
        bot.confirmed = first->first;
        for (auto& done : first->second.done) confirmed.push_back(std::move(done));
        bot.updates.erase(first);
    }
    for (auto& done : confirmed) done(200);
}

void TelegramUpdates::answer(Bot& bot) {
    // What was confirmed may have brought the next one at once, and with it the answer.
    if (!bot.waiting) return;
    JsonText json;
    json.begin_object().field("ok", true).key("result").begin_array();
    std::int64_t left = bot.wanted.limit;
    for (const auto& [id, update] : bot.updates) {
        if (left-- == 0) break;
        json.raw(update.json);
    }
    const auto waiting = std::exchange(bot.waiting, nullptr);
    waiting->send(json_answer(200, json.end_array().end_object().take()));
}

void TelegramUpdates::poll(const Call& call, net::Responder responder) {
    Bot& bot = bots_[call.account->endpoint.account];
    if (bot.waiting) bot.waiting->send(taken_over());
    bot.waiting = std::make_unique<net::Responder>(std::move(responder));
    bot.wanted = call.updates;
    const std::uint64_t number = ++bot.poll;
    confirm(bot, bot.wanted);
    if (!bot.updates.empty() || bot.wanted.timeout_s == 0) return answer(bot);
    agenda_.after(bot.wanted.timeout_s * second_us, [&bot, number] {
        if (bot.waiting && bot.poll == number) answer(bot);
    });
}

}  // namespace postern::sim
