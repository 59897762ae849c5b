// State rows and counts are plain: no key of a person is needed to read them.
#include "gateway/runtime/ledger_rows.h"

#include <map>

#include "gateway/metrics/log.h"

namespace postern::runtime {
namespace {

storage::RowKey first_of(storage::Family family, char prefix) {
    return storage::KeyWriter(family, prefix);
}

model::AccountNumber account_of(std::string_view key) {
    model::AccountNumber account = 0;
    for (const char c : key.substr(1)) account = account << 8 | static_cast<std::uint8_t>(c);
    return account;
}

}  // namespace

storage::Result<std::vector<model::LedgerRow>> count_states(
    Reader& reader, const std::function<void(model::Sequence)>& damaged) {
    std::map<model::AccountNumber, model::LedgerRow> counts;
    const auto scanned = reader.scan(
        first_of(storage::Family::hot, 'o'), first_of(storage::Family::hot, 'p'),
        [&](std::string_view key, const model::RecordPtr& record) {
            const auto* state = record ? model::get_if<model::StateRow>(record.get()) : nullptr;
            if (!state) {
                if (damaged) damaged(storage::keys::trailing_u64(key));
                return true;
            }
            model::LedgerRow& row = counts[state->account];
            row.account = state->account;
            ++row.accepted;
            ++row.count(state->state);
            return true;
        });
    if (scanned.has_error()) return scanned.error();
    std::vector<model::LedgerRow> rows;
    for (const auto& [account, row] : counts) rows.push_back(row);
    return rows;
}

storage::Result<std::vector<model::LedgerRow>> scan_ledger(
    Reader& reader, std::vector<model::AccountNumber>& damaged) {
    std::vector<model::LedgerRow> rows;
    const auto scanned = reader.scan(
        first_of(storage::Family::cold, 'L'), first_of(storage::Family::cold, 'M'),
        [&](std::string_view key, const model::RecordPtr& record) {
            const auto* row = record ? model::get_if<model::LedgerRow>(record.get()) : nullptr;
            if (row) rows.push_back(*row);
            if (!row) damaged.push_back(account_of(key));
            return true;
        });
    if (scanned.has_error()) return scanned.error();
    return rows;
}

storage::Result<LedgerRows> read_ledger(Reader& reader) {
    LedgerRows found;
    std::vector<model::AccountNumber> damaged;
    auto stored = scan_ledger(reader, damaged);
    if (stored.has_error()) return stored.error();
    found.rows = std::move(*stored);
    if (!found.rows.empty() && damaged.empty()) return found;
    // All or none: what is stored and what is counted afresh do not add up.
    auto counted = count_states(reader, {});
    if (counted.has_error()) return counted.error();
    found.rows = std::move(*counted);
    found.counted = true;
    // A damaged count of an account without messages is written over as well.
    for (const model::AccountNumber account : damaged) {
        bool known = false;
        for (const model::LedgerRow& row : found.rows) known |= row.account == account;
        if (known) continue;
        found.rows.push_back({});
        found.rows.back().account = account;
    }
    if (!found.rows.empty())
        log::warn("messages_counted_afresh",
                  {{"accounts", found.rows.size()}, {"damaged", damaged.size()}});
    return found;
}

}  // namespace postern::runtime
