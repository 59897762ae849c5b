// The public listener: account by URL, handshake, signature over the raw bytes, decode, commit, and
// only then the provider's 200. Runs on I/O threads; answers when the core's effects are durable.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/ingress/accounts.h"
#include "gateway/ingress/documents.h"
#include "gateway/ingress/intake.h"
#include "gateway/ingress/large_body.h"
#include "gateway/ingress/once.h"
#include "gateway/ingress/refused_requests.h"
#include "gateway/net/http.h"
#include "gateway/net/io_thread.h"
#include "gateway/runtime/request_traces.h"

namespace postern::ingress {

class WebhookHandler final : public net::HttpHandler {
  public:
    /// `now`: wall clock. Both outlive this.
    WebhookHandler(const Accounts& accounts, Intake& intake, std::function<model::Instant()> now);

    [[nodiscard]] net::Admission admit(const net::Request& head) override;
    void handle(const net::Request& request, net::Responder responder) override;

    /// Where requests are noted for people; both outlive this. Before the first request. Without it
    /// answers carry no X-Request-Id.
    void watch(runtime::RequestTraces& traces, RefusedRequests& refused) {
        traces_ = &traces;
        refused_ = &refused;
    }

    /// For adapters whose signatures need a certificate, or whose subscriptions must be confirmed;
    /// outlives this. Before the first request. Without it they are refused.
    void fetch_with(Documents& documents) { documents_ = &documents; }

    /// Webhooks for accounts that do not exist, and other paths of the public port.
    std::atomic<std::uint64_t> unknown_accounts{0};

  private:
    struct Taking;  // a request of an account, until its answer

    void take(const net::Request& request, net::Responder responder);
    /// Asks for what the signature stands on, then judges.
    void fetch(const std::shared_ptr<Taking>& taking, const std::string& url);
    void judge(const std::shared_ptr<Taking>& taking, const adapters::Verification& verified);
    void confirm(const std::shared_ptr<Taking>& taking, TakeResult result);
    void answer(Taking& taking, TakeResult result);
    [[nodiscard]] std::string make_id(std::size_t thread) const;
    void turn_away(const Account& account, const net::Request& request, const std::string& id,
                   int status, const std::string& reason, model::Instant now) const;
    void note_answer(Taking& taking) const;

    const Accounts& accounts_;
    Intake& intake_;
    std::function<model::Instant()> now_;
    runtime::RequestTraces* traces_ = nullptr;
    RefusedRequests* refused_ = nullptr;
    Documents* documents_ = nullptr;
    Once once_;
    std::shared_ptr<BodyBudget> large_bodies_ = std::make_shared<BodyBudget>(0);
};

/// Body limit of the route (CONTRACT, «Configuration»); an adapter of larger ones says so.
inline constexpr std::size_t webhook_body_bytes_max = 4u << 20;

}  // namespace postern::ingress
