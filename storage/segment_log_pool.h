// The segments of the commit log: which is free, which waits for a flush of the store. A small
// background thread pre-writes the next segment, so that append() normally never waits for one.
// Made by open_segment_log, owned by the log; the thread rule stands at each function.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "storage/commit_log.h"
#include "storage/errc.h"
#include "storage/log_file.h"

namespace postern::storage {

struct Segment {
    enum class State { free, current, waiting };
    std::uint32_t number = 0;
    std::string path;
    std::unique_ptr<LogFile> file;
    Sequence last = 0;  // highest in it that must survive; 0: none
    State state = State::free;

    [[nodiscard]] std::uint64_t size() const { return file->size(); }
};
using Segments = std::vector<std::unique_ptr<Segment>>;

/// `segment-000001-67108864.log`: the number, and the size so that a truncated file is known as
/// one.
[[nodiscard]] std::string segment_name(std::uint32_t number, std::uint64_t size);
[[nodiscard]] bool parse_segment_name(std::string_view name, std::uint32_t& number,
                                      std::uint64_t& size);

class SegmentPool final {
  public:
    /// `segments` as recovery left them. `options.files` is set, `options.segment_bytes` is theirs.
    SegmentPool(SegmentLogOptions options, Segments segments);
    /// Waits for a segment in the making and for a want_flush in progress.
    ~SegmentPool();

    /// Hands back the full segment (null at first), whose groups end at `last`, and takes a free
    /// one. Blocks until there is one, or says why there will be none. Log thread.
    [[nodiscard]] Result<Segment*> next(Segment* full, Sequence last);

    void retire(Sequence flushed);  // any thread

    struct Counters {
        std::uint64_t segments = 0, waiting = 0;
    };
    [[nodiscard]] Counters counters() const;  // any thread

  private:
    void run();
    void look_at_store(std::unique_lock<std::mutex>& lock);
    void ask_for_flush(std::unique_lock<std::mutex>& lock);
    void create(std::unique_lock<std::mutex>& lock);
    Result<std::unique_ptr<Segment>> make(std::uint32_t number);
    [[nodiscard]] bool usable(const Segment& segment) const;
    [[nodiscard]] Segment* take_free();
    [[nodiscard]] std::size_t free_count() const;
    [[nodiscard]] bool can_create() const;
    [[nodiscard]] std::size_t available() const;

    const SegmentLogOptions options_;
    mutable std::mutex mutex_;  // guards everything below
    std::condition_variable freed_, work_;
    Segments segments_;
    Sequence flushed_ = 0;
    const Segment* full_ = nullptr;      // just handed back, until its successor is found
    boost::system::error_code failure_;  // no segment will become free any more
    bool disk_full_ = false;             // go on with the segments that are there
    int waits_ = 0;                      // since the disk was full: when to try again
    bool append_waits_ = false;
    bool ask_ = false;
    bool stop_ = false;
    std::thread thread_;  // last: starts when the rest stands
};

}  // namespace postern::storage
