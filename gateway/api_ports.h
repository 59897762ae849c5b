// What the API asks of the daemon, answered: health, status, readiness, replay, backups.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/alarm_service.h"
#include "gateway/api/services.h"
#include "gateway/backup_stamp.h"
#include "gateway/guards.h"
#include "gateway/ingress/accounts.h"
#include "gateway/ingress/refused_requests.h"
#include "gateway/ingress/replay.h"
#include "gateway/registered.h"
#include "gateway/runtime/pipeline.h"
#include "gateway/sending_view.h"

namespace postern {

/// All pointers outlive it.
struct ApiSources {
    std::string mode;  // the configuration's
    bool sync = true;
    std::string media_folder;  // goes into backups
    const ingress::Accounts* accounts = nullptr;
    const Registered* registered = nullptr;
    runtime::Pipeline* pipeline = nullptr;
    runtime::Ground* ground = nullptr;
    const Guards* guards = nullptr;
    ingress::Replay* replay = nullptr;
    model::Instant started{};
    SendingSources sending;
    const ingress::RefusedRequests* refused = nullptr;
    const AlarmService* alarms = nullptr;
    BackupStamp* backups = nullptr;
    std::string public_base;  // how providers reach the webhook listener, or empty
};

class ApiPorts final : public api::QuarantineReplay,
                       public api::AccountHealthSource,
                       public api::StatusSource,
                       public api::BackupMaker,
                       public api::RefusedRequestSource,
                       public api::AccountConnections,
                       public api::Readiness {
  public:
    explicit ApiPorts(ApiSources sources) : sources_(std::move(sources)) {}
    ~ApiPorts() override;

    /// Waits for a backup under way. Before the loops stop: its answer goes to one of them.
    void finish();

    /// Addresses are known once the servers listen. Before the first request.
    void set_addresses(std::string webhooks, std::string api, std::string metrics);

    void replay(const model::QuarantineRow& row, model::Sequence id, model::Author author,
                net::IoThread& thread, api::QuarantineReplay::Done done) override;
    [[nodiscard]] std::optional<api::AccountHealth> account_health(
        std::string_view name) const override;
    [[nodiscard]] std::string status_json() const override;
    void backup(std::string path, net::IoThread& thread,
                std::function<void(bool, std::string)> done) override;
    [[nodiscard]] bool ready(std::vector<std::string>& reasons) const override;
    [[nodiscard]] bool accepts_writes() const override;
    [[nodiscard]] api::WriteRefusal write_refusal() const override;
    [[nodiscard]] std::optional<std::vector<api::RefusedRequest>> refused_requests(
        std::string_view account) const override;
    [[nodiscard]] std::shared_ptr<const adapters::AdapterConfig> account_config(
        std::string_view name) const override;
    [[nodiscard]] std::string public_base() const override { return sources_.public_base; }

  private:
    ApiSources sources_;
    std::string webhooks_, api_, metrics_;
    std::atomic<bool> backing_up_{false};
    std::thread backup_;  // one at a time
};

}  // namespace postern
