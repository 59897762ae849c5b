// Construction in the order of dependency; signals; drain in the reverse order.
#include "gateway/daemon_parts.h"

#include <csignal>
#include <cstdio>
#include <future>
#include <set>

#include <fmt/format.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

#include "conf/loader.h"
#include "gateway/api/key_token.h"
#include "gateway/known_health.h"
#include "gateway/media_setup.h"
#include "gateway/metrics/log.h"
#include "gateway/recording_setup.h"
#include "gateway/runtime/check.h"
#include "gateway/runtime/clock.h"
#include "gateway/setup.h"
#include "gateway/subscription_setup.h"
#include "gateway/webchat/media_path.h"
#include "storage/layout.h"

namespace postern {
namespace {

using namespace std::chrono_literals;

constexpr int exit_config = 78;   // EX_CONFIG: systemd must not restart
constexpr int exit_storage = 74;  // EX_IOERR: an operator must act
constexpr std::chrono::milliseconds drain_grace = 10s;
constexpr std::size_t traces_kept = 65'536;  // about 10 MiB

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

}  // namespace

bool Daemon::prepare() {
    std::string problems;
    bool usable = load_config(options_.config_file, config_, problems);
    usable = usable && make_accounts(config_, configured_, problems);
    loaded_ = config_;
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
    runtime::trusted_clock().begin(
        model::Instant{std::chrono::microseconds{ground_->last_written_us}});
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
    log_failures_ = std::make_unique<LogFailures>(config_.storage.path);
    read_only_ = log_failures_->too_many(started_);
    runtime::PipelineOptions pipeline = pipeline_options(config_);
    pipeline.read_only = read_only_;
    pipeline.before_exit = [this] { log_failures_->note(runtime::read_clocks().wall); };
    if (!options_.record.empty())
        pipeline.recorder = record_to(options_.record, options_.config_file, ground_->master);
    pipeline_ = std::make_unique<runtime::Pipeline>(
        *ground_, std::move(*tables), pipeline, [this](const model::RecordPtr& record) {
            registered_->publish(record);
            if (subscriptions::Deliverer* d = deliver_to_.load()) d->publish(record);
            if (api::ApiHandler* api = publish_to_.load()) api->publish(record);
        });
    make_handlers();
    if (!ground_->loss.empty()) {
        log::error("loss_acknowledged", {{"detail", ground_->loss}});
        (void)pipeline_->post(
            core::Command{core::Announce{0, "storage.loss_acknowledged", "{}"}, {}});
        (void)pipeline_->post(
            core::Command{core::NoteAudit{"storage.loss_acknowledged", "storage", {}, {}},
                          {},
                          {model::ActorKind::cli}});
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
    commands.push_back({std::move(c), {}, {model::ActorKind::config}});
    return commit(std::move(commands));
}

bool Daemon::take_configured() {
    std::string problems;
    const bool taken = take_accounts(config_, std::move(configured_), problems);
    configured_.clear();
    if (taken || problems.empty()) return taken;
    say(problems);
    exit_code_ = exit_config;
    return false;
}

/// Everything that a start writes; nothing if writing has failed too often.
bool Daemon::start_writing() {
    if (!read_only_) return make_bootstrap_key() && take_configured() && start_sending();
    log::error("read_only", {{"detail",
                              "durable writes failed three times in ten minutes: nothing is taken; "
                              "mend the disk, then start again"}});
    service_.tell("STATUS=read-only: durable writes failed");
    accounts_.store(std::make_shared<const ingress::AccountTable>(
        known_accounts(std::move(configured_), *registered_)));
    return true;
}

void Daemon::watch_alarms() {
    backups_ = std::make_unique<BackupStamp>(config_.storage.path, started_);
    AlarmSources sources;
    sources.registered = registered_.get();
    sources.accounts = &accounts_;
    sources.guards = guards_.get();
    sources.log_failures = log_failures_.get();
    sources.backups = backups_.get();
    sources.probe = &pipeline_->probe();
    sources.read_only = read_only_;
    sources.folder = config_.storage.path;
    // The guards look only while the servers are there.
    sources.certificates = [this] {
        return std::vector<std::pair<std::string, std::int64_t>>{
            {"listen.webhooks", webhook_server_->certificate_expires()}};
    };
    alarms_ = std::make_unique<AlarmService>(*io_, std::move(sources));
    alarms_->configure(config_);
    guards_->every_second([this](model::Now now) { alarms_->look(now); });
}

/// What the last start left open becomes unknown; then rules and limits, and sending begins.
bool Daemon::start_sending() {
    auto open = SendingService::recover(tables_.slots);
    if (!open.empty() && !commit(std::move(open))) return false;
    std::vector<core::Command> begin;
    begin.push_back(sending_->apply());
    if (media_)
        media_->reload(fetch_accounts(config_, *accounts_.load(), *sending_->egress().accounts()));
    if (!commit(std::move(begin))) return false;
    sending_->open_lines();
    return true;
}

void Daemon::make_media_service() {
    std::string problem;
    media_ = make_media(config_, *pipeline_, *io_, ground_->master, gate_, problem);
    if (!media_) {
        log::error("storage_refused", {{"path", config_.storage.path}, {"problem", problem}});
        exit_code_ = exit_storage;
        return;
    }
    sending_->set_media_url([media = media_.get()](std::string_view account_url, const auto& id) {
        if (account_url == webchat::own_port)
            return webchat::media_path(media->signer(), id, runtime::read_clocks().wall);
        return media->public_url(account_url, id);
    });
    outgoing_ =
        std::make_unique<OutgoingFiles>(pipeline_->queries(), media_->disk(), media_->store());
    sending_->set_uploads(*outgoing_);
    media_->when_uploads_change([known = outgoing_->known()] { known->forget(); });
}

void Daemon::make_handlers() {
    const auto now = [] { return runtime::read_clocks().wall; };
    intake_ = std::make_unique<ingress::Intake>(accounts_, *pipeline_, gate_, ground_->master,
                                                *ground_->poison, io_->size(), now);
    chats_ = std::make_unique<webchat::Hub>(*io_);
    sending_ = std::make_unique<SendingService>(*pipeline_, *io_, ground_->master, *intake_,
                                                accounts_, *chats_);
    make_media_service();
    if (media_) {
        carried_ = std::make_unique<ingress::CarriedFiles>(media_->disk(), media_->files(), now);
        intake_->keep_files(*carried_);
    }
    deliverer_ = make_deliverer(config_, *pipeline_, *io_, tables_);
    if (!read_only_) deliverer_->start();
    deliver_to_.store(deliverer_.get());
    webhooks_ = std::make_unique<ingress::WebhookHandler>(accounts_, *intake_, now);
    traces_ = std::make_unique<runtime::RequestTraces>(io_->size(), traces_kept);
    refused_ = std::make_unique<ingress::RefusedRequests>(config_.limits.requests_kept,
                                                          config_.retention.requests);
    webhooks_->watch(*traces_, *refused_);
    documents_ = std::make_unique<ingress::Documents>(*io_, document_guard(config_), now);
    webhooks_->fetch_with(*documents_);
    guards_ = std::make_unique<Guards>(
        *pipeline_, *io_, gate_, service_, config_.storage.path, config_.retention,
        model::Instant{std::chrono::microseconds{ground_->last_written_us}},
        [this] { publish_to_.load()->flush_usage(); });
    guards_->watch_memory({config_.limits.memory_files, config_.limits.memory_bytes_max});
    if (read_only_) guards_->hold_read_only();
    watch_alarms();
    replay_ =
        std::make_unique<ingress::Replay>(accounts_, *pipeline_, ground_->master, io_->size(), now);
    ApiSources sources;
    sources.mode = config_.mode;
    sources.sync = config_.storage.sync;
    sources.media_folder = storage::StorageLayout(config_.storage.path).media();
    sources.accounts = &accounts_;
    sources.registered = registered_.get();
    sources.pipeline = pipeline_.get();
    sources.ground = ground_.get();
    sources.guards = guards_.get();
    sources.replay = replay_.get();
    sources.started = started_;
    sources.sending = {registered_.get(), pipeline_.get(), &sending_->egress(), config_.mode,
                       &sending_->in_force()};
    sources.refused = refused_.get();
    sources.alarms = alarms_.get();
    sources.backups = backups_.get();
    sources.public_base = config_.media.public_url;
    ports_ = std::make_unique<ApiPorts>(std::move(sources));
    api::ApiOptions options;
    options.requests_per_second = config_.api.requests_per_second;
    options.events_retention = config_.retention.events;
    options.mode = config_.mode;
    api::ApiServices services{
        *pipeline_, pipeline_->queries(), pipeline_->events(), *ports_, *ports_, *ports_, *ports_,
        *ports_,    runtime::read_clocks};
    services.desk = &sending_->desk();
    services.deliveries = deliverer_.get();
    services.refused = ports_.get();
    services.traces = traces_.get();
    services.calls = &sending_->calls();
    services.media = media_.get();
    services.connections = ports_.get();
    api_ = std::make_unique<api::ApiHandler>(std::move(services), options, tables_);
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
    if (!media_) return false;
    public_door_ = std::make_unique<media::PublicDoor>(
        *webhooks_, pipeline_->queries(), media_->disk(), media_->store(), media_->signer(),
        [] { return runtime::read_clocks().wall; });
    web_chat_ = std::make_unique<webchat::WebChat>(
        webchat::Ground{*intake_, *pipeline_, pipeline_->queries(), *media_, gate_,
                        runtime::read_clocks, *chats_},
        *public_door_);
    web_chat_->reload(*accounts_.load());
    webhook_server_ = open(web_chat_->door(), webhook_server(config_));
    if (!webhook_server_) return false;
    if (!read_only_) media_->start();
    api_server_ = open(*api_, api_server(config_));
    if (!api_server_) return false;
    MetricsSources sources;
    sources.accounts = &accounts_;
    sources.webhooks = webhooks_.get();
    sources.intake = intake_.get();
    sources.pipeline = pipeline_.get();
    sources.store = ground_->store.get();
    sources.log = ground_->log.get();
    sources.guards = guards_.get();
    sources.started = started_;
    sources.sending = {registered_.get(), pipeline_.get(), &sending_->egress(), config_.mode,
                       &sending_->in_force()};
    sources.deliveries = deliverer_.get();
    sources.alarms = alarms_.get();
    sources.media = media_.get();
    sources.chats = chats_.get();
    sources.servers = {{"webhooks", webhook_server_.get()}, {"api", api_server_.get()}};
    metrics_ = std::make_unique<MetricsPage>(std::move(sources));
    metrics_server_ = open(*metrics_, metrics_server(config_));
    if (!metrics_server_) return false;
    ports_->set_addresses(webhook_server_->address(), api_server_->address(),
                          metrics_server_->address());
    return true;
}

/// What the newest rows tell of the time before this start, where nothing newer is known. Behind
/// the start, on a query thread: nobody waits for it.
void Daemon::restore_health() {
    const auto accounts = accounts_.load();
    const auto ways = sending_->egress().accounts();
    std::set<model::AccountNumber> numbers;
    for (const auto& account : accounts->all()) numbers.insert(account->number);
    (void)pipeline_->queries().post([accounts, ways, numbers](runtime::Reader& reader) {
        const auto restore = [](std::atomic<std::int64_t>& known_us, model::Instant at) {
            std::int64_t none = 0;
            (void)known_us.compare_exchange_strong(none, at.time_since_epoch().count());
        };
        for (const auto& [number, seen] : last_seen(reader, numbers)) {
            if (const auto* account = accounts->find(number))
                restore(account->health->last_inbound_us, seen.inbound);
            if (const auto* way = ways->find(number))
                restore(way->health->last_accepted_us, seen.outbound);
        }
    });
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
    if (sending_) sending_->stop_receiving();
    if (sending_) sending_->stop();
    if (deliverer_) deliverer_->stop(5s);
    if (documents_) documents_->stop();
    if (media_) media_->stop();
    if (guards_) guards_->stop();
    if (alarms_) alarms_->stop();
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
    if (open_storage() && start_writing() && listen()) {
        guards_->start();
        restore_health();
        announce_ready();
        wait_for_signals(signals);
    }
    drain();
    log::flush();
    return exit_code_;
}

int run_daemon(const DaemonOptions& options) {
    return Daemon(options).run();
}

}  // namespace postern
