// Rows as the core writes them.
#include "tests/events/sample_history.h"

namespace postern::events {

AccountTablePtr sample_accounts() {
    return std::make_shared<const AccountTable>(
        std::vector<model::AccountRow>{{.number = 2, .name = "tg-shop", .channel = "telegram"},
                                       {.number = 1, .name = "wa-main", .channel = "whatsapp"}});
}

model::Instant at(int seconds) {
    return model::Instant{std::chrono::seconds{1'769'860'800 + seconds}};
}

model::MessageRow text_row(int seconds, std::string text) {
    model::MessageRow row;
    row.head = {.created = at(seconds), .epoch = 5, .account = 1, .part = 10, .previous = 0};
    row.message.external_id = "wamid." + std::to_string(seconds);
    row.message.sender.aliases = {{"+573001234567", adapters::IdentityScope::channel}};
    row.message.sender.name = "Ana";
    row.message.content.text = std::move(text);
    row.message.provider_time = at(seconds - 1);
    row.conversation = 10;
    row.conversation_created = at(0);
    row.conversation_epoch = 5;
    row.part_created = at(0);
    row.part_epoch = 5;
    return row;
}

model::SignalRow repeated_stop(int seconds) {
    model::SignalRow row;
    row.head = text_row(seconds, "").head;
    row.signal.kind = adapters::SignalKind::opted_out;
    row.told_before = true;
    return row;
}

}  // namespace postern::events
