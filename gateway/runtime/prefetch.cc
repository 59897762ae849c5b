// Waiting requests are bounded by the commands in flight, so none is ever refused.
#include "gateway/runtime/prefetch.h"

#include <pthread.h>

#include "gateway/runtime/check.h"

namespace postern::runtime {

Prefetcher::Prefetcher(const storage::Store& store, const storage::KeyBytes& master,
                       std::function<void(PrefetchedRows)> deliver)
    : reader_(store, master),
      deliver_(std::move(deliver)),
      requests_(static_cast<std::size_t>(-1)) {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "prefetch");
}

Prefetcher::~Prefetcher() {
    stop();
}

void Prefetcher::stop() {
    requests_.close();
    if (thread_.joinable()) thread_.join();
}

void Prefetcher::run() {
    std::vector<PrefetchRequest> batch;
    while (requests_.drain(batch)) {
        for (PrefetchRequest& request : batch) {
            PrefetchedRows rows;
            const auto read = reader_.get_many(request.keys, rows.records);
            // A row that cannot be read must not be taken for absent: better no answer than a wrong
            // one.
            if (read.has_error()) die("prefetch_failed", read.error().message());
            rows.keys = std::move(request.keys);
            rows.lanes = std::move(request.lanes);
            deliver_(std::move(rows));
        }
        batch.clear();
    }
}

}  // namespace postern::runtime
