// Documents at a provider that a signature or a subscription depends on: certificates (kept for a
// day), and URLs that have to be asked for once. Each I/O thread has its own connections and its
// own copies, so nothing is locked.
//
// Security: a request that nobody has verified makes us fetch. The adapter names the hosts; beyond
// the account's own base_url each address is judged, redirects are not followed, and little is
// fetched at a time.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/time.h"
#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"

namespace postern::ingress {

/// Where a document may be, beyond the account's own provider (egress::AddressGuard).
struct DocumentGuard {
    std::function<std::string(std::string_view url)> problem_of;  // empty: allowed
    std::function<bool(const net::IpAddress&)> allows;
};

class Documents final {
  public:
    static constexpr std::size_t bytes_max = 64 * 1024;
    static constexpr std::size_t kept_max = 64;       // a thread
    static constexpr std::size_t under_way_max = 16;  // a thread
    static constexpr std::chrono::hours kept_for{24};

    /// The document, or why there is none (then it is null).
    using Got = std::function<void(const std::string* document, std::string problem)>;

    Documents(net::IoPool& pool, DocumentGuard guard, std::function<model::Instant()> now);
    ~Documents();
    Documents(const Documents&) = delete;
    Documents& operator=(const Documents&) = delete;

    /// On `thread`, where `got` comes, maybe at once. `own`: the account's base_url, or empty.
    void get(const std::string& url, std::string_view own, net::IoThread& thread, Got got);
    /// The same, asked for whatever is kept, and not kept.
    void ask(const std::string& url, std::string_view own, net::IoThread& thread, Got got);

    /// Main thread, while the pool runs: what is under way is dropped without an answer.
    void stop();

  private:
    struct Bench;

    net::IoPool& pool_;
    const DocumentGuard guard_;
    const std::function<model::Instant()> now_;
    std::vector<std::shared_ptr<Bench>> benches_;
    bool stopped_ = false;
};

}  // namespace postern::ingress
