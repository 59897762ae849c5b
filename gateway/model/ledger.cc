#include "gateway/model/ledger.h"

#include <numeric>

namespace postern::model {

std::uint64_t LedgerRow::held() const {
    return std::accumulate(states.begin(), states.end(), std::uint64_t{0});
}

std::int64_t LedgerRow::unaccounted() const {
    return static_cast<std::int64_t>(accepted + moved_in) -
           static_cast<std::int64_t>(held() + moved_out + removed);
}

}  // namespace postern::model
