// The whole API over the real core, with rows in a map and a virtual clock: what a client sees,
// without a socket or a disk. The interfaces that the daemon injects are played by this class.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "gateway/api/api_handler.h"
#include "gateway/configured_desk.h"
#include "gateway/core/core.h"
#include "gateway/core/sending_settings.h"
#include "tests/support/fake_http.h"
#include "tests/support/fake_runtime.h"

namespace postern::api {

/// Applies each command at once to a real core, writes its rows, publishes, and answers.
class RigCore final : public runtime::CoreInbox {
  public:
    RigCore(testing::FakeThread& thread, testing::FakeReader& reader);

    [[nodiscard]] bool post(std::vector<core::Command> commands, runtime::Admit admit,
                            net::IoThread& thread,
                            std::function<void(const std::vector<core::Reply>&)> done) override;
    [[nodiscard]] bool post(core::Command command) override;
    [[nodiscard]] bool overloaded(runtime::Admit) const override { return full; }

    /// As the ingress would: straight into the core.
    core::Reply apply(core::Payload payload, model::Author author = {});
    /// Requests that left for a provider, oldest first.
    std::vector<core::Dispatch> dispatched;
    bool hold = false;  // post() is taken, and answered by release()
    /// What was held. `hold_on`: and holds what follows.
    void release(bool hold_on = false);

    bool full = false;
    ApiHandler* handler = nullptr;
    std::size_t notes = 0;  // NoteApiKeyUse commands

  private:
    testing::FakeThread& thread_;
    testing::FakeReader& reader_;
    core::Core core_;
    std::vector<std::function<void()>> held_;
};

struct Reply {
    int status = 0;
    std::string body;
    std::unique_ptr<testing::Exchange> exchange;

    [[nodiscard]] std::string header(std::string_view name) const {
        return exchange->answer_header(name);
    }
    [[nodiscard]] bool has(std::string_view text) const {
        return body.find(text) != std::string::npos;
    }
    /// The string or raw value of the first member of this name; "" if there is none.
    [[nodiscard]] std::string member(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view text) const;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

class ApiRig : public ::testing::Test,
               protected QuarantineReplay,
               protected AccountHealthSource,
               protected StatusSource,
               protected BackupMaker,
               protected Readiness {
  protected:
    ApiRig();

    /// With the owner's key unless `token` says otherwise ("-": none).
    Reply ask(std::string method, std::string target, std::string body = {}, std::string token = {},
              const Fields& fields = {});
    Reply get(std::string target, const Fields& fields = {}) {
        return ask("GET", std::move(target), {}, {}, fields);
    }
    Reply post(std::string target, std::string body) {
        return ask("POST", std::move(target), std::move(body));
    }
    /// A key with these scopes (JSON list); its text. `more`: further members of the body.
    std::string make_key(const std::string& scopes, const std::string& more = {});

    /// A text from this WhatsApp number, through the core.
    void receive(const std::string& phone, const std::string& text, const std::string& name = "Ana",
                 const std::string& details = {});
    model::Sequence quarantine(std::string body);

    void replay(const model::QuarantineRow& row, model::Sequence id, model::Author author,
                net::IoThread& thread, Done done) override;
    std::optional<AccountHealth> account_health(std::string_view name) const override;
    std::string status_json() const override { return R"({"version":"0.1.0"})"; }
    /// What the handler holds in memory is gone; rows, keys and accounts are as they were.
    void restart();
    /// wa-main, sms-main and tg-shop send; by default nothing holds them back.
    void configure();
    /// What the provider answers to the oldest dispatch.
    void answer(adapters::SendOutcome outcome);

    void make_handler(const core::SmallTables& tables);

    void backup(std::string path, net::IoThread& thread,
                std::function<void(bool, std::string)> done) override;
    bool ready(std::vector<std::string>& reasons) const override;
    bool accepts_writes() const override { return !disk_full_; }

    testing::FakeThread thread_;
    testing::FakeReader reader_;
    testing::FakePool pool_{reader_};
    testing::FakeSignal signal_;
    RigCore core_{thread_, reader_};
    core::SendingSettings settings_;
    std::vector<policy::RouteRule> routes_;  // of the next configure()
    ConfiguredDesk desk_{[this](std::string_view domain, std::string_view value) {
        return reader_.blind(domain, value);
    }};
    std::unique_ptr<ApiHandler> api_;
    std::string owner_ = "an operator's own bootstrap key";
    bool disk_full_ = false;
    bool ready_ = true;
    bool understood_ = true;
    bool replay_refused_ = false;  // for overload
    std::string backup_path_;
    ProviderCalls* calls_ = nullptr;  // of the next make_handler()
    const AccountConnections* connections_ = nullptr;
    const RefusedRequestSource* turned_away_ = nullptr;
    std::uint32_t received_ = 0;
};

}  // namespace postern::api
