// Which rows a command needs that are not here yet, by kind of command. Pure; asked again after
// each load, because who a sender is decides what else is needed.
#pragma once

#include <vector>

#include "gateway/contacts/shared_keys.h"
#include "gateway/core/command.h"
#include "gateway/core/rows.h"

namespace postern::core {

using Missing = std::vector<storage::RowKey>;

/// `shared`: where somebody else with a number or mail address of the sender's may be found.
void plan_rows(const ReceiveMessage& c, model::Now now, const contacts::SharedScopes& shared,
               const Rows& rows, Missing& missing);
void plan_rows(const ReceiveSignal& c, model::Now now, const contacts::SharedScopes& shared,
               const Rows& rows, Missing& missing);
void plan_rows(const ReceiveStatus& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const ResolveQuarantine& c, model::Now now, const Rows& rows, Missing& missing);

void plan_rows(const SubmitMessage& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const ExplainMessage& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const CancelMessage& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const RedriveMessage& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const RemoveMessages& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const AttemptMessage& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const AnswerAttempt& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const RecoverIntent& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const WakeMessage& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const DismissSuggestion& c, model::Now now, const Rows& rows, Missing& missing);
void plan_rows(const NoteAddress& c, model::Now now, const Rows& rows, Missing& missing);

/// States of those who wait in the person's standing on the account, if there are at least so many
/// (core/turns.h).
void plan_turns(const model::HotRow& hot, model::AccountNumber account, std::size_t at_least,
                model::Now now, const Rows& rows, Missing& missing);

/// The message of ours that a receipt is about, as far as loaded rows tell; 0: none.
[[nodiscard]] model::Sequence message_of(const ReceiveStatus& c, const Rows& rows);
/// True if the receipt's echo is the whole name of `message`, not only its place in the sequence.
[[nodiscard]] bool is_whole_name(const ReceiveStatus& c, const model::StateRow& state,
                                 model::Sequence message);

/// Everything else works on the small tables, which are always here.
template <class T>
void plan_rows(const T&, model::Now, const Rows&, Missing&) {}

}  // namespace postern::core
