// Updates of bots that poll: they wait here until getUpdates asks for them, and are confirmed by a
// later offset. What Telegram promises of it: one poller a bot, an update again until it is
// confirmed, the oldest first.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/net/http.h"
#include "gateway/sim/agenda.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/scenario.h"

namespace postern::sim {

/// Lives on the simulator's I/O thread; outlives its agenda's tasks.
class TelegramUpdates final {
  public:
    explicit TelegramUpdates(Agenda& agenda) : agenda_(agenda) {}

    /// Keeps the update of a webhook; `done` is called with 200 once it is confirmed. One without
    /// an id is none that Telegram would make: it is dropped, and told as taken. A forged one is
    /// refused (401): there is nobody but Telegram who could bring it.
    void put(const Webhook& webhook, std::function<void(int)> done);
    /// Answers now, or as soon as there is an update, or when the wanted time is over.
    void poll(const Call& call, net::Responder responder);

  private:
    struct Update {
        std::string json;
        std::vector<std::function<void(int)>> done;
    };
    struct Bot {
        std::map<std::int64_t, Update> updates;
        std::int64_t confirmed = 0;  // all up to here
        std::unique_ptr<net::Responder> waiting;
        UpdatesWanted wanted;
        std::uint64_t poll = 0;  // counts them, so that an old time limit finds its own only
    };

    static void confirm(Bot& bot, UpdatesWanted& wanted);
    static void answer(Bot& bot);

    Agenda& agenda_;
    std::map<std::string, Bot, std::less<>> bots_;  // by account
};

}  // namespace postern::sim
