// When the hours of several rules in several zones are open at once: the arithmetic behind quiet
// hours and holidays, exact over changes of the clock. Pure; core thread.
//
// A window's edges are turned into instants strictly: where the clock shows a moment twice it opens
// at the second and closes at the first; where the clock jumps over it, the edge is the jump.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gateway/policy/calendars.h"
#include "gateway/policy/hours.h"

namespace postern::policy {

/// How far ahead an opening is looked for.
inline constexpr std::chrono::days search_days_max{366};

/// Views into rules and calendars: made for one question and dropped.
class Opening final {
  public:
    explicit Opening(const HolidayTable& holidays) : holidays_(holidays) {}

    void add_zone(std::string_view name, const Zone& zone) { zones_.push_back({name, &zone}); }
    void add_rule(const HoursRule& rule);
    [[nodiscard]] bool no_rules() const { return rules_.empty(); }

    /// The first instant from `at` on at which every rule is open in every zone; none within a
    /// year. A day that a rule closes as a holiday has no hours.
    [[nodiscard]] std::optional<model::Instant> next_open(model::Instant at) const;
    /// The first instant from `at` on that is a closing holiday in no zone.
    [[nodiscard]] std::optional<model::Instant> next_working_day(model::Instant at) const;

    /// Why it is closed at `at`: the first zone and rule that are, and the holiday if that is why.
    struct Closed {
        std::string_view zone_name;
        const Zone* zone = nullptr;
        const HoursRule* rule = nullptr;
        const Holiday* holiday = nullptr;
    };
    [[nodiscard]] std::optional<Closed> closed_by_hours(model::Instant at) const;
    [[nodiscard]] std::optional<Closed> closed_by_holiday(model::Instant at) const;
    /// A calendar in use that holds nothing for the year of `at`, or null.
    [[nodiscard]] const HoursRule* without_calendar(model::Instant at) const;

    struct NamedZone {
        std::string_view name;
        const Zone* zone;
    };
    [[nodiscard]] const std::vector<NamedZone>& zones() const { return zones_; }

  private:
    struct Applied {
        const HoursRule* rule;
        std::vector<const HolidayCalendar*> calendars;
        [[nodiscard]] const Holiday* holiday(std::int32_t day) const;
        [[nodiscard]] const DayHours& hours(std::int32_t day) const;
    };
    [[nodiscard]] static std::optional<model::Instant> next_open(const Applied& applied,
                                                                 const Zone& zone,
                                                                 model::Instant at);
    [[nodiscard]] static std::optional<model::Instant> next_working_day(const Applied& applied,
                                                                        const Zone& zone,
                                                                        model::Instant at);

    const HolidayTable& holidays_;
    std::vector<NamedZone> zones_;
    std::vector<Applied> rules_;
};

}  // namespace postern::policy
