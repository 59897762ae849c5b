#include "gateway/smtp/mail_courier.h"

#include <atomic>
#include <vector>

#include "gateway/smtp/desk.h"

namespace postern::smtp {
namespace {

class SmtpCourier final : public egress::Courier {
  public:
    SmtpCourier(net::IoPool& pool, const Relay& relay, const std::shared_ptr<TokenSource>& tokens)
        : pool_(pool) {
        for (std::size_t i = 0; i < pool.size(); ++i) {
            desks_.push_back(std::make_shared<Desk>(relay, pool.at(i), tokens));
        }
    }

    void send(egress::Parcel parcel, net::IoThread& thread,
              std::function<void(egress::Handed)> done) override {
        desks_[thread.index()]->take(std::move(parcel), std::move(done));
    }

    bool try_login(net::IoThread& thread, std::function<void(egress::Handed)> done) override {
        desks_[thread.index()]->try_login(std::move(done));
        return true;
    }

    void stop(std::chrono::milliseconds grace, std::function<void()> stopped) override {
        auto open = std::make_shared<std::atomic<std::size_t>>(desks_.size());
        const auto one_less = [open, stopped = std::move(stopped)] {
            if (open->fetch_sub(1) == 1) stopped();
        };
        for (std::size_t i = 0; i < desks_.size(); ++i) {
            pool_.at(i).post([desk = desks_[i], grace, one_less] { desk->stop(grace, one_less); });
        }
    }

  private:
    net::IoPool& pool_;
    std::vector<std::shared_ptr<Desk>> desks_;  // by the thread's index
};

}  // namespace

std::shared_ptr<egress::Courier> make_mail_courier(net::IoPool& pool,
                                                   const adapters::AdapterConfig& config,
                                                   const MailWay& way,
                                                   std::function<model::Now()> clock,
                                                   std::string& problem) {
    Relay relay;
    relay.account = adapters::email::smtp_account(config, problem);
    if (!relay.account) return nullptr;
    relay.trust = net::make_link_trust(way.ca_file, true, problem);
    if (!relay.trust) return nullptr;
    relay.clock = std::move(clock);
    relay.files = way.files;
    relay.locked_until = std::make_shared<std::atomic<std::int64_t>>(0);
    return std::make_shared<SmtpCourier>(pool, relay, way.tokens);
}

}  // namespace postern::smtp
