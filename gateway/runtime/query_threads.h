// The threads on which people's reads run, off the I/O threads and off the core.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "gateway/runtime/mailbox.h"
#include "gateway/runtime/probe.h"
#include "gateway/runtime/store_reader.h"
#include "gateway/runtime/wake_list.h"

namespace postern::runtime {

class QueryThreads final : public QueryPool {
  public:
    /// `durable` gives the highest durable sequence: a query sees at least that.
    QueryThreads(std::size_t threads, const storage::Store& store, const storage::KeyBytes& master,
                 std::function<model::Sequence()> durable, WakeList& wakes, Probe& probe);
    ~QueryThreads() override;

    [[nodiscard]] bool post(std::function<void(Reader&)> query) override;
    /// For the gateway's own reads, which are few and must come.
    void post_always(std::function<void(Reader&)> query);
    void stop();

  private:
    struct Job {
        std::function<void(Reader&)> query;
        model::Sequence needs = 0;
    };
    /// One queue a thread, filled in turn: a slow query delays only its own thread's.
    struct Worker {
        Worker(std::size_t capacity, const storage::Store& store, const storage::KeyBytes& master,
               Counter& unreadable)
            : jobs(capacity), reader(store, master, &unreadable) {}
        Mailbox<Job> jobs;
        StoreReader reader;
        std::thread thread;
    };
    void run(Worker& worker);

    std::function<model::Sequence()> durable_;
    WakeList& wakes_;
    Probe& probe_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::atomic<std::size_t> turn_{0};
};

}  // namespace postern::runtime
