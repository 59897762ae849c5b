// Time zones as plain tables: from which second which offset holds. Made once, before the core
// starts (calendars_load.h), then immutable and read from any thread; a look-up is a binary search.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/time.h"

namespace postern::policy {

/// Seconds of a wall clock: like a UTC second count, but of what the clock on the wall shows.
using LocalSeconds = std::int64_t;
inline constexpr LocalSeconds day_seconds = 86'400;

/// One offset and the instant from which it holds.
struct ZoneSpan {
    std::int64_t from = 0;  // UTC seconds
    std::int32_t offset = 0;
    bool operator==(const ZoneSpan&) const = default;
};

/// What a wall-clock moment is in UTC. Unambiguous: both equal. In an overlap the clock shows it
/// twice. In a gap it never does: both are the first instant after the gap.
struct LocalEdge {
    model::Instant earlier{};
    model::Instant later{};
};

class Zone final {
  public:
    /// `spans` sorted by `from`, not empty; the first holds for all time before it too.
    explicit Zone(std::vector<ZoneSpan> spans) : spans_(std::move(spans)) {}

    [[nodiscard]] std::int32_t offset_at(model::Instant at) const;
    [[nodiscard]] LocalSeconds local_at(model::Instant at) const;
    [[nodiscard]] LocalEdge instants_of(LocalSeconds local) const;

  private:
    [[nodiscard]] std::size_t span_at(std::int64_t second) const;

    std::vector<ZoneSpan> spans_;
};

/// Days since 1970-01-01 of a wall-clock moment, and its weekday (0: Monday) and minute.
[[nodiscard]] std::int32_t day_of(LocalSeconds local);
[[nodiscard]] unsigned weekday_of(std::int32_t day);
[[nodiscard]] unsigned minute_of(LocalSeconds local);
/// "2026-03-08T01:59", for people.
[[nodiscard]] std::string format_local(LocalSeconds local);

class ZoneTable final {
  public:
    void add(std::string name, Zone zone);
    /// Null if unknown. Old names (Asia/Calcutta) are found as what they are called now.
    [[nodiscard]] const Zone* find(std::string_view name) const;
    [[nodiscard]] std::size_t size() const { return zones_.size(); }

  private:
    std::map<std::string, Zone, std::less<>> zones_;
};

/// Today's name of a zone ("Asia/Calcutta" -> "Asia/Kolkata"); the name itself if it has no other.
[[nodiscard]] std::string_view canonical_zone(std::string_view name);

}  // namespace postern::policy
