// Figures for people, gathered from those who count them.
#include "gateway/api_ports.h"

#include <fmt/format.h>

#include "gateway/metrics/log.h"
#include "gateway/model/json.h"
#include "gateway/net/io_thread.h"
#include "gateway/runtime/clock.h"
#include "storage/backup.h"

namespace postern {
namespace {

std::string backup_json(const std::string& path, const storage::BackupManifest& manifest) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("path", path).member("sequence", manifest.applied);
    json.member("bytes", manifest.bytes()).end_object();
    return out;
}

/// All accounts together: whether what was accepted is accounted for, and what needs somebody.
void write_messages(const SendingView& view, model::JsonWriter& json) {
    model::LedgerRow sum;
    std::int64_t unaccounted = 0;
    for (const SendingAccount& account : view.accounts) {
        const model::LedgerRow& row = account.figures.ledger;
        sum.accepted += row.accepted;
        sum.removed += row.removed;
        unaccounted += std::abs(row.unaccounted());
        for (std::size_t i = 0; i < row.states.size(); ++i) sum.states[i] += row.states[i];
    }
    json.key("messages").begin_object().member("accepted", sum.accepted);
    for (std::size_t i = 0; i < sum.states.size(); ++i)
        json.member(to_string(static_cast<model::MessageState>(i)), sum.states[i]);
    json.member("removed", sum.removed).member("unaccounted", unaccounted).end_object();
}

void write_accounts(const ApiSources& s, const SendingView& sending, model::JsonWriter& json) {
    const model::Instant now = runtime::read_clocks().wall;
    const auto table = s.accounts->load();
    json.key("accounts").begin_array();
    for (const SendingAccount& each : sending.accounts) {
        const ingress::Account* account = table->find(each.row.name);
        if (!account) continue;  // not in the configuration any more
        const ingress::Health& h = *account->health;
        const bool recent = h.last_error_us.load() > h.last_inbound_us.load();
        const std::string problem = recent ? h.last_error() : std::string{};
        json.begin_object().member("id", account->name).member("channel", account->channel);
        json.member("state", each.row.paused ? "paused" : "active");
        json.member("health", problem.empty() ? "ok" : problem);
        write_sending(json.key("sending"), health_of(each, sending, now));
        json.end_object();
    }
    json.end_array();
}

}  // namespace

ApiPorts::~ApiPorts() {
    finish();
}

void ApiPorts::finish() {
    if (backup_.joinable()) backup_.join();
}

void ApiPorts::set_addresses(std::string webhooks, std::string api, std::string metrics) {
    webhooks_ = std::move(webhooks);
    api_ = std::move(api);
    metrics_ = std::move(metrics);
}

void ApiPorts::replay(const model::QuarantineRow& row, model::Sequence id, model::Author author,
                      net::IoThread& thread, api::QuarantineReplay::Done done) {
    sources_.replay->replay(
        row, id, author, thread,
        [done = std::move(done)](ingress::Replayed how, std::string reason) {
            const bool refused = how == ingress::Replayed::overloaded;
            const Outcome not_all = refused ? Outcome::overloaded : Outcome::not_understood;
            done(how == ingress::Replayed::resolved ? Outcome::resolved : not_all,
                 std::move(reason));
        });
}

std::optional<api::AccountHealth> ApiPorts::account_health(std::string_view name) const {
    const auto table = sources_.accounts->load();
    const ingress::Account* account = table->find(name);
    if (!account) return std::nullopt;
    const ingress::Health& h = *account->health;
    api::AccountHealth out;
    out.last_inbound = model::Instant{std::chrono::microseconds{h.last_inbound_us.load()}};
    out.last_error_at = model::Instant{std::chrono::microseconds{h.last_error_us.load()}};
    out.last_error = h.last_error();
    const ingress::Health::Refusals refusals = h.refusals();
    out.last_refusal = refusals.reason;
    out.last_refusal_at = refusals.last;
    if (refusals.are_all())
        out.hint = fmt::format("nothing but refused webhooks, {} in a row: is the secret another?",
                               refusals.in_row);
    out.webhooks = h.webhooks.load();
    out.items = h.items.load();
    out.duplicates = h.duplicates.load();
    out.signature_failures = h.bad_signatures.load();
    out.failed_handshakes = h.failed_handshakes.load();
    out.quarantined = h.quarantined.load();
    out.refused_overload = h.refused_overload.load();
    const SendingView view = look_at_sending(sources_.sending);
    for (const SendingAccount& each : view.accounts) {
        if (each.row.name != name) continue;
        out.sending = health_of(each, view, runtime::read_clocks().wall);
        if (each.health)
            out.last_outbound =
                model::Instant{std::chrono::microseconds{each.health->last_accepted_us.load()}};
    }
    return out;
}

std::string ApiPorts::status_json() const {
    const ApiSources& s = sources_;
    const runtime::Probe& p = s.pipeline->probe();
    const std::string set_mode = s.registered->workspace().mode;
    const auto uptime = runtime::read_clocks().wall - s.started;
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("version", POSTERN_VERSION);
    json.member("uptime_s",
                std::uint64_t(std::chrono::duration_cast<std::chrono::seconds>(uptime).count()));
    json.member("epoch", std::uint64_t{s.pipeline->epoch()});
    json.member("mode", set_mode.empty() ? s.mode : set_mode);
    json.member("backend", net::backend_name());
    const SendingView sending = look_at_sending(s.sending);
    json.member("sending_paused", sending.figures->sending_paused);
    write_messages(sending, json);
    json.key("listen").begin_object().member("webhooks", webhooks_).member("api", api_);
    json.member("metrics", metrics_).end_object();
    json.key("storage").begin_object().member("durable", s.pipeline->log().durable());
    json.member("applied", s.ground->store->applied()).member("free_bytes", s.guards->free_bytes());
    json.member("tier", storage::to_string(s.guards->disk_tier()));
    json.member("sync", s.sync).end_object();
    write_accounts(s, sending, json);
    json.member("read_only", s.guards->read_only());
    const MemoryReading memory = s.guards->memory();
    json.key("memory").begin_object().member("used_bytes", memory.used_bytes);
    json.member("limit_bytes", memory.limit_bytes).member("short", s.guards->memory_short());
    json.end_object();
    if (s.alarms != nullptr) s.alarms->write_status(json);
    json.key("counters").begin_object();
    json.member("commands", p.commands_applied.load()).member("groups", p.groups.load());
    json.member("rows", p.rows.load()).member("refused", p.refused_overload.load());
    json.end_object().end_object();
    return out;
}

void ApiPorts::backup(std::string path, net::IoThread& thread,
                      std::function<void(bool, std::string)> done) {
    if (backing_up_.exchange(true)) return done(false, "another backup is under way");
    if (backup_.joinable()) backup_.join();
    backup_ = std::thread([this, path = std::move(path), &thread, done = std::move(done)] {
        const auto created = runtime::read_clocks().wall.time_since_epoch().count();
        std::string problem;
        const auto made = storage::backup(
            *sources_.ground->store,
            {path, sources_.pipeline->epoch(), created, sources_.media_folder}, {}, problem);
        const bool good = made.has_value();
        std::string result = good ? backup_json(path, *made) : problem;
        if (good && sources_.backups != nullptr)
            sources_.backups->made(runtime::read_clocks().wall);
        log::info("backup_finished", {{"path", path}, {"made", good}, {"problem", problem}});
        backing_up_.store(false);
        thread.post([done, good, result] { done(good, result); });
    });
}

bool ApiPorts::ready(std::vector<std::string>& reasons) const {
    if (!sources_.guards->disk_answers()) reasons.emplace_back("no durable write for ten seconds");
    if (!sources_.guards->loops_turn()) reasons.emplace_back("an event loop stands still");
    if (sources_.guards->disk_tier() >= storage::DiskTier::outcomes_only) {
        reasons.emplace_back("the disk is nearly full");
    }
    if (runtime::trusted_clock().in_doubt()) {
        reasons.emplace_back("the clock stepped and is not confirmed yet");
    }
    if (sources_.guards->memory_short()) reasons.emplace_back("there is too little memory");
    if (sources_.guards->read_only()) {
        reasons.emplace_back(
            "durable writes failed too often: read-only until the disk is mended and the daemon "
            "started again");
    }
    return reasons.empty();
}

api::WriteRefusal ApiPorts::write_refusal() const {
    if (sources_.guards->read_only()) return api::WriteRefusal::read_only;
    if (sources_.guards->memory_short()) return api::WriteRefusal::memory_short;
    return accepts_writes() ? api::WriteRefusal::none : api::WriteRefusal::storage_full;
}

std::optional<std::vector<api::RefusedRequest>> ApiPorts::refused_requests(
    std::string_view account) const {
    const auto table = sources_.accounts->load();
    const ingress::Account* known = table->find(account);
    if (!known || sources_.refused == nullptr) return std::nullopt;
    std::vector<api::RefusedRequest> out;
    const model::Instant now = runtime::read_clocks().wall;
    for (ingress::Refused& refused : sources_.refused->list(known->number, now)) {
        out.push_back({std::move(refused.id), refused.at, std::move(refused.peer),
                       std::move(refused.method), std::move(refused.target), refused.status,
                       std::move(refused.reason), std::move(refused.headers),
                       std::move(refused.body), refused.body_bytes});
    }
    return out;
}

std::shared_ptr<const adapters::AdapterConfig> ApiPorts::account_config(
    std::string_view name) const {
    const auto table = sources_.accounts->load();
    const ingress::Account* account = table->find(name);
    if (account == nullptr) return nullptr;
    return {table, &account->config};
}

bool ApiPorts::accepts_writes() const {
    return sources_.guards->disk_tier() < storage::DiskTier::no_sends;
}

}  // namespace postern
