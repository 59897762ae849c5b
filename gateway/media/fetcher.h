// Brings an attachment's bytes from its provider to the store, once however many ask for it. The
// same attachment is always fetched on the same I/O thread; requests and answers come and go there.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/media/media_source.h"
#include "gateway/media/disk_thread.h"
#include "gateway/media/store.h"
#include "gateway/media/trouble.h"
#include "gateway/model/media.h"
#include "gateway/model/seq_head.h"
#include "gateway/model/snapshot.h"
#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"
#include "gateway/runtime/core_inbox.h"
#include "gateway/tokens/token_source.h"

namespace postern::media {

struct FetchAccount {
    std::shared_ptr<const adapters::MediaSource> source;
    std::string ca_file;  // trusted beside the system's, or empty
    net::ProxyOptions proxy;
    bool eager = false;                             // fetch without being asked
    std::shared_ptr<tokens::TokenSource> tokens{};  // of calls that bear one, or null
};
using FetchAccounts = std::map<model::AccountNumber, FetchAccount>;

struct FetchJob {
    model::Sequence event = 0;
    std::uint32_t place = 0;
    model::AccountNumber account = 0;
    adapters::MediaRef ref;
    std::string filename;
};

/// Where a fetch may go beyond the account's own provider (egress::AddressGuard).
struct FetchGuard {
    std::function<std::string(std::string_view url)> problem_of;  // empty: allowed
    std::function<bool(const net::IpAddress&)> allows;
    std::function<bool()> has_room;  // false: the disk is nearly full, nothing is fetched
};

struct FetchLimits {
    std::uint64_t bytes_max = 100ull << 20;  // the largest medium of any channel
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds total_timeout{60'000};  // of one request
    std::size_t redirects_max = 3;
    std::size_t under_way_max = 64;  // a thread
};

using Fetched = std::function<void(const model::MediaRow&, const Trouble&)>;

class Fetcher final {
  public:
    Fetcher(net::IoPool& pool, DiskThread& disk, MediaStore& store, runtime::CoreInbox& core,
            FetchGuard guard, std::function<model::Instant()> now, FetchLimits limits = {});
    ~Fetcher();
    Fetcher(const Fetcher&) = delete;
    Fetcher& operator=(const Fetcher&) = delete;

    /// Main thread, at start and after a reload.
    void reload(FetchAccounts accounts);
    [[nodiscard]] std::shared_ptr<const FetchAccounts> accounts() const { return accounts_.load(); }

    /// Any I/O thread; `done` comes on `thread`, once the row that says what was brought is
    /// durable.
    void fetch(FetchJob job, net::IoThread& thread, Fetched done);

    /// How fetches ended, since the start. Any thread.
    struct Counters {
        std::atomic<std::uint64_t> brought{0};
        std::atomic<std::uint64_t> failed{0};
    };
    [[nodiscard]] const Counters& counters() const { return *counters_; }

    /// Main thread, while the pool runs: what is under way is dropped without an answer.
    void stop();

  private:
    struct Bench;  // one thread's clients and fetches under way

    model::Snapshot<FetchAccounts> accounts_{std::make_shared<const FetchAccounts>()};
    net::IoPool& pool_;
    const std::shared_ptr<Counters> counters_ = std::make_shared<Counters>();  // a fetch's, too
    std::vector<std::shared_ptr<Bench>> benches_;
    bool stopped_ = false;
};

}  // namespace postern::media
