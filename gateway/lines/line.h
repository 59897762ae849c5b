// What drivers of channels without HTTP are made of and with: connections that the gateway itself
// keeps open for an account (SMPP, SMTP, web chat, mail boxes, long polls). A driver lives in a
// folder of its own and is listed in gateway/couriers.cc. Main thread, at start and on a reload.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "adapters/adapter.h"
#include "gateway/egress/accounts.h"
#include "gateway/egress/courier.h"
#include "gateway/egress/upload_files.h"
#include "gateway/ingress/accounts.h"
#include "gateway/ingress/intake.h"
#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"
#include "gateway/tokens/token_source.h"

namespace postern::webchat {
class Hub;
}  // namespace postern::webchat

namespace postern::lines {

/// The gateway around a driver: all of it outlives every driver.
struct Ground {
    net::IoPool& io;
    ingress::Intake& intake;
    const ingress::Accounts& accounts;
    std::function<model::Now()> clock;       // any thread
    std::function<std::uint64_t()> random;   // any thread
    webchat::Hub* chats = nullptr;           // open windows of web chats
    egress::UploadFiles* uploads = nullptr;  // null: uploads are sent as links
};

/// One account's settings. The same settings keep the driver that runs; others make a new one.
struct Settings {
    model::AccountNumber number = 0;
    adapters::AdapterConfig config;          // name, channel, credentials, settings
    std::string ca_file;                     // trusted beside the system's authorities, or empty
    net::ProxyOptions proxy;                 // for HTTP alone
    std::shared_ptr<egress::Health> health;  // over reloads; `line` is the driver's to tell
    std::shared_ptr<tokens::TokenSource> tokens{};  // that it logs in with; null: with a password

    [[nodiscard]] bool same_as(const Settings& other) const;
};

/// A driver that only receives: a long poll, a mail box.
class Receiver {
  public:
    virtual ~Receiver() = default;
    /// Main thread, once: the settings are in force, and what comes in may go to the intake.
    virtual void begin() = 0;
    /// As Courier::stop.
    virtual void stop(std::chrono::milliseconds grace, std::function<void()> stopped) = 0;
};

/// What an account has beside HTTP; either may be null.
struct Line {
    std::shared_ptr<egress::Courier> courier;
    std::shared_ptr<Receiver> receiver;
};

/// Null with words in `problem` (no secrets) when the settings cannot be used: the start, or the
/// reload, is refused then. May read files.
using MakeCourier = std::shared_ptr<egress::Courier> (*)(const Ground& ground,
                                                         const Settings& settings,
                                                         std::string& problem);
/// Null without a problem: the account's settings ask for no receiver.
using MakeReceiver = std::shared_ptr<Receiver> (*)(const Ground& ground, const Settings& settings,
                                                   std::string& problem);

}  // namespace postern::lines
