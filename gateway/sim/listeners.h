// Providers that do not speak HTTP: each listens on an address of its own, which the simulator's
// ready line names by the channel ("smpp":"127.0.0.1:2775"). One line a kind in listeners.cc.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/sim/engine.h"

namespace postern::sim {

/// A running listener. Made and ended on a thread that is not the engine's; what it does in between
/// is done on engine.thread(), so that it may use the engine's books as they are. It takes sends
/// the way the Counter does (Behaviour::decide, Ledger::append, Receipts::plan), and brings what
/// the simulator sends (inbound items, receipts) as the carrier of its channel: Delivery::carry().
class SideListener {
  public:
    virtual ~SideListener() = default;
    /// "host:port", as clients reach it.
    [[nodiscard]] virtual std::string address() const = 0;
};

struct ListenerKind {
    std::string_view channel;
    bool certified;  // started only where the engine has a certificate
    /// `listen` is "host:port", port 0 for any. Null on an error; `problem` says what and where.
    std::unique_ptr<SideListener> (*start)(Engine& engine, const std::string& listen,
                                           std::string& problem);
};

[[nodiscard]] std::span<const ListenerKind> listener_kinds();

/// All kinds that were started, by channel. Ends before its engine.
using SideListeners = std::map<std::string, std::unique_ptr<SideListener>, std::less<>>;

/// Every kind on `host` and any port; `wanted` gives other addresses by channel. False on an error.
[[nodiscard]] bool start_listeners(Engine& engine, const std::string& host,
                                   const std::map<std::string, std::string, std::less<>>& wanted,
                                   SideListeners& listeners, std::string& problem);

}  // namespace postern::sim
