// The head of one lane of the due queue. The lane itself lives in the store (family due); memory
// holds a window of its first rows and how far they reach. Deterministic; the core's thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "gateway/core/lane_name.h"
#include "gateway/core/send_commands.h"
#include "gateway/model/records.h"

namespace postern::core {

class DueLane final {
  public:
    static constexpr std::size_t window_max = 1024;
    static constexpr std::size_t window_low = 256;

    /// `complete`: the store holds nothing of this lane yet (a new lane). Otherwise nothing is
    /// known.
    explicit DueLane(bool complete) : complete_(complete) {}

    /// A due row was written, or is in the window again. Left to the store if it lies behind what
    /// the window reaches.
    void add(DuePlace place, model::Part part);
    /// A due row was erased, or is being attempted.
    void remove(DuePlace place);

    /// First of the lane; null if there is none, or if the store may hold an earlier one that is
    /// still to be read.
    [[nodiscard]] const std::pair<const DuePlace, model::Part>* head() const {
        if (window_.empty() || (!complete_ && window_.begin()->first > horizon_)) return nullptr;
        return &*window_.begin();
    }
    /// Only the store knows who is first.
    [[nodiscard]] bool unread() const { return !complete_ && head() == nullptr; }
    [[nodiscard]] std::size_t size() const { return window_.size(); }
    /// Nothing in memory, in the store or under way: the lane can be forgotten.
    [[nodiscard]] bool empty() const { return window_.empty() && complete_ && !reading_; }

    /// The window runs low and the store may hold more.
    [[nodiscard]] bool needs_rows() const {
        return !complete_ && !reading_ && window_.size() < window_low;
    }
    /// Begins a read of what stands behind the window: raises the horizon first, so that whatever
    /// is written from here on is kept, and returns the generation to ask with.
    [[nodiscard]] std::uint64_t begin_read(DuePlace& after);
    /// Rows of that read. Of another generation: ignored.
    void end_read(const LaneRows& rows);

  private:
    void trim();

    std::map<DuePlace, model::Part> window_;
    std::set<DuePlace> gone_;  // removed while a read is under way
    DuePlace horizon_{};       // all rows up to here are in the window; complete_: all there are
    bool complete_;
    bool reading_ = false;
    std::uint64_t generation_ = 0;
};

}  // namespace postern::core
