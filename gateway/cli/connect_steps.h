// The steps of `postern accounts connect` that wait for something: the first webhook, and a test
// message with its receipt. Each says what it waits for, and ends by its time limit.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "gateway/cli/api.h"

namespace postern::cli {

struct StepResult {
    std::string result = "ok";  // ok, warn, fail
    std::string found;
    std::string advice;
};

/// What has come in on an account so far: a later reading tells whether something came.
struct InboundMark {
    std::int64_t webhooks = 0;
    std::string last_error_at;
};
/// False if the API did not say.
[[nodiscard]] bool read_inbound(Api& api, const std::string& account, InboundMark& mark,
                                std::string& last_error);

/// Does the address answer as a webhook listener of ours does? It is asked for an account that no
/// gateway has, so that no account's health is touched.
[[nodiscard]] StepResult probe_public(const std::string& webhook_url);

/// Until something came in after `before`, or was refused. `tick` is called each second.
[[nodiscard]] StepResult wait_inbound(Api& api, const std::string& account,
                                      const InboundMark& before, std::chrono::seconds limit,
                                      const std::function<void()>& tick);

/// A text to `address`, marked as a test, followed until it is delivered, or sent and `limit` is
/// over. `id` becomes the message's.
[[nodiscard]] StepResult send_test(Api& api, const std::string& account, const std::string& address,
                                   std::chrono::seconds limit, std::string& id,
                                   const std::function<void()>& tick);

}  // namespace postern::cli
