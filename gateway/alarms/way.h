// A way to tell somebody: a POST, a mail. What waits, and when it is tried again, is the hook's.
// Thread: the hook's.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "gateway/alarms/board.h"

namespace postern::alarms {

struct Telling {
    Notice notice;
    std::string id;  // the same at each try: who receives it drops what it knows
};

class Way {
  public:
    virtual ~Way() = default;
    /// Notices that are told at once, at most.
    [[nodiscard]] virtual std::size_t at_once_max() const = 0;
    /// Nothing is told for so long after something was.
    [[nodiscard]] virtual std::chrono::milliseconds rest() const = 0;
    /// One call at a time. `done` comes later, once, or never if this ends first. Its words are for
    /// the log and hold no secret; none: it was taken.
    virtual void tell(const std::vector<Telling>& what,
                      std::function<void(std::string problem)> done) = 0;
};

}  // namespace postern::alarms
