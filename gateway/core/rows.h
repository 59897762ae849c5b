// The core's working memory: rows it wrote (until the store has them) and rows it read (as long as
// there is room). Absence is remembered like presence. This is the overlay and the cache in one: a
// row that is not yet safely readable from the store is never evicted, and a loaded row never
// replaces one that is here, because the core runs ahead of the store.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "gateway/core/row_table.h"
#include "gateway/model/records.h"
#include "storage/keys.h"

namespace postern::core {

class Rows final {
  public:
    /// `rows_max`: soft bound; rows the store does not have yet may exceed it. `before`: the last
    /// sequence of earlier lives, of which nothing is here.
    explicit Rows(std::size_t rows_max, model::Sequence before = 0);

    enum class Known : std::uint8_t { no, absent, present };
    struct Found {
        Known known = Known::no;
        const model::Record* record = nullptr;  // valid until the next put, load or evict
    };
    [[nodiscard]] Found find(const storage::RowKey& key) const;
    [[nodiscard]] model::RecordPtr share(const storage::RowKey& key) const;

    // For core/warm.h: the way to a row in three steps, each of which only asks for the memory that
    // the next one reads. None of them counts as use of the row.
    [[nodiscard]] std::uint64_t ask_for_slot(const storage::RowKey& key) const {
        return entries_.ask_for_slot(key);
    }
    void ask_for_entry(const storage::RowKey& key, std::uint64_t hash) const {
        entries_.ask_for_entry(key, hash);
    }
    /// Null: absent, or not known.
    [[nodiscard]] const model::Record* peek(const storage::RowKey& key, std::uint64_t hash) const {
        const auto it = entries_.find(key, hash);
        return it == entries_.end() ? nullptr : it->second.record.get();
    }

    /// Written by the core at `sequence`; null: deleted.
    void put(const storage::RowKey& key, model::RecordPtr record, model::Sequence sequence);
    /// The same of a new row of the family seq that is hardly ever read again: it goes as soon as
    /// the store has it. Called in the order of the keys.
    void hold(const storage::RowKey& key, model::RecordPtr record, model::Sequence sequence);
    /// Rows of the family seq pass through: written or read, they go in order of arrival, once the
    /// store has them and passing_kept others came behind them: what is accepted is mostly sent,
    /// and answered, soon after. Read from the store; null: not there. Ignored if the key is here
    /// already.
    void load(const storage::RowKey& key, model::RecordPtr record);

    /// Rows written at or before `floor` may go: the store has applied them, and no prefetch that
    /// began earlier is still under way.
    void set_floor(model::Sequence floor);

    /// The core erased [from, to) at `sequence`: these rows are absent from now on, whatever a read
    /// under way brings. What is here of them goes bit by bit, with evict().
    void erase_range(const storage::RowKey& from, const storage::RowKey& to,
                     model::Sequence sequence);

    /// Drops rows down to the bound (never those above the floor). Call once a drained batch.
    void evict();
    /// For adversarial tests: drops every row that may go and that `chosen` picks.
    void evict_if(const std::function<bool(const storage::RowKey&)>& chosen);

    [[nodiscard]] std::size_t size() const { return entries_.size() + held_.size(); }

    /// Every parked receipt that was written after `sequence` is here: one that is not known does
    /// not exist.
    [[nodiscard]] bool has_parked_since(model::Sequence sequence) const {
        return sequence >= parked_gone_;
    }

    /// What passes through stays until so many rows, or so many bytes of content, are behind it.
    static constexpr std::size_t passing_kept = 8192;
    static constexpr std::size_t passing_bytes_kept = std::size_t{32} << 20;

  private:
    struct Entry {
        model::RecordPtr record;
        model::Sequence written = 0;  // only read: the floor when that came in
        /// Of the clock's hand that it stays, if nobody asks for it.
        mutable std::uint8_t rounds = 0;
    };
    /// By hold(): not among the entries, where it would cost a place in the table for a moment.
    struct Held {
        storage::RowKey key;
        model::RecordPtr record;
        model::Sequence written = 0;
    };
    /// A range that was erased, until the store says so too and no row of it is here.
    struct Erased {
        storage::RowKey from;
        storage::RowKey to;
        model::Sequence sequence = 0;
        std::size_t unswept = 0;  // of ring_, from its begin
    };
    [[nodiscard]] bool is_erased(const storage::RowKey& key, model::Sequence written) const;
    [[nodiscard]] const Held* held(const storage::RowKey& key) const;
    void line_up(RowTable<Entry>::iterator it, bool is_new);
    void sweep();
    void evict_new(std::size_t& steps);
    void drop_at(std::size_t place);
    void let_go(RowTable<Entry>::iterator it);

    std::size_t rows_max_;
    model::Sequence floor_ = 0;
    model::Sequence parked_gone_;  // parked receipts up to here may be in the store alone
    std::vector<Erased> erased_;
    RowTable<Entry> entries_;
    struct Passing {
        storage::RowKey key;
        model::Sequence written = 0;
        std::size_t bytes = 0;
    };
    void let_pass(const storage::RowKey& key, const model::RecordPtr& record,
                  model::Sequence written);

    void let_go(const Passing& row);

    std::deque<Held> held_;        // in order of their keys, which is that of arrival
    std::deque<Passing> passing_;  // rows of the family seq, in order of arrival
    std::size_t passing_bytes_ = 0;
    // Every other row is in one of two lines. A flood of strangers, who write once, must not drive
    // out those who wrote before: rows of somebody new wait in a line of their own, from which they
    // go first, and leave it for the other one if anybody asked for them meanwhile.
    std::deque<RowTable<Entry>::iterator> new_;   // in order of arrival
    std::deque<RowTable<Entry>::iterator> ring_;  // in order of arrival; the clock's hand walks it
    std::size_t hand_ = 0;
};

}  // namespace postern::core
