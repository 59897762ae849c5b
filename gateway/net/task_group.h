// Tracks what lives on one I/O thread and has to end before the server does: sessions. Ends them in
// two steps: finish (complete what is in flight), then abort. Also the deadline sweep. One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "gateway/net/task.h"

namespace postern::net {

class Tracked {
  public:
    virtual ~Tracked() = default;
    /// Ends soon by itself: idle ones at once, busy ones after the current answer.
    virtual void finish() = 0;
    /// Ends now. May resume the task inside this call.
    virtual void abort() = 0;
    [[nodiscard]] virtual SteadyClock::time_point deadline() const = 0;
    /// Its deadline has passed.
    virtual void on_overdue() = 0;

  private:
    friend class TaskGroup;
    std::size_t slot_ = 0;
};

class TaskGroup final {
  public:
    void add(std::shared_ptr<Tracked> member);
    void remove(Tracked& member);
    void sweep(SteadyClock::time_point now);
    void finish_all();
    void abort_all();
    [[nodiscard]] bool empty() const { return members_.empty(); }

  private:
    std::vector<std::shared_ptr<Tracked>> members_;
    std::vector<std::shared_ptr<Tracked>> overdue_;
};

}  // namespace postern::net
