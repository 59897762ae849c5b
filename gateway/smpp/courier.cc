#include "gateway/smpp/courier.h"

#include "adapters/smpp/options.h"
#include "gateway/smpp/exchange.h"

namespace postern::smpp {
namespace {

/// Any thread; everything is passed to the home thread.
class SmppCourier final : public egress::Courier {
  public:
    explicit SmppCourier(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}

    void begin() override {
        exchange_->home().post([exchange = exchange_] { exchange->begin(); });
    }

    void send(egress::Parcel parcel, net::IoThread& thread,
              std::function<void(egress::Handed)> done) override {
        exchange_->home().post([exchange = exchange_, parcel = std::move(parcel), &thread,
                                done = std::move(done)]() mutable {
            exchange->send(std::move(parcel), thread, std::move(done));
        });
    }

    void stop(std::chrono::milliseconds grace, std::function<void()> stopped) override {
        exchange_->home().post(
            [exchange = exchange_, grace, stopped = std::move(stopped)]() mutable {
                exchange->stop(grace, std::move(stopped));
            });
    }

  private:
    const std::shared_ptr<Exchange> exchange_;
};

}  // namespace

std::shared_ptr<egress::Courier> make_courier(const lines::Ground& ground,
                                              const lines::Settings& settings,
                                              std::string& problem) {
    auto options = adapters::smpp::read_options(settings.config, problem);
    if (!options) return nullptr;
    std::shared_ptr<const net::LinkTrust> trust;
    if (options->tls) {
        trust = net::make_link_trust(settings.ca_file, true, problem);
        if (!trust) return nullptr;
    }
    return std::make_shared<SmppCourier>(
        std::make_shared<Exchange>(ground, settings, std::move(*options), std::move(trust)));
}

}  // namespace postern::smpp
