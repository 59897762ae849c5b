// Subscriptions: secrets stand in their rows in clear, so these are sealed by the workspace.
#include "gateway/codec/stored.h"

namespace postern::codec {
namespace {

void write(const model::DeliveryProgress& progress, records::Subscription& wire) {
    wire.set_cursor_ms(progress.cursor.milliseconds);
    wire.set_cursor_epoch(progress.cursor.epoch);
    wire.set_cursor_place(progress.cursor.sequence);
    wire.set_failing_since_us(to_us(progress.failing_since));
    wire.set_failing_place(progress.failing_place);
    wire.set_last_error(progress.last_error);
}

void read(const records::Subscription& wire, model::DeliveryProgress& progress) {
    progress.cursor = {wire.cursor_ms(), wire.cursor_epoch(), wire.cursor_place()};
    progress.failing_since = from_us(wire.failing_since_us());
    progress.failing_place = wire.failing_place();
    progress.last_error = wire.last_error();
}

}  // namespace

void write(const model::SubscriptionRow& row, records::Subscription& wire) {
    wire.set_id(row.id);
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_url(row.url);
    for (const std::string& type : row.types) wire.add_types(type);
    wire.set_secret(row.secret);
    wire.set_previous_secret(row.previous_secret);
    wire.set_previous_until_us(to_us(row.previous_until));
    wire.set_state(static_cast<std::uint32_t>(row.state));
    wire.set_disabled_us(to_us(row.disabled));
    write(row.progress, wire);
    wire.set_warned(row.warned);
    wire.set_run(row.run);
    wire.set_description(row.description);
}

bool read(const records::Subscription& wire, model::SubscriptionRow& row) {
    row.id = wire.id();
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.url = wire.url();
    row.types.assign(wire.types().begin(), wire.types().end());
    row.secret = wire.secret();
    row.previous_secret = wire.previous_secret();
    row.previous_until = from_us(wire.previous_until_us());
    row.disabled = from_us(wire.disabled_us());
    read(wire, row.progress);
    row.warned = wire.warned();
    row.run = wire.run();
    row.description = wire.description();
    return read_enum(wire.state(), model::SubscriptionState::disabled, row.state);
}

}  // namespace postern::codec
