// Loads the rows that commands need before they reach the core. Its own thread: reads may block.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "gateway/runtime/mailbox.h"
#include "gateway/runtime/probe.h"
#include "gateway/runtime/store_reader.h"

namespace postern::runtime {

/// One drained batch's misses: the keys, and the lanes that wait for them.
struct PrefetchRequest {
    std::vector<storage::RowKey> keys;
    std::vector<std::uint64_t> lanes;
};

struct PrefetchedRows {
    std::vector<storage::RowKey> keys;
    std::vector<model::RecordPtr> records;
    std::vector<std::uint64_t> lanes;
    std::vector<UnreadableRow> unreadable;  // asked for, and not among `keys`
};

/// Reads what was asked for. An unreadable row is never taken for an absent one; an error is the
/// store's own.
[[nodiscard]] storage::Result<PrefetchedRows> read_rows(StoreReader& reader,
                                                        PrefetchRequest request);

class Prefetcher final {
  public:
    /// `deliver` is called on the prefetch thread.
    Prefetcher(const storage::Store& store, const storage::KeyBytes& master,
               std::function<void(PrefetchedRows)> deliver);
    ~Prefetcher();

    void post(PrefetchRequest request) { requests_.push_always(std::move(request)); }
    void stop();

  private:
    void run();
    StoreReader reader_;
    std::function<void(PrefetchedRows)> deliver_;
    Mailbox<PrefetchRequest> requests_;
    std::thread thread_;
};

}  // namespace postern::runtime
