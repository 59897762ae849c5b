// The state machine that owns every decision. Deterministic: no clock, no I/O, no thread, no chance
// of its own; the same commands with the same rows give the same effects, byte for byte. It is a
// value that one thread owns (runtime/core_thread.h), or a test, or a replay.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/contacts/shared_keys.h"
#include "gateway/core/command.h"
#include "gateway/core/core_time.h"
#include "gateway/core/effects.h"
#include "gateway/core/figures.h"
#include "gateway/core/ledger.h"
#include "gateway/core/rows.h"
#include "gateway/core/templates.h"
#include "gateway/model/records.h"
#include "gateway/model/time.h"

namespace postern::core {

struct CoreOptions {
    std::uint32_t epoch = 1;            // of this start
    model::Sequence last_sequence = 0;  // highest that recovery found
    model::Instant wall_min{};  // core time at the start (CoreTime::resumed): no row is older
    std::size_t rows_max = 3'000'000;  // kept rows: about three an active sender
};

/// Tables small enough to be all in memory; loaded once before the first command.
struct SmallTables {
    std::vector<model::AccountRow> accounts;
    std::vector<model::ApiKeyRow> api_keys;
    std::vector<model::SubscriptionRow> subscriptions;
    std::vector<model::TemplateRow> templates;
    std::vector<TemplateWait> template_waits;
    model::WorkspaceRow workspace;
    model::ZoneGroupsRow zone_groups;
    /// Lanes of the due queue that hold rows, and intents that may have been under way.
    std::vector<std::pair<model::AccountNumber, std::uint64_t>> lanes;
    std::vector<model::SlotRow> slots;
    std::vector<model::LimitsRow> limits;
    bool sending_paused = false;
    std::vector<model::LedgerRow> ledger;
    bool ledger_counted = false;  // … from the rows, and not stored yet
};

class Core final {
  public:
    Core(const CoreOptions& options, SmallTables tables);
    ~Core();
    Core(Core&&) noexcept;

    /// The rows that apply() would need and that are not here. Pure. Load them, ask again (at most
    /// four rounds); empty means that apply() meets no missing row.
    void plan(const Command& command, model::Now now, std::vector<storage::RowKey>& missing) const;

    /// Only after plan() asked for nothing. Adds to `effects`; at most rows_per_apply_max rows.
    /// What the rows keep of the command is moved out of it.
    void apply(Command&& command, model::Now now, Effects& effects);
    void apply(const Command& command, model::Now now, Effects& effects) {
        apply(Command(command), now, effects);
    }

    /// Adds the counts that changed to `effects`, and the time. Call before they leave: a count and
    /// what it counts are in one group.
    void close(Effects& effects);

    /// A command that will not be applied: a row that it needs is damaged.
    void give_up(const Command& command);

    /// Whose turn it is in the due queue: commands to apply next, and reads for `effects`. Call
    /// after a batch of commands, and again until it asks for nothing.
    void run_due(model::Now now, Effects& effects, std::vector<Command>& next);
    /// Steady time at which run_due() has something to do by itself; max: never.
    [[nodiscard]] std::chrono::microseconds next_wake(model::Now now) const;

    [[nodiscard]] Rows& rows() { return rows_; }
    [[nodiscard]] Figures figures(model::Now now) const;
    [[nodiscard]] model::Sequence last_sequence() const { return sequence_; }
    [[nodiscard]] const std::map<model::AccountNumber, model::AccountRow>& accounts() const {
        return accounts_;
    }

  private:
    friend class Writer;   // core/writer.h: numbers and keeps what a command writes
    friend class Sending;  // core/sending.h: the ways of a message
    std::uint32_t epoch_;
    model::Sequence sequence_;
    CoreTime time_;  // ids and rows never step back when the clock does
    Rows rows_;
    std::map<model::AccountNumber, model::AccountRow> accounts_;
    contacts::SharedScopes shared_scopes_;  // of the channels of accounts_
    std::map<model::Sequence, model::ApiKeyRow> api_keys_;
    std::map<model::Sequence, model::SubscriptionRow> subscriptions_;
    Templates templates_;
    model::WorkspaceRow workspace_;
    std::unique_ptr<class Outbox> outbox_;
    std::shared_ptr<const SendingSettings> settings_;  // null until the first Configure
    model::ZoneGroupsRow zone_groups_;
    bool sending_paused_ = false;
    Ledger ledger_;
    std::vector<Command> unfinished_;  // more than one command moves or looks at: once more

    void apply_payload(ReceiveMessage& c, class Writer& writer);
    void apply_payload(const ReceiveStatus& c, class Writer& writer);
    void apply_payload(ReceiveSignal& c, class Writer& writer);
    void apply_payload(const Quarantine& c, class Writer& writer);
    void apply_payload(const ResolveQuarantine& c, class Writer& writer);
    void apply_payload(const CreateApiKey& c, class Writer& writer);
    void apply_payload(const RotateApiKey& c, class Writer& writer);
    void apply_payload(const RevokeApiKey& c, class Writer& writer);
    void apply_payload(const NoteApiKeyUse& c, class Writer& writer);
    void apply_payload(const RegisterAccounts& c, class Writer& writer);
    void apply_payload(const PauseAccount& c, class Writer& writer);
    void apply_payload(const SetMode& c, class Writer& writer);
    void apply_payload(const EraseRange& c, class Writer& writer);
    void apply_payload(const Announce& c, class Writer& writer);
    void apply_payload(const Canary& c, class Writer& writer);
    void apply_payload(const SubmitMessage& c, class Writer& writer);
    void apply_payload(const ExplainMessage& c, class Writer& writer);
    void apply_payload(const CancelMessage& c, class Writer& writer);
    void apply_payload(const RedriveMessage& c, class Writer& writer);
    void apply_payload(const RemoveMessages& c, class Writer& writer);
    void apply_payload(const AttemptMessage& c, class Writer& writer);
    void apply_payload(const AnswerAttempt& c, class Writer& writer);
    void apply_payload(const RecoverIntent& c, class Writer& writer);
    void apply_payload(const LaneRows& c, class Writer& writer);
    void apply_payload(const Tick& c, class Writer& writer);
    void apply_payload(const Configure& c, class Writer& writer);
    void apply_payload(const PauseSending& c, class Writer& writer);
    void apply_payload(const NoteAddress& c, class Writer& writer);
    void apply_payload(const CreateSubscription& c, class Writer& writer);
    void apply_payload(const DeleteSubscription& c, class Writer& writer);
    void apply_payload(const RotateSubscription& c, class Writer& writer);
    void apply_payload(const EnableSubscription& c, class Writer& writer);
    void apply_payload(const ReplaySubscription& c, class Writer& writer);
    void apply_payload(const UpdateSubscription& c, class Writer& writer);
    void apply_payload(const NoteSubscription& c, class Writer& writer);
    void apply_payload(const KeepMedia& c, class Writer& writer);
    void apply_payload(const DropMedia& c, class Writer& writer);
    void apply_payload(const CreateTemplate& c, class Writer& writer);
    void apply_payload(const ChangeTemplate& c, class Writer& writer);
    void apply_payload(const DeleteTemplate& c, class Writer& writer);
    void apply_payload(const SyncTemplates& c, class Writer& writer);
    void apply_payload(const WakeMessage& c, class Writer& writer);
    void apply_payload(const KeepAnswer& c, class Writer& writer);
    void apply_payload(const DismissSuggestion& c, class Writer& writer);
    void apply_payload(const NoteAudit& c, class Writer& writer);

    /// What is to be told to whoever submitted it.
    Reply submit(const SubmitMessage& c, class Writer& writer);
    /// Its routes are in order: the account that was asked for or chosen, then the fallbacks.
    Reply submit_to(const SubmitMessage& c, class Writer& writer);
    Reply accept(const SubmitMessage& c, model::OutboundRow row, std::size_t route, bool granted,
                 class Person& person, model::Sequence id, class Writer& writer);
    /// Of whoever wrote or was told of by the provider. Given: the confirmation that it asks for.
    std::optional<SubmitMessage> take_word(const ReceiveMessage& c, class Person& person,
                                           class Writer& writer);
    /// What a signal tells of templates: true if an event says so.
    [[nodiscard]] bool take_news(const ReceiveSignal& c, class Writer& writer);
    /// Stores and publishes; a change of status wakes who waits.
    model::RecordPtr save_template(model::TemplateRow row, class Writer& writer);
    void break_account(model::AccountNumber number, const std::string& code, class Writer& writer);
    void apply_own_receipt(const ReceiveStatus& c, class OutMessage message, class Writer& writer);
};

}  // namespace postern::core
