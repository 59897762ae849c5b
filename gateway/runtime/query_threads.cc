// Queries wait for what was durable when they were asked, then run to their end.
#include "gateway/runtime/query_threads.h"

#include <pthread.h>

namespace postern::runtime {
namespace {
constexpr std::size_t queries_waiting_max = 512;  // a thread; beyond it 503
}

QueryThreads::QueryThreads(std::size_t threads, const storage::Store& store,
                           const storage::KeyBytes& master,
                           std::function<model::Sequence()> durable, WakeList& wakes, Probe& probe)
    : durable_(std::move(durable)), wakes_(wakes), probe_(probe) {
    for (std::size_t i = 0; i < threads; ++i) {
        workers_.push_back(
            std::make_unique<Worker>(queries_waiting_max, store, master, probe.rows_unreadable));
        Worker& worker = *workers_.back();
        worker.thread = std::thread([this, &worker] { run(worker); });
        pthread_setname_np(worker.thread.native_handle(), "query");
    }
}

QueryThreads::~QueryThreads() {
    stop();
}

void QueryThreads::stop() {
    for (auto& worker : workers_) worker->jobs.close();
    for (auto& worker : workers_) {
        if (worker->thread.joinable()) worker->thread.join();
    }
}

bool QueryThreads::post(std::function<void(Reader&)> query) {
    Worker& worker = *workers_[turn_.fetch_add(1) % workers_.size()];
    if (worker.jobs.push({std::move(query), durable_()})) {
        probe_.queries.fetch_add(1, std::memory_order_relaxed);
        return true;
    }
    probe_.queries_refused.fetch_add(1, std::memory_order_relaxed);
    return false;
}

void QueryThreads::post_always(std::function<void(Reader&)> query) {
    Worker& worker = *workers_[turn_.fetch_add(1) % workers_.size()];
    worker.jobs.push_always({std::move(query), durable_()});
}

void QueryThreads::run(Worker& worker) {
    std::vector<Job> batch;
    while (worker.jobs.drain(batch)) {
        for (Job& job : batch) {
            (void)wakes_.wait_readable(job.needs);
            job.query(worker.reader);
        }
        batch.clear();
    }
}

}  // namespace postern::runtime
