// A storage with a little of everything that was sent, as rows, made by the core itself: what a
// test then damages on purpose.
#pragma once

#include "tests/core/sending_rig.h"

namespace postern::audit {

class StoredRows : public core::SendingRig {
  protected:
    /// Delivered, failed over and waiting, unknown and sent again, cancelled, being sent.
    StoredRows();

    /// As the store has them after the last batch, counts included.
    [[nodiscard]] std::map<storage::RowKey, model::RecordPtr> rows();

    model::Sequence delivered_ = 0;
    model::Sequence fell_back_ = 0;
    model::Sequence flagged_ = 0;
    model::Sequence cancelled_ = 0;
    model::Sequence sending_ = 0;
};

}  // namespace postern::audit
