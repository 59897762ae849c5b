// The simulator's HTTP face: the providers' own endpoints under /{channel}/, and under /_sim/ those
// of scripts and tests, which make it send webhooks, change its faults and read back exactly what
// was sent and accepted. Handlers run on the engine's I/O thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/net/http.h"
#include "gateway/net/server.h"
#include "gateway/sim/connections.h"
#include "gateway/sim/engine.h"

namespace postern::sim {

class SimulatorServer final : public net::HttpHandler {
  public:
    /// `engine` outlives the server. Null on an error; `problem` says what and where.
    [[nodiscard]] static std::unique_ptr<SimulatorServer> start(Engine& engine,
                                                                const std::string& listen,
                                                                std::string& problem);
    /// Answers what is in flight for a second, then ends.
    ~SimulatorServer() override;

    [[nodiscard]] std::string address() const { return server_->address(); }

    [[nodiscard]] net::Admission admit(const net::Request& head) override;
    void handle(const net::Request& request, net::Responder responder) override;

  private:
    explicit SimulatorServer(Engine& engine) : engine_(engine), connections_(engine) {}
    void inbound(const net::Request& request, net::Responder responder);
    [[nodiscard]] net::Response faults(const net::Request& request);
    [[nodiscard]] net::Response people(const net::Request& request);
    void tell_of_templates(const SimTemplates& before);
    [[nodiscard]] std::string summary();
    [[nodiscard]] net::Response read(const net::Request& request);

    Engine& engine_;
    Connections connections_;  // ends after the server does
    std::unique_ptr<net::HttpServer> server_;
    std::int64_t template_told_s_ = 0;
};

}  // namespace postern::sim
