// One function a part of the gateway, in the order of a webhook's life.
#include "gateway/metrics_page.h"

#include "gateway/metrics/exposition.h"
#include "gateway/metrics_sending.h"
#include "gateway/net/reply.h"
#include "gateway/runtime/clock.h"

namespace postern {
namespace {

using metrics::Exposition;

constexpr double micro = 1e-6;

void write_process(const MetricsSources& s, Exposition& out) {
    out.gauge("postern_start_time_seconds", "Since when is this process up?");
    out.sample({}, static_cast<double>(s.started.time_since_epoch().count()) * micro);
    out.gauge("postern_epoch", "How often has this storage been started?");
    out.sample({}, std::uint64_t{s.pipeline->epoch()});
    out.gauge("postern_backend_info", "Which event loop is in use?");
    out.sample({{"backend", net::backend_name()}}, std::uint64_t{1});
}

void write_servers(const MetricsSources& s, Exposition& out) {
    const auto each = [&](auto member) {
        for (const auto& [name, server] : s.servers) {
            out.sample({{"listener", name}}, std::uint64_t((server->counters().*member).load()));
        }
    };
    out.counter("postern_net_requests", "How many requests came to each listener?");
    each(&net::ServerCounters::requests);
    out.counter("postern_net_connections_accepted", "How often do clients connect anew?");
    each(&net::ServerCounters::connections_accepted);
    out.counter("postern_net_connections_refused", "Do the connection caps bite?");
    each(&net::ServerCounters::connections_refused);
    out.gauge("postern_net_connections_open", "How many connections are open?");
    each(&net::ServerCounters::connections_open);
    out.counter("postern_net_requests_malformed", "Does somebody send what is not HTTP?");
    each(&net::ServerCounters::requests_malformed);
    out.counter("postern_net_timeouts", "Are clients too slow?");
    each(&net::ServerCounters::timeouts);
    out.counter("postern_net_tls_handshakes_failed", "Do clients trust the certificate?");
    each(&net::ServerCounters::tls_handshakes_failed);
    out.counter("postern_net_bytes_in", "How much comes in?");
    each(&net::ServerCounters::bytes_in);
    out.counter("postern_net_bytes_out", "How much goes out?");
    each(&net::ServerCounters::bytes_out);
    out.gauge("postern_tls_certificate_expires_seconds",
              "When does the certificate end? (Unix time)");
    for (const auto& [name, server] : s.servers) {
        if (server->certificate_expires() == 0) continue;
        out.sample({{"listener", name}}, static_cast<double>(server->certificate_expires()));
    }
}

void write_accounts(const MetricsSources& s, Exposition& out) {
    const auto table = s.accounts->load();
    const auto each = [&](auto member) {
        for (const auto& account : table->all()) {
            out.sample({{"account", account->name}, {"channel", account->channel}},
                       (account->health.get()->*member).load());
        }
    };
    out.counter("postern_ingress_webhooks", "Does each provider still call us?");
    each(&ingress::Health::webhooks);
    out.counter("postern_ingress_items", "How many messages, receipts and signals came?");
    each(&ingress::Health::items);
    out.counter("postern_ingress_duplicates", "How many redeliveries were dropped?");
    each(&ingress::Health::duplicates);
    out.counter("postern_ingress_bad_signatures", "Is a secret wrong, or does somebody forge?");
    each(&ingress::Health::bad_signatures);
    out.counter("postern_ingress_quarantined", "Has a provider changed its format?");
    each(&ingress::Health::quarantined);
    out.counter("postern_ingress_refused", "How many webhooks were refused for overload?");
    each(&ingress::Health::refused_overload);
    out.gauge("postern_ingress_last_webhook_seconds",
              "When did each provider call last? (Unix time)");
    for (const auto& account : table->all()) {
        out.sample({{"account", account->name}, {"channel", account->channel}},
                   static_cast<double>(account->health->last_inbound_us.load()) * micro);
    }
    out.counter("postern_ingress_unknown_accounts", "Does somebody probe for account names?");
    out.sample({}, s.webhooks->unknown_accounts.load());
    out.counter("postern_ingress_poisoned", "Did a webhook end the process twice?");
    out.sample({}, s.intake->poisoned.load());
}

void write_core(const runtime::Probe& p, Exposition& out) {
    out.counter("postern_core_commands", "How much work does the core do?");
    out.sample({}, p.commands_applied.load());
    out.counter("postern_core_busy_seconds", "How near is the core's one thread to its limit?");
    out.sample({}, static_cast<double>(p.core_busy_us.load()) * micro);
    out.gauge("postern_core_rows_kept", "How many rows are in memory?");
    out.sample({}, p.rows_kept.load());
    out.gauge("postern_core_lanes_waiting", "How many senders wait for a disk read?");
    out.sample({}, p.lanes_waiting.load());
    out.counter("postern_core_prefetch_rows", "How many rows had to be read for commands?");
    out.sample({}, p.prefetch_rows.load());
    out.counter("postern_core_refused", "How many commands were refused, so that none is lost?");
    out.sample({}, p.refused_overload.load());
    out.counter("postern_core_refused_unreadable",
                "How many commands were refused because a stored row is damaged?");
    out.sample({}, p.refused_unreadable.load());
    out.counter("postern_query_rows_unreadable",
                "How often did a list or the events pass over a damaged row?");
    out.sample({}, p.rows_unreadable.load());
}

void write_commit(const runtime::Probe& p, Exposition& out) {
    out.histogram("postern_commit_seconds", "What does a durable write cost?");
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < p.commit_us.buckets.size(); ++i) {
        total += p.commit_us.buckets[i].load();
        out.bucket(static_cast<double>(std::uint64_t{1} << i) * micro, total);
    }
    out.histogram_end(static_cast<double>(p.commit_us.sum_us.load()) * micro, total);
    out.counter("postern_commit_rows", "How many rows became durable?");
    out.sample({}, p.rows.load());
    out.counter("postern_commit_bytes", "How many bytes of rows became durable?");
    out.sample({}, p.bytes.load());
    out.counter("postern_commit_encode_seconds", "What do encoding and sealing cost?");
    out.sample({}, static_cast<double>(p.encode_us.load()) * micro);
}

void write_storage(const MetricsSources& s, Exposition& out) {
    const storage::StoreCounters store = s.store->counters();
    const storage::CommitLog::Counters log = s.log->counters();
    out.gauge("postern_storage_durable_sequence", "How far is everything on disk?");
    out.sample({}, s.pipeline->log().durable());
    out.gauge("postern_storage_applied_sequence", "How far can readers see?");
    out.sample({}, s.store->applied());
    out.gauge("postern_storage_unapplied_bytes", "Does the view fall behind the log?");
    out.sample({}, s.pipeline->probe().unapplied_bytes.load());
    out.gauge("postern_storage_log_segments", "How much log is there?");
    out.sample({}, log.segments);
    out.gauge("postern_storage_log_segments_waiting", "How much log waits for a flush?");
    out.sample({}, log.segments_waiting);
    out.gauge("postern_storage_level0_files", "Does compaction keep up?");
    out.sample({}, store.level0_files);
    out.gauge("postern_storage_memtable_bytes", "How much is not yet in files?");
    out.sample({}, store.memtable_bytes);
    out.gauge("postern_storage_bytes", "How large is the store?");
    out.sample({}, store.disk_bytes);
    out.gauge("postern_disk_free_bytes", "How much room is left?");
    out.sample({}, s.guards->free_bytes());
    out.gauge("postern_disk_tier", "What is refused for want of room? (0 nothing … 4 everything)");
    out.sample({}, static_cast<std::uint64_t>(s.guards->disk_tier()));
}

void write_memory(const Guards& guards, Exposition& out) {
    const MemoryReading memory = guards.memory();
    out.gauge("postern_memory_used_bytes", "How much memory is taken, of what limits us?");
    out.sample({}, memory.used_bytes);
    out.gauge("postern_memory_limit_bytes", "How much memory may be taken?");
    out.sample({}, memory.limit_bytes);
    out.gauge("postern_memory_short", "Are requests refused for want of memory?");
    out.sample({}, std::uint64_t{guards.memory_short()});
    out.gauge("postern_read_only", "Did durable writes fail too often?");
    out.sample({}, std::uint64_t{guards.read_only()});
}

void write_clock(const Guards& guards, Exposition& out) {
    out.gauge("postern_clock_in_doubt",
              "Has the wall clock stepped, and is time counted without it until it is confirmed?");
    out.sample({}, std::uint64_t{runtime::trusted_clock().in_doubt()});
    if (const auto source = runtime::clock_source(); source != runtime::ClockSource::unknown) {
        out.gauge(
            "postern_clock_synchronised",
            "Does the machine say that the clock is synchronised? Absent: it cannot be asked.");
        out.sample({}, std::uint64_t{source == runtime::ClockSource::synchronised});
    }
    out.counter("postern_clock_steps", "How often did the wall clock step?");
    out.sample({}, guards.clock_steps());
}

void write_media(media::MediaService& media, Exposition& out) {
    if (const std::int64_t bytes = media.store().bytes(); bytes >= 0) {
        out.gauge("postern_media_bytes", "How large is the folder of media?");
        out.sample({}, static_cast<std::uint64_t>(bytes));
    }
    const media::Fetcher::Counters& fetches = media.fetcher().counters();
    out.counter("postern_media_fetches", "Do providers give us what people sent?");
    out.sample({{"result", "brought"}}, fetches.brought.load());
    out.sample({{"result", "failed"}}, fetches.failed.load());
}

void write_chats(const webchat::Hub& chats, Exposition& out) {
    out.gauge("postern_webchat_windows", "How many visitors' windows are open?");
    out.sample({}, chats.open());
}

}  // namespace

std::string MetricsPage::render(bool openmetrics) const {
    Exposition out(openmetrics);
    write_process(sources_, out);
    write_servers(sources_, out);
    write_accounts(sources_, out);
    write_core(sources_.pipeline->probe(), out);
    write_commit(sources_.pipeline->probe(), out);
    write_storage(sources_, out);
    write_clock(*sources_.guards, out);
    write_memory(*sources_.guards, out);
    if (sources_.alarms != nullptr) sources_.alarms->write_metrics(out);
    write_sending_metrics(sources_, out);
    write_subscription_metrics(sources_, out);
    if (sources_.media != nullptr) write_media(*sources_.media, out);
    if (sources_.chats != nullptr) write_chats(*sources_.chats, out);
    return out.finish();
}

net::Admission MetricsPage::admit(const net::Request& head) {
    if (head.path == "/metrics" && (head.method == "GET" || head.method == "HEAD")) return {};
    const bool known = head.path == "/metrics";
    net::Response r = net::refusal(known ? 405 : 404, known ? "method_not_allowed" : "not_found",
                                   "GET /metrics is all there is here.");
    r.close = false;
    if (known) r.headers.emplace_back("Allow", "GET, HEAD");
    return {false, 0, std::move(r)};
}

void MetricsPage::handle(const net::Request& request, net::Responder responder) {
    const bool openmetrics =
        request.header("Accept").find("application/openmetrics-text") != std::string_view::npos;
    net::Response r;
    r.content_type = Exposition::content_type(openmetrics);
    r.body = render(openmetrics);
    responder.send(std::move(r));
}

}  // namespace postern
