// Start and end of the simulator's thread; what lives on it is made and unmade on it.
#include "gateway/sim/engine.h"

#include <future>
#include <utility>

#include "gateway/sim/announce.h"

namespace postern::sim {

Engine::Engine(StreamOptions options, const SendFaults& sends)
    : stream_(std::move(options)),
      accounts_(stream_.endpoints()),
      behaviour_(stream_.seed()),
      pool_(net::make_io_pool(1)) {
    behaviour_.faults = sends;
    accounts_.everybody = &behaviour_.faults;
    on_thread([this] {
        net::ClientOptions client;
        client.connections_per_origin_max = 128;
        client_ = net::make_client(thread(), client);
        delivery_ = std::make_unique<Delivery>(thread(), *client_, sent_log_);
        agenda_ = std::make_unique<Agenda>(thread());
        receipts_ = std::make_unique<Receipts>(*agenda_, *delivery_, behaviour_);
        updates_ = std::make_unique<TelegramUpdates>(*agenda_);
        delivery_->carry("poll", [this](const Webhook& webhook, auto done) {
            updates_->put(webhook, std::move(done));
        });
        counter_ = std::make_unique<Counter>(*agenda_, accounts_, behaviour_, ledger_, *receipts_,
                                             *updates_, stream_.seed());
    });
}

Engine::~Engine() {
    on_thread([this] {
        counter_.reset();
        updates_.reset();
        receipts_.reset();
        agenda_.reset();
        delivery_.reset();
        client_.reset();
    });
    pool_->stop();
}

void Engine::on_thread(const std::function<void()>& task) {
    std::promise<void> finished;
    thread().post([&task, &finished] {
        task();
        finished.set_value();
    });
    finished.get_future().wait();
}

/// What an account did not ask for is never made. One that wants nothing of what its people do gets
/// it in the end: a stream must not stand still.
Webhook Engine::next() {
    constexpr int draws_max = 10'000;
    Webhook webhook = stream_.next();
    for (int i = 0; i < draws_max && !announce(accounts_, webhook, steady_now_us()); ++i)
        webhook = stream_.next();
    behaviour_.people.note(webhook, wall_now_us() / 1'000'000);
    return webhook;
}

PumpResult Engine::push(PumpOptions options) {
    std::promise<PumpResult> finished;
    thread().post([this, &options, &finished] {
        auto pump = std::make_shared<Pump>(
            thread(), *delivery_, options, [this] { return next(); },
            [&finished](PumpResult result) { finished.set_value(std::move(result)); });
        pump->start();
    });
    return finished.get_future().get();
}

}  // namespace postern::sim
