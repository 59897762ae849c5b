// How a command writes: numbers its rows, keeps them in the core's memory, and gathers the effects.
// Lives for one apply().
#pragma once

#include <utility>

#include "gateway/core/core.h"

namespace postern::core {

class Writer final {
  public:
    /// `now` by the core's time, which is `ahead` of the wall clock.
    Writer(Core& core, const Command& command, model::Now now, std::chrono::microseconds ahead,
           Effects& effects)
        : core_(core), command_(command), now_(now), ahead_(ahead), effects_(effects) {}

    /// The core's time: whatever is written, and what waits for so and so long, counts by it.
    [[nodiscard]] model::Instant now() const { return now_.wall; }
    [[nodiscard]] model::Now clocks() const { return now_; }
    /// The wall clock's: what people, rules and providers name a time of (core/core_time.h).
    [[nodiscard]] model::Instant wall() const { return now_.wall - ahead_; }
    /// Such a time as the core counts, and back.
    [[nodiscard]] model::Instant counted(model::Instant then) const {
        return CoreTime::counted(then, wall(), ahead_);
    }
    [[nodiscard]] model::Instant told(model::Instant then) const {
        return CoreTime::told(then, now(), ahead_);
    }
    [[nodiscard]] std::chrono::microseconds ahead() const { return ahead_; }
    [[nodiscard]] const Command& command() const { return command_; }
    [[nodiscard]] std::uint32_t epoch() const { return core_.epoch_; }

    /// The next place in the order of everything.
    model::Sequence next_sequence();

    /// Head of a new row of the family seq.
    [[nodiscard]] model::SeqHead head(model::AccountNumber account, model::Part part = 0,
                                      model::Sequence previous = 0) const {
        return {now(), epoch(), account, part, previous};
    }

    /// Rows that the core reads again later stay in its memory.
    void keep(const storage::RowKey& key, model::Record record, Seal seal, model::Part part = 0,
              const model::PartKey& part_key = {});
    /// A row that was just written, and is complete by now: it is here until the store has it.
    void hold(const storage::RowKey& key, model::RecordPtr record);
    /// Rows that it only writes (events, quarantine) do not.
    void write(const storage::RowKey& key, model::Record record, Seal seal, model::Part part = 0,
               const model::PartKey& part_key = {});
    void write(const storage::RowKey& key, model::RecordPtr record, Seal seal, model::Part part = 0,
               const model::PartKey& part_key = {});
    void erase(const storage::RowKey& key);
    /// Rows that are never read again by key are not remembered as absent.
    void drop(const storage::RowKey& key);
    void erase_range(const storage::RowKey& from, const storage::RowKey& to);
    /// An event of Postern's own.
    void announce(model::AccountNumber account, std::string type, std::string data_json);

    /// Tells the audit who changed what, in the same group as the change. Each JSON is one object,
    /// or nothing; neither holds a secret, or an address that is not masked.
    void audit(std::string action, std::string object, std::string before_json,
               std::string after_json);

    void reply(ReplyCode code, model::Ulid id = {}, model::RecordPtr record = nullptr);
    /// For the API's snapshots; returned so that it can also be the reply's record.
    model::RecordPtr publish(model::Record record);

    [[nodiscard]] Effects& effects() { return effects_; }
    [[nodiscard]] Ledger& ledger() { return core_.ledger_; }
    [[nodiscard]] Tally& tally() const { return core_.ledger_.tally(); }

    [[nodiscard]] model::Ulid ulid(model::Sequence sequence) const {
        return model::make_ulid(now(), epoch(), sequence);
    }

    [[nodiscard]] model::RecordPtr share(const storage::RowKey& key) const {
        return core_.rows_.share(key);
    }

    template <class T>
    [[nodiscard]] const T* find(const storage::RowKey& key) const {
        const Rows::Found found = core_.rows_.find(key);
        return found.record ? model::get_if<T>(found.record) : nullptr;
    }

  private:
    void number();

    Core& core_;
    const Command& command_;
    model::Now now_;
    std::chrono::microseconds ahead_;
    Effects& effects_;
    bool numbered_ = false;
};

}  // namespace postern::core
