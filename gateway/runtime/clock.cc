// Wall and steady clock, read together.
#include "gateway/runtime/clock.h"

namespace postern::runtime {

model::Now read_clocks() {
    using std::chrono::floor;
    using std::chrono::microseconds;
    return {floor<microseconds>(std::chrono::system_clock::now()),
            floor<microseconds>(std::chrono::steady_clock::now().time_since_epoch())};
}

}  // namespace postern::runtime
