// The local API: who asks (keys, scopes, limits), what for (routes), and the answer. Runs on the
// I/O threads of the API's server; reads go to query threads, changes to the core, nothing waits
// here.
#pragma once

#include <memory>

#include "gateway/api/services.h"
#include "gateway/core/core.h"
#include "gateway/net/http.h"

namespace postern::api {

struct Context;

class ApiHandler final : public net::HttpHandler {
  public:
    /// `tables`: as recovery found them; what changes later comes through publish().
    ApiHandler(ApiServices services, ApiOptions options, const core::SmallTables& tables);
    ~ApiHandler() override;

    [[nodiscard]] net::Admission admit(const net::Request& head) override;
    void handle(const net::Request& request, net::Responder responder) override;

    /// A changed key, account or workspace row, once durable. One thread at a time (the
    /// publisher's). From then on every request sees it: a revoked key fails at once.
    void publish(const model::RecordPtr& record);

    /// Any thread: posts the use of keys that is not noted yet. Now and then, and before the end.
    void flush_usage();

    /// Any thread: long polls answer within a second. Before the server drains.
    void drain();

  private:
    std::unique_ptr<Context> context_;
};

}  // namespace postern::api
