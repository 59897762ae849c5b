// Start and end of the simulator's thread; what lives on it is made and unmade on it.
#include "gateway/sim/engine.h"

#include <future>
#include <utility>

namespace postern::sim {

Engine::Engine(StreamOptions options) : stream_(std::move(options)), pool_(net::make_io_pool(1)) {
    on_thread([this] {
        net::ClientOptions client;
        client.connections_per_origin_max = 128;
        client_ = net::make_client(thread(), client);
        delivery_ = std::make_unique<Delivery>(thread(), *client_, ledger_);
    });
}

Engine::~Engine() {
    on_thread([this] {
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

PumpResult Engine::push(PumpOptions options) {
    std::promise<PumpResult> finished;
    thread().post([this, &options, &finished] {
        auto pump = std::make_shared<Pump>(
            thread(), *delivery_, options, [this] { return stream_.next(); },
            [&finished](PumpResult result) { finished.set_value(std::move(result)); });
        pump->start();
    });
    return finished.get_future().get();
}

}  // namespace postern::sim
