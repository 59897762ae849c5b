// The daemon's HTTP API from the outside, as any app would use it: one key, one address, plain
// calls.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/cli/context.h"
#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"

namespace postern::cli {

struct Answer {
    int status = 0;  // 0: no complete answer
    std::string body;
    std::string problem;  // for people; empty if 2xx

    [[nodiscard]] bool ok() const { return problem.empty(); }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Made by a command for its life; owns one I/O thread. Calls block, so never from an I/O thread.
class Api final {
  public:
    Api(std::string address, std::string key);
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    [[nodiscard]] Answer get(const std::string& path);
    [[nodiscard]] Answer post(const std::string& path, std::string body,
                              const Headers& headers = {});
    [[nodiscard]] Answer patch(const std::string& path, std::string body);
    [[nodiscard]] Answer remove(const std::string& path);
    /// GET as a stream of server-sent events until the daemon ends it or `piece` answers false.
    [[nodiscard]] Answer follow(const std::string& path, const std::string& last_event_id,
                                const std::function<bool(std::string_view)>& piece);

  private:
    [[nodiscard]] net::ClientRequest request(const std::string& method, const std::string& path);
    [[nodiscard]] Answer call(net::ClientRequest request);

    std::string address_;
    std::string key_;
    std::unique_ptr<net::IoPool> pool_;
    std::unique_ptr<net::HttpClient> client_;
};

/// What a refused call says to a person: the problem's `detail`, else its `title`, else the status.
[[nodiscard]] std::string problem_text(int status, std::string_view body);

/// For the value of a query parameter or a path segment.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// Prints the problem to stderr and sets exit code 1; true if the answer was positive.
bool accepted(const Answer& answer, Context& context);

}  // namespace postern::cli
