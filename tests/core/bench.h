// A core over a store that is a map: plans, loads what was asked for, applies, and writes what came
// out. Test thread only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/core/core.h"

namespace postern::core {

/// 2026-01-01T00:00:00Z: a midnight, so that tests can count days.
inline constexpr std::chrono::seconds new_year{1'767'225'600};
[[nodiscard]] model::Instant at(std::chrono::microseconds after_new_year);
[[nodiscard]] storage::Blind blind_of(std::string_view text);
[[nodiscard]] std::uint64_t hash_of(std::string_view text);

inline constexpr std::uint32_t channel_scope = 0x8000'0001;
[[nodiscard]] IdentityKey channel_identity(std::string_view address);
[[nodiscard]] IdentityKey account_identity(model::AccountNumber account, std::string_view address);

/// A text from `address` (a channel-wide identity), told by the provider to be of `time`.
[[nodiscard]] ReceiveMessage text_from(std::string_view address, std::string_view id,
                                       model::Instant time, model::AccountNumber account = 1);

class Bench final {
  public:
    explicit Bench(SmallTables tables = two_accounts(), CoreOptions options = {});
    [[nodiscard]] static SmallTables two_accounts();

    /// Plans, loads and applies at `now`. The effects stay until the next call.
    const Effects& run(Payload payload, model::Instant now);
    [[nodiscard]] const Effects& effects() const { return effects_; }
    /// The only reply of the last run.
    [[nodiscard]] const Reply& reply() const;
    [[nodiscard]] std::size_t rounds() const { return asked_.size(); }
    /// What plan asked for in the last run, round by round.
    [[nodiscard]] const std::vector<std::vector<storage::RowKey>>& asked() const { return asked_; }

    /// The due queue's turn, again and again until it asks for nothing: attempts are applied, its
    /// reads are answered from the store. What was dispatched is added to `dispatched`.
    void turn(model::Instant now, std::vector<Dispatch>& dispatched);

    /// The wall clock is set by so much more: what tests call now is the wall clock's time, and the
    /// steady clock goes on as if nothing had been.
    void set_clock(std::chrono::microseconds by) { stepped_ += by; }

    /// Drops every row of the core's memory: the next command reads the store.
    void forget();
    /// Removes a row from the store alone, as a destroyed key or retention would.
    void lose(const storage::RowKey& key);
    /// A start of its own over the same rows; nothing is configured yet.
    void restart();
    [[nodiscard]] Core& core() { return *core_; }

    /// The row as the store has it; null: not there.
    template <class T>
    [[nodiscard]] const T* stored(const storage::RowKey& key) const {
        const auto it = store_.find(key);
        return it == store_.end() ? nullptr : model::get_if<T>(it->second.get());
    }
    /// The last row of this kind that the last run wrote.
    template <class T>
    [[nodiscard]] const T* written() const {
        const T* found = nullptr;
        for (const RowWrite& write : effects_.writes) {
            if (!write.record) continue;
            if (const auto* row = model::get_if<T>(write.record.get())) found = row;
        }
        return found;
    }
    template <class T>
    [[nodiscard]] std::size_t count_written() const {
        std::size_t n = 0;
        for (const RowWrite& write : effects_.writes) {
            n += write.record && model::holds<T>(*write.record) ? 1 : 0;
        }
        return n;
    }
    [[nodiscard]] std::size_t count_stored(char prefix) const;
    [[nodiscard]] const std::map<storage::RowKey, model::RecordPtr>& rows() const { return store_; }

  private:
    [[nodiscard]] model::Now clocks(model::Instant now) const {
        return {now, now.time_since_epoch() - stepped_};
    }
    std::chrono::microseconds stepped_{};
    std::unique_ptr<Core> core_;
    Effects effects_;
    [[nodiscard]] LaneRows read_lane(const LaneRead& read) const;

    std::map<storage::RowKey, model::RecordPtr> store_;
    std::vector<std::vector<storage::RowKey>> asked_;
};

}  // namespace postern::core
