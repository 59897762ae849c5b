// Writes down what enters the core and a hash of what leaves it, for a replay (replay.h). Off
// unless asked for: it costs about as much as the core itself. Called by the core's thread, which
// never waits: a thread of its own seals and writes; where the disk cannot keep up the recording
// ends.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/recording/format.h"

namespace postern::recording {

class Recorder final {
  public:
    /// A new file at `path`, readable by the owner alone. Null with words in `problem`.
    [[nodiscard]] static std::unique_ptr<Recorder> open(const std::string& path,
                                                        const storage::KeyBytes& master,
                                                        const Start& start, std::string& problem);
    /// Writes the rest.
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    // In the order in which the core saw them.
    void loaded(const storage::RowKey& key, const model::RecordPtr& record);
    void applied(const core::Command& command, model::Now now);  // before it is moved from
    void ran_due(model::Now now);
    void gave_up(const core::Command& command);
    void closed(const core::Effects& effects);
    void floor(model::Sequence sequence);  // a batch ended: what was written so far may go out

    /// Why it ended early; empty: it did not.
    [[nodiscard]] std::string problem() const;

    /// What waits for the disk at most.
    static constexpr std::size_t backlog_bytes_max = 256u << 20;

  private:
    Recorder(int file, const storage::KeyBytes& master, std::uint32_t epoch);
    void begin(Entry kind);
    void hand_on();
    void run();
    void write_frame(const std::string& clear, std::string& sealed);
    void fail(std::string why);

    int file_;
    storage::Sealer sealer_;
    std::uint32_t epoch_;
    std::uint64_t frames_ = 0;
    std::string pending_;  // the core's thread
    bool off_ = false;     // the core's thread: it has failed

    mutable std::mutex mutex_;
    std::condition_variable more_;
    std::string waiting_;
    std::string problem_;
    bool ending_ = false;
    std::thread thread_;
};

/// Of everything that left the core with one group.
[[nodiscard]] std::uint64_t hash_of(const core::Effects& effects);

}  // namespace postern::recording
