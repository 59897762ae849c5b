// Rows to steps: one small reader a kind of row.
#include "gateway/runtime/durable_steps.h"

#include <array>

#include "storage/failpoint.h"

namespace postern::runtime {
namespace {

using model::MessageState;

enum class Step : std::uint8_t {
    message,
    contact,
    dedupe,
    quarantine,
    parked,
    accept,
    due,
    intent,
    answer,
    retry,
    unknown,
    receipt,
    expiry,
    dead_letter,
    cancel,
    redrive,
    recovery,
    address,
    cursor,
    retention,
};

struct Points {
    storage::FailpointName before;
    storage::FailpointName after;
};

/// In the order of Step.
constexpr auto points = std::to_array<Points>({
    {"message.before", "message.after"},   {"contact.before", "contact.after"},
    {"dedupe.before", "dedupe.after"},     {"quarantine.before", "quarantine.after"},
    {"parked.before", "parked.after"},     {"accept.before", "accept.after"},
    {"due.before", "due.after"},           {"intent.before", "intent.after"},
    {"answer.before", "answer.after"},     {"retry.before", "retry.after"},
    {"unknown.before", "unknown.after"},   {"receipt.before", "receipt.after"},
    {"expiry.before", "expiry.after"},     {"dead_letter.before", "dead_letter.after"},
    {"cancel.before", "cancel.after"},     {"redrive.before", "redrive.after"},
    {"recovery.before", "recovery.after"}, {"address.before", "address.after"},
    {"cursor.before", "cursor.after"},     {"retention.before", "retention.after"},
});
static_assert(points.size() == static_cast<std::size_t>(Step::retention) + 1);
static_assert(points.size() <= 32);

constexpr DurableSteps bit(Step step) {
    return DurableSteps{1} << static_cast<unsigned>(step);
}

DurableSteps of_change(const model::OutboundEventRow& row) {
    if (row.cause == "receipt") return bit(Step::receipt);
    if (row.cause == "redrive") return bit(Step::redrive);
    if (row.cause == "recovery") return bit(Step::recovery);
    const bool answer = row.cause == "answer";
    switch (row.state) {
        case MessageState::sent:
            return answer ? bit(Step::answer) : 0;
        case MessageState::waiting:
            return answer ? bit(Step::retry) : 0;
        case MessageState::unknown:
            return bit(Step::unknown);
        case MessageState::expired:
            return bit(Step::expiry);
        case MessageState::failed:
            return bit(Step::dead_letter);
        case MessageState::cancelled:
            return bit(Step::cancel);
        default:
            return 0;
    }
}

struct StepOf {
    DurableSteps operator()(const model::MessageRow&) const { return bit(Step::message); }
    DurableSteps operator()(const model::ContactRow&) const { return bit(Step::contact); }
    DurableSteps operator()(const model::DedupeRow&) const { return bit(Step::dedupe); }
    DurableSteps operator()(const model::QuarantineRow&) const { return bit(Step::quarantine); }
    DurableSteps operator()(const model::ParkedReceiptRow&) const { return bit(Step::parked); }
    DurableSteps operator()(const model::OutboundRow&) const { return bit(Step::accept); }
    DurableSteps operator()(const model::DueRow&) const { return bit(Step::due); }
    DurableSteps operator()(const model::SlotRow&) const { return bit(Step::intent); }
    DurableSteps operator()(const model::OutboundEventRow& row) const { return of_change(row); }
    DurableSteps operator()(const model::AddressNotesRow&) const { return bit(Step::address); }
    DurableSteps operator()(const model::SubscriptionRow& row) const {
        return row.progress.cursor.sequence != 0 ? bit(Step::cursor) : 0;
    }
    template <class Other>
    DurableSteps operator()(const Other&) const {
        return 0;
    }
};

}  // namespace

DurableSteps durable_steps(const core::Effects& effects) {
    DurableSteps steps = effects.erases.empty() ? 0 : bit(Step::retention);
    for (const core::RowWrite& write : effects.writes) {
        if (write.record) steps |= model::visit(StepOf{}, *write.record);
    }
    return steps;
}

void before_durable(DurableSteps steps) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        if ((steps >> i & 1) != 0) storage::failpoint(points[i].before);
    }
}

void after_durable(DurableSteps steps) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        if ((steps >> i & 1) != 0) storage::failpoint(points[i].after);
    }
}

}  // namespace postern::runtime
