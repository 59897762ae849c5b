// Gather, judge, tell, keep.
#include "gateway/alarm_service.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <future>
#include <iterator>

#include <unistd.h>

#include "gateway/alarm_mail.h"
#include "gateway/alarms/post_way.h"
#include "gateway/api/webhook_secret.h"
#include "gateway/metrics/log.h"
#include "gateway/proxy_setup.h"
#include "gateway/runtime/clock.h"
#include "gateway/setup.h"

namespace postern {
namespace {

constexpr std::uint64_t look_every_s = 5;
constexpr std::chrono::hours log_errors_shown{1};

/// Mails that are under way when a reload makes another courier; at the end of the daemon.
constexpr std::chrono::milliseconds reload_grace{30'000}, stop_grace{1'000};

model::Instant wall() {
    return runtime::read_clocks().wall;
}

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void log_notice(const alarms::Notice& notice) {
    const auto say = notice.turn == alarms::Turn::ended ? log::info : log::error;
    say("alarm", {{"turn", alarms::to_string(notice.turn)},
                  {"condition", alarms::to_string(notice.condition.kind)},
                  {"subject", notice.condition.subject},
                  {"detail", notice.condition.detail}});
}

}  // namespace

bool read_alarm_secret(const conf::Alarm& alarm, std::string& bytes) {
    bytes.clear();
    if (!alarm.secret) return true;
    auto parsed = api::parse_webhook_secret(alarm.secret->value);
    if (!parsed) return false;
    bytes = std::move(*parsed);
    return true;
}

AlarmService::AlarmService(net::IoPool& io, AlarmSources sources)
    : sources_(std::move(sources)),
      io_(io),
      thread_(io.at(0)),
      posts_(thread_, wall, "url"),
      mails_(thread_, wall),
      board_(std::chrono::hours{4}) {
    saved_ = contents(sources_.folder + "/alarms");
    board_.load(saved_, runtime::read_clocks().wall);
    open_ = board_.open();
}

AlarmService::~AlarmService() {
    stop();
}

void AlarmService::configure(const conf::Config& config) {
    alarms::PostTarget target;
    (void)read_alarm_secret(config.alarm, target.secret);
    target.url = config.alarm.url;
    net::ClientOptions client;
    client.connections_per_origin_max = 1;
    client.proxy = proxy_of(config.egress);
    std::shared_ptr<alarms::Way> post;
    if (!target.url.empty()) {
        target.client = net::make_client(thread_, std::move(client));
        post = std::make_shared<alarms::PostWay>(std::move(target), host_name(), wall);
    }
    posts_.configure(std::move(post));
    auto courier = make_alarm_courier(config, io_, runtime::read_clocks);
    mails_.configure(courier, config.alarm.email_to, host_name());
    std::swap(courier_, courier);
    if (courier) courier->stop(reload_grace, [] {});
    const std::lock_guard lock(mutex_);
    repeat_every_ = config.alarm.repeat_every;
    backup_age_ = config.alarm.backup_age;
}

alarms::Facts AlarmService::gather(model::Instant now) const {
    alarms::Facts facts;
    facts.now = now;
    const auto rows = sources_.registered->accounts();
    const auto table = sources_.accounts->load();
    for (const auto& account : table->all()) {
        alarms::AccountFacts of;
        of.name = account->name;
        of.webhooks = account->health->webhooks.load();
        of.bad_signatures = account->health->bad_signatures.load();
        of.stopped = account->health->stopped();
        if (const auto row = rows.find(account->name); row != rows.end()) {
            of.broken = row->second.broken;
            of.broken_reason = row->second.broken_reason;
            of.paused = row->second.paused;
            of.paused_reason = row->second.paused_reason;
        }
        facts.accounts.push_back(std::move(of));
    }
    facts.disk = sources_.guards->disk_tier();
    facts.disk_free_bytes = sources_.guards->free_bytes();
    facts.certificates = sources_.certificates();
    facts.last_backup = sources_.backups->last();
    facts.log_errors = sources_.log_failures->within(log_errors_shown, now);
    facts.unreadable = sources_.probe->refused_unreadable.load(std::memory_order_relaxed);
    facts.read_only = sources_.read_only;
    facts.clock_synchronised = runtime::clock_source() != runtime::ClockSource::unsynchronised;
    const MemoryReading memory = sources_.guards->memory();
    facts.memory_short = sources_.guards->memory_short();
    facts.memory_used_bytes = memory.used_bytes;
    facts.memory_limit_bytes = memory.limit_bytes;
    return facts;
}

void AlarmService::look(model::Now now) {
    if (seconds_++ % look_every_s != 0) return;
    alarms::Facts facts = gather(now.wall);
    {
        const std::lock_guard lock(mutex_);
        facts.backup_age_max = backup_age_;
        board_.repeat_every(repeat_every_);
    }
    board_.describe(alarms::Kind::disk_space, alarms::disk_words(facts));
    std::vector<alarms::Notice> notices =
        board_.look(alarms::conditions_of(facts, signatures_), now.wall);
    for (const alarms::Notice& notice : notices) log_notice(notice);
    if (!notices.empty()) {
        mails_.tell(notices);
        posts_.tell(std::move(notices));
    }
    keep();
}

/// For the next start; a disk that takes it not is an alarm of its own.
void AlarmService::keep() {
    {
        const std::lock_guard lock(mutex_);
        open_ = board_.open();
    }
    std::string text = board_.save();
    if (text == saved_) return;
    const std::string path = sources_.folder + "/alarms", fresh = path + ".new";
    {
        std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
        file << text;
        if (!file.flush()) return;
    }
    if (std::rename(fresh.c_str(), path.c_str()) == 0) saved_ = std::move(text);
}

std::vector<alarms::OpenAlarm> AlarmService::open() const {
    const std::lock_guard lock(mutex_);
    return open_;
}

std::map<alarms::Kind, std::uint64_t> AlarmService::counts() const {
    std::map<alarms::Kind, std::uint64_t> out;
    for (const alarms::Kind kind : alarms::kinds) out[kind] = 0;
    for (const alarms::OpenAlarm& alarm : open()) ++out[alarm.condition.kind];
    return out;
}

void AlarmService::write_status(model::JsonWriter& json) const {
    json.key("alarms").begin_array();
    for (const alarms::OpenAlarm& alarm : open()) {
        json.begin_object().member("condition", alarms::to_string(alarm.condition.kind));
        json.member_or_null("subject", alarm.condition.subject);
        json.member("detail", alarm.condition.detail).member("since", alarm.since);
        json.member("told_at", alarm.told).end_object();
    }
    json.end_array();
}

void AlarmService::write_metrics(metrics::Exposition& out) const {
    out.gauge("postern_alarms", "What needs a person?");
    for (const auto& [kind, count] : counts())
        out.sample({{"condition", alarms::to_string(kind)}}, count);
    const std::array<std::pair<std::string_view, alarms::Hook::Figures>, 2> ways{
        {{"url", posts_.figures()}, {"email", mails_.figures()}}};
    out.counter("postern_alarm_notices", "Is what alarms tell taken?");
    for (const auto& [way, of] : ways) {
        out.sample({{"way", way}, {"outcome", "delivered"}}, of.delivered);
        out.sample({{"way", way}, {"outcome", "dropped"}}, of.dropped);
    }
    out.counter("postern_alarm_attempts_failed", "Is the alarm hook, or the relay, out of reach?");
    for (const auto& [way, of] : ways) out.sample({{"way", way}}, of.failed);
    out.gauge("postern_alarm_notices_waiting",
              "Are there alarms that somebody was not told of yet?");
    for (const auto& [way, of] : ways) out.sample({{"way", way}}, of.waiting);
    out.gauge("postern_last_backup_seconds", "When was the last backup made? (Unix time)");
    out.sample({}, static_cast<double>(sources_.backups->last().time_since_epoch().count()) * 1e-6);
}

void AlarmService::stop() {
    posts_.stop();
    mails_.stop();
    const auto courier = std::exchange(courier_, nullptr);
    if (!courier) return;
    // A goodbye to the relay; the pool stops soon.
    const auto ended = std::make_shared<std::promise<void>>();
    courier->stop(stop_grace, [ended] { ended->set_value(); });
    (void)ended->get_future().wait_for(2 * stop_grace);
}

}  // namespace postern
