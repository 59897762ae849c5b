// What every row of the family `seq` carries: it is the event, and a link of the part's chain.
#pragma once

#include <array>
#include <cstdint>

#include "gateway/model/ids.h"
#include "gateway/model/time.h"

namespace postern::model {

/// An account's number: given once, kept for ever, stands in keys instead of the name.
using AccountNumber = std::uint32_t;
/// A profile as first created, by the sequence of the row that created it. Everything of a person
/// is keyed by part, never by the merged contact.
using Part = Sequence;

using PartKey = std::array<std::uint8_t, 32>;

struct SeqHead {
    Instant created{};
    std::uint32_t epoch = 0;
    AccountNumber account = 0;
    Part part = 0;          // 0: about no person
    Sequence previous = 0;  // the part's previous row: the timeline is a chain
    bool operator==(const SeqHead&) const = default;
};

}  // namespace postern::model
