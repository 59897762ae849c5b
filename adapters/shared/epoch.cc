// The bounds are checked before any multiplication, so that no value overflows.
#include "adapters/shared/epoch.h"

namespace postern::adapters::shared {
namespace {

constexpr std::int64_t milliseconds_from = 1'000'000'000'000;
constexpr std::int64_t seconds_min = 1'230'768'000;  // 2009-01-01
constexpr std::int64_t milliseconds_max = 100 * milliseconds_from;

}  // namespace

Instant epoch_time(std::optional<std::int64_t> value, Instant now) {
    if (!value || *value < seconds_min || *value > milliseconds_max) return now;
    const Instant told = *value >= milliseconds_from ? Instant(std::chrono::milliseconds(*value))
                                                     : Instant(std::chrono::seconds(*value));
    return told > now + std::chrono::hours(24) ? now : told;
}

}  // namespace postern::adapters::shared
