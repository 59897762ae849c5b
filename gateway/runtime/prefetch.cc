// Waiting requests are bounded by the commands in flight, so none is ever refused.
#include "gateway/runtime/prefetch.h"

#include <algorithm>

#include <pthread.h>

#include "gateway/metrics/log.h"
#include "gateway/runtime/check.h"

namespace postern::runtime {

storage::Result<PrefetchedRows> read_rows(StoreReader& reader, PrefetchRequest request) {
    PrefetchedRows rows;
    std::vector<model::RecordPtr> records;
    const auto read = reader.get_many(request.keys, records, rows.unreadable);
    if (read.has_error()) return read.error();
    rows.lanes = std::move(request.lanes);
    if (rows.unreadable.empty()) {
        rows.keys = std::move(request.keys);
        rows.records = std::move(records);
        return rows;
    }
    for (std::size_t i = 0; i < request.keys.size(); ++i) {
        const auto is_this = [&](const UnreadableRow& u) { return u.key == request.keys[i]; };
        if (std::any_of(rows.unreadable.begin(), rows.unreadable.end(), is_this)) continue;
        rows.keys.push_back(request.keys[i]);
        rows.records.push_back(std::move(records[i]));
    }
    return rows;
}

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
            auto rows = read_rows(reader_, std::move(request));
            // A row that cannot be read must not be taken for absent: better no answer than a wrong
            // one.
            if (rows.has_error()) die("prefetch_failed", rows.error().message());
            for (const UnreadableRow& row : rows->unreadable) {
                log::error("row_unreadable",
                           {{"row", name_of(row.key)},
                            {"detail", row.why.message()},
                            {"action",
                             "what needs it is refused; postern verify says what else "
                             "is damaged, postern restore brings a backup"}});
            }
            deliver_(std::move(*rows));
        }
        batch.clear();
    }
}

}  // namespace postern::runtime
