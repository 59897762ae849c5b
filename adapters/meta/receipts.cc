// Receipts. Messenger tells them by a moment, up to which everything has that state, and names the
// messages only sometimes; Instagram names the last message that was seen, and what is older was
// seen too (Meta, "message_deliveries", "message_reads", "messaging_seen").
#include "adapters/meta/messaging.h"
#include "adapters/shared/epoch.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::meta {
namespace {

using json::Object;

struct Mark {
    std::optional<Instant> moment;
    std::string digits;
};

Mark mark_of(const Event& event, Object receipt) {
    const auto told = json::loose_integer(receipt, "watermark");
    if (!told || *told <= 0) return {};
    return {shared::epoch_time(told, event.time), std::to_string(*told)};
}

InboundStatus status_of(const Event& event, ReceiptState state) {
    InboundStatus status;
    status.state = state;
    status.recipient = event.person;
    status.provider_time = event.time;
    return status;
}

/// Names no message: the moment and the person tell it from the next.
void add_mark(const Event& event, ReceiptState state, const Mark& mark, Sink& sink) {
    InboundStatus status = status_of(event, state);
    status.external_id = "watermark:" + event.person + ":" + mark.digits;
    status.watermark = mark.moment;
    status.details_json = json::ObjectWriter().raw("watermark", mark.digits).finish();
    sink.item(std::move(status));
}

}  // namespace

void read_delivery(const Event& event, Object delivery, Sink& sink) {
    const Mark mark = mark_of(event, delivery);
    std::vector<std::string_view> mids;
    if (const auto told = json::array(delivery, "mids")) {
        for (const json::Value element : *told) {
            std::string_view mid;
            if (element.get(mid) == simdjson::SUCCESS && !mid.empty()) mids.push_back(mid);
        }
    }
    if (mids.empty() && (!mark.moment || event.person.empty())) {
        return sink.undecoded("messaging[].delivery: expected mids, or a watermark and sender.id");
    }
    if (mids.empty()) return add_mark(event, ReceiptState::delivered, mark, sink);
    for (std::size_t i = 0; i < mids.size(); ++i) {
        InboundStatus status = status_of(event, ReceiptState::delivered);
        status.external_id = mids[i];
        // Once is enough for all that is older.
        if (i + 1 == mids.size()) status.watermark = mark.moment;
        sink.item(std::move(status));
    }
}

void read_read(const Event& event, Object read, Sink& sink) {
    const Mark mark = mark_of(event, read);
    const std::string_view mid = json::text(read, "mid");
    if (mid.empty() && (!mark.moment || event.person.empty())) {
        return sink.undecoded("messaging[].read: expected mid, or a watermark and sender.id");
    }
    if (mid.empty()) return add_mark(event, ReceiptState::read, mark, sink);
    InboundStatus status = status_of(event, ReceiptState::read);
    status.external_id = mid;
    status.watermark = mark.moment ? mark.moment : event.time;
    sink.item(std::move(status));
}

}  // namespace postern::adapters::meta
