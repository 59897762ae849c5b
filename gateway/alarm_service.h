// Looks at the machine every few seconds, keeps the board of alarms over restarts, and hands what
// is to be told to the hooks: a URL's and the mails'. Facts are gathered on the guards' thread; the
// board is theirs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "conf/config.h"
#include "gateway/alarms/board.h"
#include "gateway/alarms/facts.h"
#include "gateway/alarms/hook.h"
#include "gateway/alarms/mailing.h"
#include "gateway/backup_stamp.h"
#include "gateway/egress/courier.h"
#include "gateway/guards.h"
#include "gateway/ingress/accounts.h"
#include "gateway/log_failures.h"
#include "gateway/metrics/exposition.h"
#include "gateway/model/json.h"
#include "gateway/registered.h"
#include "gateway/runtime/probe.h"

namespace postern {

/// All outlive the service.
struct AlarmSources {
    const Registered* registered = nullptr;
    const ingress::Accounts* accounts = nullptr;
    const Guards* guards = nullptr;
    const LogFailures* log_failures = nullptr;
    const BackupStamp* backups = nullptr;
    const runtime::Probe* probe = nullptr;
    bool read_only = false;
    std::string folder;  // the storage's
    /// Listeners with the end of their certificates, seconds since 1970.
    std::function<std::vector<std::pair<std::string, std::int64_t>>()> certificates;
};

class AlarmService final {
  public:
    /// The hooks are on the first of the pool's threads.
    AlarmService(net::IoPool& io, AlarmSources sources);
    ~AlarmService();

    /// Main thread, at start and after a reload, with a secret that was looked at.
    void configure(const conf::Config& config);

    /// Guards' thread, once a second.
    void look(model::Now now);

    /// Any thread.
    [[nodiscard]] std::vector<alarms::OpenAlarm> open() const;
    /// Every kind, also those without an alarm.
    [[nodiscard]] std::map<alarms::Kind, std::uint64_t> counts() const;
    void write_status(model::JsonWriter& json) const;
    void write_metrics(metrics::Exposition& out) const;

    /// Main thread, while the loops turn and the guards do not.
    void stop();

  private:
    [[nodiscard]] alarms::Facts gather(model::Instant now) const;
    void keep();

    const AlarmSources sources_;
    net::IoPool& io_;
    net::IoThread& thread_;
    alarms::Hook posts_;
    alarms::Mailing mails_;
    std::shared_ptr<egress::Courier> courier_;  // of mails_; main thread
    std::uint64_t seconds_ = 0;
    alarms::Board board_;
    alarms::SignatureWatch signatures_;
    std::string saved_;

    mutable std::mutex mutex_;  // of what follows
    std::vector<alarms::OpenAlarm> open_;
    std::chrono::hours repeat_every_{4};
    std::chrono::hours backup_age_{0};
};

/// What alarm.secret says: raw bytes of "whsec_…"; empty without one. False: it is no such secret.
[[nodiscard]] bool read_alarm_secret(const conf::Alarm& alarm, std::string& bytes);

}  // namespace postern
