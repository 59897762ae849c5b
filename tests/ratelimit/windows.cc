#include "tests/ratelimit/windows.h"

namespace postern::ratelimit {

bool obeys(const std::vector<Taken>& taken, const Pace& pace) {
    for (std::size_t first = 0; first < taken.size(); ++first) {
        std::int64_t units = 0;
        for (std::size_t last = first; last < taken.size(); ++last) {
            units += taken[last].units;
            const std::int64_t window = (taken[last].at - taken[first].at).count();
            const auto carried =
                static_cast<__int128>(window) * pace.count() / pace.period().count();
            if (units > pace.burst() + static_cast<std::int64_t>(carried)) return false;
        }
    }
    return true;
}

}  // namespace postern::ratelimit
