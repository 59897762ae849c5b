// One row of each kind with every field set, and one with none: what the codec must bring back.
#pragma once

#include <vector>

#include "gateway/model/records.h"
#include "storage/keys.h"

namespace postern::codec {

struct Sample {
    storage::RowKey key;
    model::Record full;
    model::Record empty;
};

/// The part whose rows the samples are.
inline constexpr model::Part sample_part = 41;

[[nodiscard]] model::PartKey sample_part_key();
[[nodiscard]] std::vector<Sample> samples();
/// Those of messages that go out; among samples(), behind all others.
[[nodiscard]] std::vector<Sample> sending_samples();

}  // namespace postern::codec
