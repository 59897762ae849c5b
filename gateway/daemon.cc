// Construction in the order of dependency; signals; drain in the reverse order.
#include "gateway/daemon.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <future>

#include <fmt/format.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

#include "conf/loader.h"
#include "gateway/api/api_handler.h"
#include "gateway/api/key_token.h"
#include "gateway/api_ports.h"
#include "gateway/guards.h"
#include "gateway/ingress/replay.h"
#include "gateway/ingress/webhook.h"
#include "gateway/metrics/log.h"
#include "gateway/metrics_page.h"
#include "gateway/net/server.h"
#include "gateway/registered.h"
#include "gateway/runtime/check.h"
#include "gateway/runtime/clock.h"
#include "gateway/runtime/pipeline.h"
#include "gateway/sending_service.h"
#include "gateway/service.h"
#include "gateway/setup.h"
#include "gateway/subscription_setup.h"

namespace postern {
namespace {

using namespace std::chrono_literals;

constexpr int exit_config = 78;   // EX_CONFIG: systemd must not restart
constexpr int exit_storage = 74;  // EX_IOERR: an operator must act
constexpr std::chrono::milliseconds drain_grace = 10s;

void say(std::string_view text) {
    (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

/// Blocks the signals for all threads to come; the main thread waits for them.
sigset_t block_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int s : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, s);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return set;
}

class Daemon final {
  public:
    explicit Daemon(DaemonOptions options) : options_(std::move(options)) {}
    int run();

  private:
    [[nodiscard]] bool prepare();
    [[nodiscard]] bool open_storage();
    [[nodiscard]] bool register_accounts(std::vector<std::unique_ptr<ingress::Account>>& accounts);
    [[nodiscard]] bool make_bootstrap_key();
    [[nodiscard]] bool start_sending();
    void reload_sending(const conf::Config& config);
    void make_handlers();
    [[nodiscard]] std::unique_ptr<net::HttpServer> open(net::HttpHandler& handler,
                                                        net::ServerOptions options);
    [[nodiscard]] bool listen();
    [[nodiscard]] bool commit(std::vector<core::Command> commands);
    void announce_ready();
    void wait_for_signals(const sigset_t& signals);
    void reload();
    void drain();

    DaemonOptions options_;
    Service service_;
    conf::Config config_;
    std::vector<std::unique_ptr<ingress::Account>> configured_;
    model::Instant started_ = runtime::read_clocks().wall;
    int exit_code_ = 0;

    // In the order of construction; destroyed in reverse.
    std::unique_ptr<runtime::Ground> ground_;
    core::SmallTables tables_;  // as found; what changes is published
    std::atomic<api::ApiHandler*> publish_to_{nullptr};
    std::atomic<subscriptions::Deliverer*> deliver_to_{nullptr};
    std::unique_ptr<Registered> registered_;
    std::unique_ptr<net::IoPool> io_;
    std::unique_ptr<runtime::Pipeline> pipeline_;
    ingress::Accounts accounts_;
    ingress::IntakeGate gate_;
    std::unique_ptr<ingress::WebhookHandler> webhooks_;
    std::unique_ptr<subscriptions::Deliverer> deliverer_;
    std::unique_ptr<SendingService> sending_;
    std::unique_ptr<Guards> guards_;
    std::unique_ptr<ingress::Replay> replay_;
    std::unique_ptr<ApiPorts> ports_;
    std::unique_ptr<api::ApiHandler> api_;
    std::unique_ptr<MetricsPage> metrics_;
    std::unique_ptr<net::HttpServer> webhook_server_;
    std::unique_ptr<net::HttpServer> api_server_;
    std::unique_ptr<net::HttpServer> metrics_server_;
};

bool Daemon::prepare() {
    std::string problems;
    bool usable = load_config(options_.config_file, config_, problems);
    usable = usable && make_accounts(config_, configured_, problems);
    if (usable) return true;
    say(problems);
    exit_code_ = exit_config;
    return false;
}

bool Daemon::open_storage() {
    runtime::RecoveryOptions recovery = recovery_options(config_);
    recovery.acknowledge_loss = options_.acknowledge_loss;
    recovery.progress = [this](const storage::Recovery& so_far) {
        service_.tell(fmt::format("EXTEND_TIMEOUT_USEC=30000000\nSTATUS=recovering: {} groups read",
                                  so_far.groups));
    };
    std::string problem;
    auto ground = runtime::recover(recovery, started_, problem);
    if (ground.has_error()) {
        log::error("storage_refused", {{"path", config_.storage.path}, {"problem", problem}});
        exit_code_ = exit_storage;
        return false;
    }
    ground_ = std::move(*ground);
    auto tables = runtime::load_small_tables(*ground_, problem);
    if (tables.has_error()) {
        log::error("storage_refused", {{"path", config_.storage.path}, {"problem", problem}});
        exit_code_ = exit_storage;
        return false;
    }
    const storage::Recovery& r = ground_->recovery;
    log::info("storage_opened", {{"sequence", ground_->anchor_state.durable},
                                 {"epoch", ground_->anchor_state.epoch},
                                 {"groups_replayed", r.groups_replayed},
                                 {"rows_replayed", r.rows_replayed},
                                 {"tail_dropped", r.tail_dropped}});
    registered_ = std::make_unique<Registered>(*tables);
    tables_ = *tables;
    io_ = net::make_io_pool(io_threads(config_));
    if (!io_) {
        log::error("loops_refused",
                   {{"detail", "the system gives no event loop: see LimitMEMLOCK and TasksMax"}});
        exit_code_ = runtime::exit_restart;
        return false;
    }
    pipeline_ = std::make_unique<runtime::Pipeline>(
        *ground_, std::move(*tables), pipeline_options(config_),
        [this](const model::RecordPtr& record) {
            registered_->publish(record);
            if (subscriptions::Deliverer* d = deliver_to_.load()) d->publish(record);
            if (api::ApiHandler* api = publish_to_.load()) api->publish(record);
        });
    make_handlers();
    if (!ground_->loss.empty()) {
        log::error("loss_acknowledged", {{"detail", ground_->loss}});
        (void)pipeline_->post(
            core::Command{core::Announce{0, "storage.loss_acknowledged", "{}"}, {}});
    }
    return true;
}

/// Posts and waits until it is durable. Main thread.
bool Daemon::commit(std::vector<core::Command> commands) {
    std::promise<void> durable;
    const bool taken = pipeline_->post(std::move(commands), runtime::Admit::last_shed, io_->at(0),
                                       [&](const auto&) { durable.set_value(); });
    if (!taken) {
        log::error("start_refused", {{"detail", "the core takes no command"}});
        exit_code_ = runtime::exit_restart;
        return false;
    }
    durable.get_future().wait();
    return true;
}

/// The first owner's key, when there is no key at all.
bool Daemon::make_bootstrap_key() {
    if (!config_.api.bootstrap_key || !tables_.api_keys.empty()) return true;
    core::CreateApiKey c;
    c.row.name = "bootstrap";
    c.row.scopes = {"*"};
    c.row.hash = api::hash_token(config_.api.bootstrap_key->value);
    std::vector<core::Command> commands;
    commands.push_back({std::move(c), {}});
    return commit(std::move(commands));
}

bool Daemon::register_accounts(std::vector<std::unique_ptr<ingress::Account>>& accounts) {
    // A command registers at most 60 (bounded apply).
    constexpr std::size_t per_command = 60;
    std::vector<core::Command> commands;
    for (const auto& account : accounts) {
        const std::string problem = registered_->problem_of(account->name, account->channel);
        if (problem.empty()) continue;
        log::error("account_refused", {{"problem", problem}});
        exit_code_ = exit_config;
        return false;
    }
    for (std::size_t i = 0; i < accounts.size(); i += per_command) {
        core::RegisterAccounts c;
        for (std::size_t j = i; j < std::min(i + per_command, accounts.size()); ++j) {
            c.accounts.push_back({accounts[j]->name, accounts[j]->channel});
        }
        commands.push_back({std::move(c), {}});
    }
    if (!commands.empty() && !commit(std::move(commands))) return false;
    const auto known = registered_->accounts();
    const auto current = accounts_.load();
    for (auto& account : accounts) {
        account->number = known.at(account->name).number;
        // Counters go on over a reload.
        if (const ingress::Account* before = current->find(account->name))
            account->health = before->health;
    }
    accounts_.store(std::make_shared<const ingress::AccountTable>(std::move(accounts)));
    return true;
}

/// What the last start left open becomes unknown; then rules and limits, and sending begins.
bool Daemon::start_sending() {
    std::string problems;
    if (!sending_->prepare(config_, *accounts_.load(), problems)) {
        say(problems);
        exit_code_ = exit_config;
        return false;
    }
    auto open = SendingService::recover(tables_.slots);
    if (!open.empty() && !commit(std::move(open))) return false;
    std::vector<core::Command> begin;
    begin.push_back(sending_->apply());
    return commit(std::move(begin));
}

void Daemon::reload_sending(const conf::Config& config) {
    std::string problems;
    if (!sending_->prepare(config, *accounts_.load(), problems)) {
        log::error("reload_refused", {{"problem", problems}});
        return;
    }
    pipeline_->post_always(sending_->apply());
}

void Daemon::make_handlers() {
    sending_ = std::make_unique<SendingService>(*pipeline_, *io_, ground_->master);
    deliverer_ = make_deliverer(config_, *pipeline_, *io_, tables_);
    deliverer_->start();
    deliver_to_.store(deliverer_.get());
    const auto now = [] { return runtime::read_clocks().wall; };
    webhooks_ = std::make_unique<ingress::WebhookHandler>(
        accounts_, *pipeline_, gate_, ground_->master, *ground_->poison, io_->size(), now);
    guards_ = std::make_unique<Guards>(
        *pipeline_, *io_, gate_, service_, config_.storage.path, config_.retention,
        model::Instant{std::chrono::microseconds{ground_->last_written_us}},
        [this] { publish_to_.load()->flush_usage(); });
    replay_ =
        std::make_unique<ingress::Replay>(accounts_, *pipeline_, ground_->master, io_->size(), now);
    ApiSources sources;
    sources.mode = config_.mode;
    sources.sync = config_.storage.sync;
    sources.accounts = &accounts_;
    sources.registered = registered_.get();
    sources.pipeline = pipeline_.get();
    sources.ground = ground_.get();
    sources.guards = guards_.get();
    sources.replay = replay_.get();
    sources.started = started_;
    sources.sending = {registered_.get(), pipeline_.get(), &sending_->egress(), config_.mode};
    ports_ = std::make_unique<ApiPorts>(std::move(sources));
    api::ApiOptions options;
    options.requests_per_second = config_.api.requests_per_second;
    options.events_retention = config_.retention.events;
    options.mode = config_.mode;
    api_ = std::make_unique<api::ApiHandler>(
        api::ApiServices{*pipeline_, pipeline_->queries(), pipeline_->events(), *ports_, *ports_,
                         *ports_, *ports_, *ports_, runtime::read_clocks, &sending_->desk(),
                         deliverer_.get()},
        options, tables_);
    // From here on every change reaches the API: nothing was posted before.
    publish_to_.store(api_.get());
}

std::unique_ptr<net::HttpServer> Daemon::open(net::HttpHandler& handler,
                                              net::ServerOptions options) {
    options.inherited_fd = service_.inherited_socket(options.name);
    const std::string key = "listen." + options.name;
    std::string problem;
    auto server = net::listen(*io_, handler, std::move(options), problem);
    if (!server) {
        log::error("listen_failed", {{"key", key}, {"problem", problem}});
        exit_code_ = exit_config;
    }
    return server;
}

bool Daemon::listen() {
    webhook_server_ = open(*webhooks_, webhook_server(config_));
    if (!webhook_server_) return false;
    api_server_ = open(*api_, api_server(config_));
    if (!api_server_) return false;
    MetricsSources sources;
    sources.accounts = &accounts_;
    sources.webhooks = webhooks_.get();
    sources.pipeline = pipeline_.get();
    sources.store = ground_->store.get();
    sources.log = ground_->log.get();
    sources.guards = guards_.get();
    sources.started = started_;
    sources.sending = {registered_.get(), pipeline_.get(), &sending_->egress(), config_.mode};
    sources.deliveries = deliverer_.get();
    sources.servers = {{"webhooks", webhook_server_.get()}, {"api", api_server_.get()}};
    metrics_ = std::make_unique<MetricsPage>(std::move(sources));
    metrics_server_ = open(*metrics_, metrics_server(config_));
    if (!metrics_server_) return false;
    ports_->set_addresses(webhook_server_->address(), api_server_->address(),
                          metrics_server_->address());
    return true;
}

void Daemon::announce_ready() {
    const std::string line =
        fmt::format(R"({{"ready":true,"webhooks":"{}","api":"{}","metrics":"{}"}})",
                    webhook_server_->address(), api_server_->address(), metrics_server_->address());
    std::puts(line.c_str());
    std::fflush(stdout);
    service_.tell("READY=1\nSTATUS=serving");
    log::info("ready", {{"webhooks", webhook_server_->address()},
                        {"api", api_server_->address()},
                        {"metrics", metrics_server_->address()},
                        {"backend", net::backend_name()},
                        {"accounts", accounts_.load()->all().size()}});
}

void Daemon::reload() {
    service_.tell("RELOADING=1");
    conf::Config wanted;
    std::string problems;
    std::vector<std::unique_ptr<ingress::Account>> accounts;
    const bool usable = load_config(options_.config_file, wanted, problems) &&
                        make_accounts(wanted, accounts, problems);
    if (!usable) {
        log::error("reload_refused", {{"problem", problems}});
    } else if (register_accounts(accounts)) {
        reload_sending(wanted);
        for (const std::string& key : conf::needs_restart(config_, wanted)) {
            log::warn("reload_incomplete",
                      {{"key", key}, {"detail", "takes effect at the next start"}});
        }
        log::info("reloaded", {{"accounts", accounts_.load()->all().size()}});
    } else {
        exit_code_ = 0;  // what was served before is served on
    }
    std::string problem;
    if (webhook_server_->reload_tls(problem).has_error()) {
        log::error("certificate_refused", {{"problem", problem}});
    }
    service_.tell("READY=1");
}

void Daemon::wait_for_signals(const sigset_t& signals) {
    for (;;) {
        int signal = 0;
        if (sigwait(&signals, &signal) != 0) continue;
        if (signal != SIGHUP) {
            log::info("stopping", {{"signal", signal}});
            return;
        }
        reload();
    }
}

void Daemon::drain() {
    service_.tell("STOPPING=1\nSTATUS=draining");
    if (api_) api_->drain();
    if (webhook_server_) webhook_server_->drain(drain_grace);
    if (api_server_) api_server_->drain(5s);
    if (metrics_server_) metrics_server_->drain(1s);
    if (sending_) sending_->stop();
    if (deliverer_) deliverer_->stop(5s);
    if (guards_) guards_->stop();
    if (api_) api_->flush_usage();
    if (ports_) ports_->finish();
    if (pipeline_) pipeline_->stop();
    publish_to_.store(nullptr);
    deliver_to_.store(nullptr);
    metrics_server_.reset();
    api_server_.reset();
    webhook_server_.reset();
    if (io_) io_->stop();
    log::info("stopped");
}

int Daemon::run() {
    const sigset_t signals = block_signals();
    // No core file and no debugger of another user: there are keys in memory (RELIABILITY 4.5).
    (void)prctl(PR_SET_DUMPABLE, 0);
    if (!prepare()) return exit_code_;
    log::start(config_.log.level, config_.log.format);
    if (open_storage() && make_bootstrap_key() && register_accounts(configured_) &&
        start_sending() && listen()) {
        guards_->start();
        announce_ready();
        wait_for_signals(signals);
    }
    drain();
    log::flush();
    return exit_code_;
}

}  // namespace

int run_daemon(const DaemonOptions& options) {
    return Daemon(options).run();
}

int check_config(const std::string& config_file) {
    conf::Config config;
    std::string problems;
    std::vector<std::unique_ptr<ingress::Account>> accounts;
    const bool usable =
        load_config(config_file, config, problems) && make_accounts(config, accounts, problems);
    if (!usable) {
        say(problems);
        return exit_config;
    }
    std::printf("%s: good, %zu accounts\n", config_file.c_str(), accounts.size());
    return 0;
}

}  // namespace postern
