// Fetches attachments without being asked, for accounts that want it: follows what becomes durable
// and hands each attachment to the fetcher. What came while the daemon was down, or does not fit
// the bounded queue, is fetched on demand like any other.
#pragma once

#include <deque>
#include <memory>

#include "gateway/media/fetcher.h"
#include "gateway/runtime/reader.h"

namespace postern::media {

/// One I/O thread's, from begin() to stop().
class EagerFetching final : public std::enable_shared_from_this<EagerFetching> {
  public:
    EagerFetching(runtime::QueryPool& queries, runtime::EventSignal& signal, Fetcher& fetcher,
                  net::IoThread& thread)
        : queries_(queries), signal_(signal), fetcher_(fetcher), thread_(thread) {}

    /// Any thread, once.
    void begin();
    /// Main thread, while the pool runs.
    void stop();

  private:
    static constexpr std::size_t waiting_max = 1024;
    static constexpr std::size_t under_way_max = 8;

    void wait();
    [[nodiscard]] bool wanted() const;
    void look();
    void next();

    runtime::QueryPool& queries_;
    runtime::EventSignal& signal_;
    Fetcher& fetcher_;
    net::IoThread& thread_;
    model::Sequence after_ = 0;
    std::deque<FetchJob> waiting_;
    std::size_t under_way_ = 0;
    bool stopped_ = false;
    std::function<void()> cancel_;
};

/// Whether its sender took back what the row said: nothing of it is here.
[[nodiscard]] bool is_taken_back(const model::Record& record);

/// The attachments of a row that can be fetched, as jobs; none of a row without.
[[nodiscard]] std::vector<FetchJob> jobs_of(const model::RecordPtr& record, model::Sequence event);

}  // namespace postern::media
