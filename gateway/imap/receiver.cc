// The receiver: one mailbox on one I/O thread of the pool.
#include "gateway/imap/receiver.h"

#include "gateway/imap/mail_box.h"

namespace postern::imap {
namespace {

class ImapReceiver final : public lines::Receiver {
  public:
    ImapReceiver(const lines::Ground& ground, const lines::Settings& settings, Server server)
        : clock_(ground.clock),
          health_(settings.health),
          thread_(ground.io.at(settings.number % ground.io.size())),
          box_(std::make_shared<MailBox>(ground, settings, std::move(server), thread_)) {}

    void begin() override {
        begun_ = true;
        // Here and not on the thread: a driver that follows this one says so after us.
        health_->receiving.want(1, clock_().wall);
        thread_.post([box = box_] { box->begin(); });
    }

    void stop(std::chrono::milliseconds grace, std::function<void()> stopped) override {
        if (begun_) health_->receiving.want(0, clock_().wall);
        thread_.post([box = std::move(box_), grace, stopped = std::move(stopped)]() mutable {
            box->end(grace, std::move(stopped));
        });
    }

  private:
    const std::function<model::Now()> clock_;
    const std::shared_ptr<egress::Health> health_;
    net::IoThread& thread_;
    std::shared_ptr<MailBox> box_;
    bool begun_ = false;
};

}  // namespace

std::shared_ptr<lines::Receiver> make_imap_receiver(const lines::Ground& ground,
                                                    const lines::Settings& settings,
                                                    std::string& problem) {
    Server server;
    server.account = adapters::email::imap_account(settings.config, problem);
    if (!server.account) return nullptr;
    server.trust = net::make_link_trust(settings.ca_file, true, problem);
    if (!server.trust) return nullptr;
    server.tokens = settings.tokens;
    return std::make_shared<ImapReceiver>(ground, settings, std::move(server));
}

}  // namespace postern::imap
