// The sending half of the daemon: clears up the last start's intents, hands rules and limits to the
// core, and runs the way out. Main thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conf/config.h"
#include "gateway/configured_desk.h"
#include "gateway/core/command.h"
#include "gateway/core/sending_settings.h"
#include "gateway/egress/egress.h"
#include "gateway/ingress/accounts.h"
#include "gateway/ingress/intake.h"
#include "gateway/lines/kept.h"
#include "gateway/model/snapshot.h"
#include "gateway/policy/calendars.h"
#include "gateway/provider_calls.h"
#include "gateway/runtime/pipeline.h"

namespace postern {

class SendingService final {
  public:
    /// `intake` takes what couriers and receivers bring, `chats` are the open windows of web chats;
    /// they and `accounts` outlive this.
    SendingService(runtime::Pipeline& pipeline, net::IoPool& io, const storage::KeyBytes& master,
                   ingress::Intake& intake, const ingress::Accounts& accounts, webchat::Hub& chats);

    /// Rules and ways out of the configuration, made but not in force; false with `problems`, and
    /// nothing is left of them.
    [[nodiscard]] bool prepare(const conf::Config& config, const ingress::AccountTable& accounts,
                               std::string& problems);
    /// What was prepared does not come into force after all.
    void discard() { lines_.discard(); }
    /// What was prepared, as commands for the core; egress has the accounts from here on.
    [[nodiscard]] core::Command apply();
    /// Commands that make the last start's open intents unknown, before anything is sent.
    [[nodiscard]] static std::vector<core::Command> recover(
        const std::vector<model::SlotRow>& slots);

    /// Connections of our own begin to work, as prepared: after the core has its rules.
    void open_lines() { lines_.apply(); }
    /// Nothing comes in any more by connections of our own.
    void stop_receiving() { lines_.stop_receiving(); }
    void stop();

    [[nodiscard]] const egress::Egress& egress() const { return *egress_; }
    /// Uploads get their URLs from here. Before the first request and dispatch.
    void set_media_url(const ConfiguredDesk::MakeMediaUrl& make) {
        egress_->set_media_url(make);
        desk_->set_media_url(make);
    }
    /// As above; `files` outlives the sending.
    void set_uploads(egress::UploadFiles& files) {
        egress_->set_uploads(files);
        uploads_ = &files;
    }
    [[nodiscard]] api::SendDesk& desk() { return *desk_; }
    [[nodiscard]] api::ProviderCalls& calls() { return *calls_; }
    /// Rules and limits in force. Any thread.
    [[nodiscard]] const model::Snapshot<core::SendingSettings>& in_force() const {
        return in_force_;
    }
    [[nodiscard]] std::shared_ptr<const policy::Calendars> calendars() const { return calendars_; }

  private:
    net::IoPool& io_;
    std::unique_ptr<egress::Egress> egress_;
    std::unique_ptr<EgressCalls> calls_;
    std::unique_ptr<ConfiguredDesk> desk_;
    std::shared_ptr<DeskTable> desk_table_;
    std::shared_ptr<const policy::Calendars> calendars_;
    std::shared_ptr<const core::SendingSettings> settings_;
    model::Snapshot<core::SendingSettings> in_force_{
        std::make_shared<const core::SendingSettings>()};
    std::shared_ptr<const egress::AccountTable> accounts_;
    egress::UploadFiles* uploads_ = nullptr;
    lines::Kept lines_;  // ends before egress does
};

}  // namespace postern
