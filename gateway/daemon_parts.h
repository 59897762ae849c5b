// What a daemon is made of, in the order of its construction (private to daemon.cc). Life: main();
// every thread that it starts has ended when it is gone.
#pragma once

#include <atomic>
#include <csignal>
#include <memory>
#include <vector>

#include "gateway/alarm_service.h"
#include "gateway/api/api_handler.h"
#include "gateway/api_ports.h"
#include "gateway/backup_stamp.h"
#include "gateway/daemon.h"
#include "gateway/guards.h"
#include "gateway/ingress/carried.h"
#include "gateway/ingress/documents.h"
#include "gateway/ingress/refused_requests.h"
#include "gateway/ingress/replay.h"
#include "gateway/ingress/webhook.h"
#include "gateway/log_failures.h"
#include "gateway/media/public_door.h"
#include "gateway/media/service.h"
#include "gateway/metrics_page.h"
#include "gateway/net/server.h"
#include "gateway/outgoing_files.h"
#include "gateway/registered.h"
#include "gateway/runtime/clock.h"
#include "gateway/runtime/pipeline.h"
#include "gateway/runtime/request_traces.h"
#include "gateway/sending_service.h"
#include "gateway/service.h"
#include "gateway/subscriptions/deliverer.h"
#include "gateway/webchat/web_chat.h"

namespace postern {

class Daemon final {
  public:
    explicit Daemon(DaemonOptions options) : options_(std::move(options)) {}
    int run();

  private:
    [[nodiscard]] bool prepare();
    [[nodiscard]] bool open_storage();
    [[nodiscard]] bool take_configured();
    // daemon_reload.cc
    [[nodiscard]] std::shared_ptr<const ingress::AccountTable> number_accounts(
        std::vector<std::unique_ptr<ingress::Account>> accounts, std::string& problems) const;
    [[nodiscard]] bool take_accounts(const conf::Config& config,
                                     std::vector<std::unique_ptr<ingress::Account>> accounts,
                                     std::string& problems);
    [[nodiscard]] bool register_accounts(const ingress::AccountTable& accounts);
    [[nodiscard]] bool make_bootstrap_key();
    [[nodiscard]] bool start_sending();
    [[nodiscard]] bool start_writing();
    void watch_alarms();
    void reload_sending(const conf::Config& config);
    void audit_reload(const conf::Config& wanted);
    void make_handlers();
    void make_media_service();
    [[nodiscard]] std::unique_ptr<net::HttpServer> open(net::HttpHandler& handler,
                                                        net::ServerOptions options);
    [[nodiscard]] bool listen();
    [[nodiscard]] bool commit(std::vector<core::Command> commands);
    void restore_health();
    void announce_ready();
    void wait_for_signals(const sigset_t& signals);
    void reload();
    void drain();

    DaemonOptions options_;
    Service service_;
    conf::Config config_;
    conf::Config loaded_;  // last: config_, until a reload brings another
    std::vector<std::unique_ptr<ingress::Account>> configured_;
    model::Instant started_ = runtime::read_clocks().wall;
    int exit_code_ = 0;

    std::unique_ptr<LogFailures> log_failures_;
    bool read_only_ = false;

    // In the order of construction; destroyed in reverse.
    std::unique_ptr<runtime::Ground> ground_;
    core::SmallTables tables_;  // as found; what changes is published
    std::atomic<api::ApiHandler*> publish_to_{nullptr};
    std::atomic<subscriptions::Deliverer*> deliver_to_{nullptr};
    std::unique_ptr<Registered> registered_;
    std::unique_ptr<net::IoPool> io_;
    std::unique_ptr<webchat::Hub> chats_;
    std::unique_ptr<runtime::Pipeline> pipeline_;
    ingress::Accounts accounts_;
    ingress::IntakeGate gate_;
    std::unique_ptr<ingress::Intake> intake_;
    std::unique_ptr<ingress::WebhookHandler> webhooks_;
    std::unique_ptr<subscriptions::Deliverer> deliverer_;
    std::unique_ptr<SendingService> sending_;
    std::unique_ptr<media::MediaService> media_;
    std::unique_ptr<OutgoingFiles> outgoing_;
    std::unique_ptr<ingress::CarriedFiles> carried_;
    std::unique_ptr<ingress::Documents> documents_;
    std::unique_ptr<media::PublicDoor> public_door_;
    std::unique_ptr<webchat::WebChat> web_chat_;
    std::unique_ptr<runtime::RequestTraces> traces_;
    std::unique_ptr<ingress::RefusedRequests> refused_;
    std::unique_ptr<Guards> guards_;
    std::unique_ptr<ingress::Replay> replay_;
    std::unique_ptr<BackupStamp> backups_;
    std::unique_ptr<AlarmService> alarms_;
    std::unique_ptr<ApiPorts> ports_;
    std::unique_ptr<api::ApiHandler> api_;
    std::unique_ptr<MetricsPage> metrics_;
    std::unique_ptr<net::HttpServer> webhook_server_;
    std::unique_ptr<net::HttpServer> api_server_;
    std::unique_ptr<net::HttpServer> metrics_server_;
};

}  // namespace postern
