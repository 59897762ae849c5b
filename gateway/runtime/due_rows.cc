// Keys say all that is needed: account, lane, moment, message.
#include "gateway/runtime/due_rows.h"

#include "gateway/core/due_lane.h"
#include "gateway/runtime/check.h"

namespace postern::runtime {
namespace {

struct DueKey {
    model::AccountNumber account = 0;
    std::uint64_t lane = 0;
    std::uint64_t not_before_us = 0;
    model::Sequence message = 0;
};

std::uint64_t number_at(std::string_view key, std::size_t at, std::size_t bytes) {
    std::uint64_t v = 0;
    for (std::size_t i = at; i < at + bytes; ++i) v = v << 8 | static_cast<std::uint8_t>(key[i]);
    return v;
}

DueKey parse(std::string_view key) {
    return {static_cast<model::AccountNumber>(number_at(key, 1, 4)), number_at(key, 5, 8),
            number_at(key, 13, 8), number_at(key, 21, 8)};
}

storage::RowKey end_of_due() {
    return storage::KeyWriter(storage::Family::due, 'q' + 1);
}

}  // namespace

core::LaneRows read_due_rows(Reader& reader, const core::LaneRead& read) {
    core::LaneRows rows{read.account, read.lane, read.generation, {}, true};
    const auto after_us = static_cast<std::uint64_t>(read.after.first.time_since_epoch().count());
    const storage::RowKey from =
        storage::keys::due(read.account, read.lane, after_us, read.after.second + 1);
    // A lane's number never is the last one, so the next lane's beginning is this one's end.
    const storage::RowKey to = storage::keys::due(read.account, read.lane + 1, 0, 0);
    const auto read_all =
        reader.scan(from, to, [&](std::string_view key, const model::RecordPtr& record) {
            if (rows.rows.size() == core::DueLane::window_max) {
                rows.end = false;
                return false;
            }
            const DueKey due = parse(key);
            const auto* row = record ? model::get_if<model::DueRow>(record.get()) : nullptr;
            rows.rows.push_back({model::Instant{std::chrono::microseconds{
                                     static_cast<std::int64_t>(due.not_before_us)}},
                                 due.message, row ? row->part : 0});
            return true;
        });
    if (read_all.has_error()) die("due_unreadable", read_all.error().message());
    return rows;
}

storage::Result<LaneList> read_lanes(Reader& reader) {
    LaneList lanes;
    storage::RowKey from = storage::keys::due(0, 0, 0, 0);
    for (;;) {
        bool found = false;
        DueKey due;
        const auto scanned =
            reader.scan(from, end_of_due(), [&](std::string_view key, const model::RecordPtr&) {
                found = true;
                due = parse(key);
                return false;
            });
        if (scanned.has_error()) return scanned.error();
        if (!found) return lanes;
        lanes.emplace_back(due.account, due.lane);
        from = storage::keys::due(due.account, due.lane + 1, 0, 0);
    }
}

storage::Result<std::vector<core::TemplateWait>> read_template_waits(Reader& reader,
                                                                     const LaneList& lanes) {
    std::vector<core::TemplateWait> waits;
    for (const auto& [account, lane] : lanes) {
        if (lane != core::template_lane) continue;
        const auto scanned = reader.scan(
            storage::keys::due(account, lane, 0, 0), storage::keys::due(account, lane + 1, 0, 0),
            [&](std::string_view key, const model::RecordPtr&) {
                const DueKey due = parse(key);
                waits.push_back({due.account, due.not_before_us, due.message});
                return true;
            });
        if (scanned.has_error()) return scanned.error();
    }
    return waits;
}

storage::Result<std::vector<model::SlotRow>> read_slots(Reader& reader) {
    std::vector<model::SlotRow> slots;
    bool damaged = false;
    const auto scanned = reader.scan(
        storage::keys::slot(0), storage::KeyWriter(storage::Family::due, 'f' + 1),
        [&](std::string_view, const model::RecordPtr& record) {
            const auto* row = record ? model::get_if<model::SlotRow>(record.get()) : nullptr;
            damaged |= row == nullptr;
            if (row) slots.push_back(*row);
            return true;
        });
    if (scanned.has_error()) return scanned.error();
    // An intent that nobody knows of could be sent twice.
    if (damaged) return storage::Errc::corrupt;
    return slots;
}

}  // namespace postern::runtime
