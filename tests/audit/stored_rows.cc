#include "tests/audit/stored_rows.h"

namespace postern::audit {

using namespace std::chrono_literals;
using adapters::ReceiptState;
using adapters::SendResult;

StoredRows::StoredRows() {
    delivered_ = submit(text_to("+573001")).id.sequence;
    answer(accepted("a"));
    receipt("a", ReceiptState::delivered);

    flagged_ = submit(text_to("+573003")).id.sequence;
    answer(outcome(SendResult::unknown));
    pass(2min);
    answer(accepted("c"));

    core::SubmitMessage c = text_to("+573002");
    c.row.routes.push_back(c.row.routes.front());
    c.row.routes.back().account = 2;
    fell_back_ = submit(c).id.sequence;
    bench_.run(core::PauseAccount{2, true, ""}, now_);
    answer(outcome(SendResult::permanent));

    core::SubmitMessage later = text_to("+573004");
    later.row.send_at = now_ + 1h;
    cancelled_ = submit(later).id.sequence;
    bench_.run(core::CancelMessage{cancelled_}, now_);

    sending_ = submit(text_to("+573005")).id.sequence;
}

std::map<storage::RowKey, model::RecordPtr> StoredRows::rows() {
    auto rows = bench_.rows();
    const auto figures = bench_.core().figures({now_, now_.time_since_epoch()});
    for (const auto& [account, of] : figures.accounts)
        rows[storage::keys::ledger(account)] = std::make_shared<const model::Record>(of.ledger);
    return rows;
}

}  // namespace postern::audit
