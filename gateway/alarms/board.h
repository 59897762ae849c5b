// Which alarms are open, and when somebody is told: once when one begins, again every few hours,
// once when it is over. What flickers is one alarm; what is too much waits. Pure; one thread.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/alarms/condition.h"
#include "gateway/model/time.h"

namespace postern::alarms {

enum class Turn : std::uint8_t { began, lasts, ended };
[[nodiscard]] std::string_view to_string(Turn turn);

struct Notice {
    Turn turn = Turn::began;
    Condition condition;
    model::Instant since{};
    model::Instant at{};
    bool operator==(const Notice&) const = default;
};

struct OpenAlarm {
    Condition condition;
    model::Instant since{};
    model::Instant told{};  // last; the epoch: nobody yet
    model::Instant seen{};  // last
};

class Board final {
  public:
    /// What can flicker is over when it was absent for so long; what somebody did or the calendar
    /// says is over at once.
    static constexpr std::chrono::minutes over_after{5};
    /// A clock is given time to be set after the machine has started.
    static constexpr std::chrono::minutes clock_patience{10};
    static constexpr std::size_t notices_per_hour_max = 60;

    explicit Board(std::chrono::hours repeat_every) : repeat_every_(repeat_every) {}
    void repeat_every(std::chrono::hours every) { repeat_every_ = every; }

    /// What is to be told now. `present`: every condition there is at `now` (wall time).
    [[nodiscard]] std::vector<Notice> look(const std::vector<Condition>& present,
                                           model::Instant now);

    /// What is said of the kind's alarms from now on, also of those that are absent just now: a
    /// figure that moves is told as it is when it is told, at the end too.
    void describe(Kind kind, const std::string& detail);

    /// Also those that nobody was told of yet.
    [[nodiscard]] std::vector<OpenAlarm> open() const;

    /// For the next start, which is to tell nothing twice: a line an alarm,
    ///   kind TAB since_us TAB told_us TAB subject TAB detail LF
    [[nodiscard]] std::string save() const;
    /// Lines that cannot be read are left out. `now`: they were seen last then.
    void load(std::string_view text, model::Instant now);

  private:
    [[nodiscard]] bool may_tell(model::Instant now);
    void end_absent(model::Instant now, std::vector<Notice>& notices);

    std::chrono::hours repeat_every_;
    std::map<std::pair<Kind, std::string>, OpenAlarm> open_;
    std::deque<model::Instant> told_;  // of the last hour
};

}  // namespace postern::alarms
