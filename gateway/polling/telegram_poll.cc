// The receiver: one poller on one I/O thread of the pool.
#include "gateway/polling/telegram_poll.h"

#include "adapters/telegram/updates.h"
#include "gateway/polling/telegram_poller.h"

namespace postern::polling {
namespace {

class TelegramPoll final : public lines::Receiver {
  public:
    TelegramPoll(const lines::Ground& ground, const lines::Settings& settings)
        : clock_(ground.clock),
          health_(settings.health),
          thread_(ground.io.at(settings.number % ground.io.size())),
          poller_(std::make_shared<TelegramPoller>(ground, settings, thread_)) {}

    void begin() override {
        begun_ = true;
        // Here and not on the thread: a driver that follows this one says so after us.
        health_->receiving.want(1, clock_().wall);
        thread_.post([poller = poller_] { poller->begin(); });
    }

    /// A poll that waits has nothing under way: it is cut, whatever the grace.
    void stop(std::chrono::milliseconds, std::function<void()> stopped) override {
        if (begun_) health_->receiving.want(0, clock_().wall);
        thread_.post([poller = std::move(poller_), stopped = std::move(stopped)] {
            poller->end();
            stopped();
        });
    }

  private:
    const std::function<model::Now()> clock_;
    const std::shared_ptr<egress::Health> health_;
    net::IoThread& thread_;
    std::shared_ptr<TelegramPoller> poller_;
    bool begun_ = false;
};

}  // namespace

std::shared_ptr<lines::Receiver> make_telegram_poll(const lines::Ground& ground,
                                                    const lines::Settings& settings, std::string&) {
    if (!adapters::telegram::polls(settings.config)) return nullptr;
    return std::make_shared<TelegramPoll>(ground, settings);
}

}  // namespace postern::polling
