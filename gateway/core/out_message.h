// A message of ours while one command changes it: its rows together, and how a change is written so
// that state, event and chain always agree. Lives for one apply().
#pragma once

#include <optional>
#include <string_view>

#include "gateway/core/message_state.h"
#include "gateway/core/writer.h"

namespace postern::core {

/// What a change says beside the state: an event row without head and links.
using ChangeFacts = model::OutboundEventRow;

/// No attempt and no expiry will change it any more; receipts may.
[[nodiscard]] bool has_ended(const model::StateRow& state);

class OutMessage final {
  public:
    /// Null if there is no such message, or its contact was erased.
    [[nodiscard]] static std::optional<OutMessage> load(model::Sequence id, Writer& writer);
    /// One that is being accepted.
    OutMessage(model::Sequence id, model::RecordPtr row, model::StateRow first,
               const model::PartKey& key)
        : state(std::move(first)), id_(id), row_(std::move(row)), key_(key) {}

    [[nodiscard]] model::Sequence id() const { return id_; }
    /// Null for commands that did not ask for the body (most receipts).
    [[nodiscard]] const model::OutboundRow* row() const {
        return row_ ? model::get_if<model::OutboundRow>(row_.get()) : nullptr;
    }
    [[nodiscard]] const model::RecordPtr& shared_row() const { return row_; }
    [[nodiscard]] const model::PartKey& key() const { return key_; }
    [[nodiscard]] bool ended() const { return has_ended(state); }

    /// Moves the state and writes the event that says so.
    void change(model::MessageState to, std::string_view cause, ChangeFacts facts, Writer& writer);
    /// The state row, and with it the account's counts.
    void save(Writer& writer);

    model::StateRow state;

  private:
    model::Sequence id_;
    model::RecordPtr row_;
    model::PartKey key_;
    std::optional<model::StateRow> saved_;  // as the store has it; nothing: it is new
};

}  // namespace postern::core
