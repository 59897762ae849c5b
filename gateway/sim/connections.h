// What providers answer about an account itself: who it is, which webhook it has, and a new one
// for it. Those that call a webhook before they take it (Meta, Viber, LINE's test) do so here, too.
// One `*_connect.cc` a provider; written from the providers' documents.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "gateway/net/client.h"
#include "gateway/net/http.h"
#include "gateway/sim/accounts.h"
#include "gateway/sim/engine.h"

namespace postern::sim {

/// What was told to providers so far, by the id that a path names.
struct ConnectState {
    struct Subscription {
        bool subscribed = false;
        std::string callback;  // WhatsApp: of the business account alone
        std::string fields;
    };
    std::map<std::string, Subscription, std::less<>> subscriptions;  // by WABA or page
    std::map<std::string, std::string, std::less<>> callbacks;       // of Meta's app, by object
    std::map<std::string, std::string, std::less<>> webhooks;  // viber, line, twilio: by account
};

/// A request about an account, read: answered at once, or after the webhook was called.
struct ConnectCall {
    net::Response answer;
    std::optional<net::ClientRequest> webhook;
    /// From the webhook's answer (status 0: none came) to the provider's.
    std::function<net::Response(int status, std::string_view body)> then;
};

/// Nothing: the request is about something else. `path` is what follows "/{channel}/".
using ConnectReader = std::optional<ConnectCall>(const net::Request& request, std::string_view path,
                                                 Accounts& accounts, ConnectState& state);

ConnectReader connect_telegram;
ConnectReader connect_whatsapp;
ConnectReader connect_messenger;
ConnectReader connect_instagram;
ConnectReader connect_line;
ConnectReader connect_viber;
ConnectReader connect_twilio;

/// Providers take https; a test's own machine may do without.
[[nodiscard]] bool is_public_webhook(std::string_view url);

/// Made and used on the engine's I/O thread, but for its end: then no request is in flight.
class Connections final {
  public:
    explicit Connections(Engine& engine) : engine_(engine) {}
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    /// False if the request is about no account; the responder is then untouched.
    [[nodiscard]] bool handle(const net::Request& request, net::Responder& responder);

  private:
    void call_webhook(ConnectCall call, net::Responder responder);

    Engine& engine_;
    ConnectState state_;
    std::unique_ptr<net::HttpClient> client_;
};

}  // namespace postern::sim
