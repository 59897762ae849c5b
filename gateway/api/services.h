// What the API stands on: interfaces that the daemon implements and hands in. Nothing here names
// who implements them, so the whole API is tested without a socket, a disk or a provider.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/send_desk.h"
#include "gateway/api/sending_health.h"
#include "gateway/events/deliveries.h"
#include "gateway/model/records.h"
#include "gateway/net/io_thread.h"
#include "gateway/runtime/core_inbox.h"
#include "gateway/runtime/reader.h"
#include "gateway/runtime/request_traces.h"

namespace postern::media {
class MediaService;
}

namespace postern::api {

/// Gives a quarantined request to its adapter once more. Implemented by ingress, which also posts
/// core::ResolveQuarantine.
class QuarantineReplay {
  public:
    virtual ~QuarantineReplay() = default;
    enum class Outcome : std::uint8_t { resolved, not_understood, overloaded };
    using Done = std::function<void(Outcome outcome, std::string reason)>;
    /// On `thread`; copies what it keeps of `row`. `done` comes on `thread`, once durable.
    virtual void replay(const model::QuarantineRow& row, model::Sequence id, model::Author author,
                        net::IoThread& thread, Done done) = 0;
};

/// What an account's listener counts since the start.
struct AccountHealth {
    model::Instant last_inbound{};
    model::Instant last_error_at{};
    std::string last_error;          // for the operator: no content, no addresses
    model::Instant last_outbound{};  // that the provider accepted
    // Requests that proved nothing: whoever sent them. They say nothing of the account.
    std::string last_refusal;
    model::Instant last_refusal_at{};
    std::string hint;  // what may be wrong, for people; empty: nothing
    std::uint64_t webhooks = 0;
    std::uint64_t items = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t signature_failures = 0;
    std::uint64_t failed_handshakes = 0;
    std::uint64_t quarantined = 0;
    std::uint64_t refused_overload = 0;
    std::optional<SendingHealth> sending;  // nothing: this gateway only receives
};

class AccountHealthSource {
  public:
    virtual ~AccountHealthSource() = default;
    /// Any thread, never waits. Nothing: the account is not in the configuration any more.
    [[nodiscard]] virtual std::optional<AccountHealth> account_health(
        std::string_view name) const = 0;
};

/// A webhook that was refused or set aside, as its sender sent it. Secrets are masked.
struct RefusedRequest {
    std::string id;  // as the answer's X-Request-Id said
    model::Instant at{};
    std::string peer;
    std::string method;
    std::string target;
    int status = 0;  // that it was answered
    std::string reason;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  // its beginning
    std::uint64_t body_bytes = 0;
};

class RefusedRequestSource {
  public:
    virtual ~RefusedRequestSource() = default;
    /// Latest first. Any thread. Nothing: the account is not in the configuration.
    [[nodiscard]] virtual std::optional<std::vector<RefusedRequest>> refused_requests(
        std::string_view account) const = 0;
};

class StatusSource {
  public:
    virtual ~StatusSource() = default;
    /// One JSON object. Any thread, never waits.
    [[nodiscard]] virtual std::string status_json() const = 0;
};

class BackupMaker {
  public:
    virtual ~BackupMaker() = default;
    /// Starts a backup into the folder `path`, which must not exist yet. `done` comes on `thread`:
    /// true and one JSON object that describes it, or false and why not.
    virtual void backup(std::string path, net::IoThread& thread,
                        std::function<void(bool made, std::string result)> done) = 0;
};

/// Why nothing is changed for people now.
enum class WriteRefusal : std::uint8_t { none, storage_full, memory_short, read_only };

class Readiness {
  public:
    virtual ~Readiness() = default;
    /// Any thread. False with at least one reason.
    [[nodiscard]] virtual bool ready(std::vector<std::string>& reasons) const = 0;
    /// Whether there is room to write for people (false on a disk that is nearly full).
    [[nodiscard]] virtual bool accepts_writes() const = 0;
    [[nodiscard]] virtual WriteRefusal write_refusal() const {
        return accepts_writes() ? WriteRefusal::none : WriteRefusal::storage_full;
    }
};

/// A request to an account's provider beside the queue: typing, read marks, lists. Never a message.
class ProviderCalls {
  public:
    virtual ~ProviderCalls() = default;
    struct Answer {
        int status = 0;  // 0: none came, `problem` says why
        std::vector<std::pair<std::string, std::string>> headers;
        std::string body;  // 64 readable bytes follow
        std::string problem;
    };
    /// On `thread`, through the account's own connections; `done` comes there, later.
    virtual void call(model::AccountNumber account, adapters::ProviderCall call,
                      net::IoThread& thread, std::function<void(const Answer&)> done) = 0;
    /// The same for somebody who asks by hand what is wrong: also while the provider is left alone
    /// for a while, since it failed or refused the credentials.
    virtual void call_anyway(model::AccountNumber account, adapters::ProviderCall call,
                             net::IoThread& thread, std::function<void(const Answer&)> done) {
        this->call(account, std::move(call), thread, std::move(done));
    }

    struct Login {
        bool taken = false;
        std::string code;     // else: why not (adapters/README.md)
        std::string problem;  // in words
    };
    /// Logs in where the account's messages would, without one; `done` comes on `thread`, later.
    /// False: there is no login to try.
    virtual bool try_login(model::AccountNumber, net::IoThread& /*thread*/,
                           std::function<void(const Login&)> /*done*/) {
        return false;
    }
};

/// What checks of accounts need of the configuration.
class AccountConnections {
  public:
    virtual ~AccountConnections() = default;
    /// With its credentials; they live as long as the pointer. Any thread. Null: it is not in the
    /// configuration.
    [[nodiscard]] virtual std::shared_ptr<const adapters::AdapterConfig> account_config(
        std::string_view name) const = 0;
    /// How providers reach the webhook listener ("https://gw.example.com:8443"), or empty.
    [[nodiscard]] virtual std::string public_base() const = 0;
};

/// All references outlive the handler.
struct ApiServices {
    runtime::CoreInbox& core;
    runtime::QueryPool& queries;
    runtime::EventSignal& signal;
    QuarantineReplay& replay;
    AccountHealthSource& health;
    StatusSource& status;
    BackupMaker& backups;
    Readiness& readiness;
    std::function<model::Now()> now;
    SendDesk* desk = nullptr;  // null: this gateway only receives
    /// Null: nothing is delivered, and subscriptions can only be looked at.
    events::Deliveries* deliveries = nullptr;
    const RefusedRequestSource* refused = nullptr;    // null: none are kept
    runtime::RequestTraces* traces = nullptr;         // null: none are kept
    ProviderCalls* calls = nullptr;                   // null: nothing is asked of providers
    media::MediaService* media = nullptr;             // null: none are kept
    const AccountConnections* connections = nullptr;  // null: no account is checked
};

struct ApiOptions {
    std::uint32_t requests_per_second = 1000;  // a key's limit where it names none
    std::chrono::hours events_retention{7 * 24};
    std::string mode = "active";  // the configuration's, until the API sets another
};

}  // namespace postern::api
