// A simulated message centre: takes binds and submissions, with the simulator's books and bad days,
// and delivers messages and receipts over the binds of the account that they are for.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "gateway/net/link_listener.h"
#include "gateway/sim/engine.h"
#include "gateway/sim/listeners.h"
#include "gateway/sim/smpp_pdu.h"

namespace postern::sim {

class SmppCentre final : public SideListener {
  public:
    [[nodiscard]] static std::unique_ptr<SideListener> start(Engine& engine,
                                                             const std::string& listen,
                                                             std::string& problem);
    ~SmppCentre() override;

    [[nodiscard]] std::string address() const override { return door_->address(); }

  private:
    /// One connection. On the engine's thread.
    struct Session {
        std::unique_ptr<net::StreamLink> link;
        std::string in;                 // what came and is no whole PDU yet
        SimAccount* account = nullptr;  // once bound
        bool sends = false;
        bool receives = false;
        std::uint32_t sequence = 0;
        std::map<std::uint32_t, std::function<void(int)>> delivering;
    };
    using SessionPointer = std::shared_ptr<Session>;

    explicit SmppCentre(Engine& engine) : engine_(engine) {}
    void welcome(const net::AcceptLink& accept);
    void on_bytes(const SessionPointer& session, std::string_view bytes);
    void on_pdu(const SessionPointer& session, const SmppPdu& pdu);
    void bind(const SessionPointer& session, const SmppPdu& pdu);
    void submit(const SessionPointer& session, const SmppPdu& pdu);
    void unbind(const SessionPointer& session);
    void deliver(const Webhook& webhook, std::function<void(int)> done);
    void end(const SessionPointer& session);

    Engine& engine_;
    std::unique_ptr<net::LinkListener> door_;
    std::list<SessionPointer> sessions_;
    const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace postern::sim
