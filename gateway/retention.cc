// Messages and events by sequence, dedupe rows by their time, quarantine, audit, parked receipts
// and answers to POSTs by age.
#include "gateway/retention.h"

#include <cstring>
#include <limits>
#include <vector>

#include "gateway/core/out_message.h"
#include "gateway/events/render.h"

namespace postern {
namespace {

using model::Instant;
using storage::RowKey;

// Rows stand under the provider's time: WhatsApp tells up to 8 days late, and again 8 days after.
constexpr std::chrono::hours dedupe_kept{17 * 24};
constexpr std::chrono::hours parked_kept{8 * 24};
constexpr std::chrono::hours answers_kept{72};  // CONTRACT, Idempotency-Key

/// The first readable row at or after `from`: its sequence and time. False if there is none.
bool row_from(runtime::Reader& reader, model::Sequence from, model::Sequence& sequence,
              Instant& created) {
    bool found = false;
    (void)reader.scan(storage::keys::seq_row(from),
                      storage::keys::seq_row(std::numeric_limits<model::Sequence>::max()),
                      [&](std::string_view key, const model::RecordPtr& record) {
                          const model::SeqHead* head = events::head_of(record);
                          if (!head) return true;  // of an erased part, or damaged: look further
                          sequence = storage::keys::trailing_u64(key);
                          created = head->created;
                          found = true;
                          return false;
                      });
    return found;
}

void erase(runtime::CoreInbox& inbox, const RowKey& from, const RowKey& to) {
    // A full inbox means that there is more urgent work: the next pass comes in an hour.
    (void)inbox.post(core::Command{core::EraseRange{from, to}, {}});
}

/// The key right behind.
RowKey after(const RowKey& key) {
    RowKey next = key;
    next.bytes[next.size++] = '\0';
    return next;
}

std::uint32_t seconds(Instant t) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count());
}

/// Of rows under a sequence each that are all older than those behind them: one range.
template <class Row>
void erase_older(runtime::Reader& reader, runtime::CoreInbox& inbox,
                 RowKey (*key_of)(model::Sequence), Instant cutoff) {
    const RowKey begin = key_of(0);
    model::Sequence last = 0;
    (void)reader.scan(begin, key_of(std::numeric_limits<model::Sequence>::max()),
                      [&](std::string_view key, const model::RecordPtr& record) {
                          const auto* row = record ? model::get_if<Row>(record.get()) : nullptr;
                          if (!row) return true;  // damaged: goes with the next one that is old
                          if (row->created >= cutoff) return false;
                          last = storage::keys::trailing_u64(key);
                          return true;
                      });
    if (last != 0) erase(inbox, begin, key_of(last + 1));
}

/// Messages whose bodies are gone leave the counts as well. Who has not ended yet stays until a
/// later pass.
void remove_messages(runtime::Reader& reader, runtime::CoreInbox& inbox, model::Sequence boundary) {
    core::RemoveMessages batch;
    std::size_t removed = 0;
    bool taken = true;
    const auto send = [&] {
        removed += batch.messages.size();
        taken = batch.messages.empty() || inbox.post(core::Command{std::move(batch), {}});
        batch = {};
    };
    (void)reader.scan(storage::keys::state(0), storage::keys::state(boundary),
                      [&](std::string_view key, const model::RecordPtr& record) {
                          const auto* state =
                              record ? model::get_if<model::StateRow>(record.get()) : nullptr;
                          if (!state || state->due || !core::has_ended(*state)) return true;
                          batch.messages.push_back(storage::keys::trailing_u64(key));
                          if (batch.messages.size() == core::removed_messages_max) send();
                          return taken && removed < messages_removed_max;
                      });
    if (taken) send();
}

bool is_parked_long(const model::Record& record, Instant now) {
    const auto* row = model::get_if<model::ParkedReceiptRow>(&record);
    return row && row->updated < now - parked_kept;
}

bool is_answered_long(const model::Record& record, Instant now) {
    const auto* row = model::get_if<model::IdempotencyRow>(&record);
    return row && Instant{std::chrono::milliseconds{row->answer.milliseconds}} < now - answers_kept;
}

/// Rows that lie in the order of a hash: all must be read to find those that are old.
struct Aged {
    storage::Family family;
    char prefix;
    bool (*is_old)(const model::Record& record, Instant now);
};
constexpr Aged aged_rows[] = {{storage::Family::hot, 'p', is_parked_long},
                              {storage::Family::exp, 'k', is_answered_long}};

/// From `from`, or from the first one. Where the next pass begins; size 0: there is none.
RowKey erase_run(runtime::Reader& reader, runtime::CoreInbox& inbox, const Aged& aged,
                 const RowKey& from, Instant now) {
    const RowKey first = storage::KeyWriter(aged.family, aged.prefix);
    const RowKey end = storage::KeyWriter(aged.family, static_cast<char>(aged.prefix + 1));
    std::vector<RowKey> old;
    std::size_t rows = 0;
    RowKey next;
    const auto scanned =
        reader.scan(from.size != 0 ? from : first, end,
                    [&](std::string_view bytes, const model::RecordPtr& record) {
                        RowKey key = first;
                        key.size = static_cast<std::uint8_t>(bytes.size());
                        std::memcpy(key.bytes.data(), bytes.data(), bytes.size());
                        if (rows++ == aged_rows_read_max || old.size() == aged_rows_erased_max) {
                            next = key;
                            return false;
                        }
                        if (record && aged.is_old(*record, now)) old.push_back(key);
                        return true;
                    });
    for (const RowKey& key : old) {
        if (!inbox.post(core::Command{core::EraseRange{key, after(key)}, {}})) return key;
    }
    // A disk that does not read now is asked again by the next pass, from the same place.
    return scanned ? next : from.size != 0 ? from : first;
}

}  // namespace

model::Sequence first_since(runtime::Reader& reader, Instant cutoff) {
    model::Sequence low = 0, high = reader.applied() + 1;  // the answer is in (low, high]
    while (high - low > 1) {
        const model::Sequence middle = low + (high - low) / 2;
        model::Sequence at = 0;
        Instant created{};
        if (!row_from(reader, middle, at, created) || at >= high || created >= cutoff) {
            high = middle;
        } else {
            low = at;
        }
    }
    return high;
}

void run_retention(runtime::Reader& reader, runtime::CoreInbox& inbox, const conf::Retention& keep,
                   model::Instant now) {
    const model::Sequence boundary = first_since(reader, now - keep.messages);
    if (boundary > 1) {
        erase(inbox, storage::keys::seq_row(0), storage::keys::seq_row(boundary));
        remove_messages(reader, inbox, boundary);
    }
    const std::uint32_t oldest = seconds(now - dedupe_kept);
    erase(inbox, storage::keys::dedupe(0, 0, 0), storage::keys::dedupe(oldest, 0, 0));
    erase_older<model::QuarantineRow>(reader, inbox, storage::keys::quarantine,
                                      now - keep.quarantine);
    erase_older<model::AuditRow>(reader, inbox, storage::keys::audit, now - keep.audit);
}

RowKey erase_aged(runtime::Reader& reader, runtime::CoreInbox& inbox, const RowKey& from,
                  Instant now) {
    RowKey start = from;
    for (const Aged& aged : aged_rows) {
        const bool is_elsewhere = start.family != aged.family || start.prefix() != aged.prefix;
        if (start.size != 0 && is_elsewhere) continue;
        const RowKey next = erase_run(reader, inbox, aged, start, now);
        if (next.size != 0) return next;
        start = {};
    }
    return {};
}

}  // namespace postern
