// What operators hold back (model::SendingPause): which messages a pause is about, and its words.
// Pure; the core's thread.
#pragma once

#include <string>
#include <string_view>

#include "gateway/model/records.h"

namespace postern::core {

/// So many at once, each for other messages.
inline constexpr std::size_t pauses_max = 64;

[[nodiscard]] bool names_nothing(const model::SendingPause& pause);
/// It holds an account as a whole, or all of them: no lane of it goes on.
[[nodiscard]] bool holds_accounts(const model::SendingPause& pause);
/// They are about the same messages, whatever their reasons.
[[nodiscard]] bool same_messages(const model::SendingPause& a, const model::SendingPause& b);

/// The pause that holds the message on that account; one of accounts rather than one of lanes.
/// Null: none does.
[[nodiscard]] const model::SendingPause* pause_of(const model::WorkspaceRow& workspace,
                                                  const model::OutboundRow& row,
                                                  model::AccountNumber account);

/// "marketing messages of low priority from the key shop: reason"; `key_name` may be empty.
[[nodiscard]] std::string words_of(const model::SendingPause& pause, std::string_view key_name);
/// The facts of a verdict: one object.
[[nodiscard]] std::string facts_of(const model::SendingPause& pause, std::string_view key_name);

}  // namespace postern::core
