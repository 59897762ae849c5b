// On which account the message is that another one answers or reacts to: its name is the provider's
// and means nothing elsewhere (private). Any thread.
#pragma once

#include <optional>
#include <string>

#include "gateway/api/message_ask.h"
#include "gateway/policy/choice.h"
#include "gateway/runtime/reader.h"

namespace postern::api {

struct Quoted {
    std::string field;                           // that names it: "reply_to" or "content.message"
    std::shared_ptr<const SendAccount> account;  // null: not one of those that send
};

/// Nothing: the message answers none, or the store does not read and `problem` is set. An id of
/// ours tells the account; a provider's is looked for among what we sent and among the newest rows
/// of the person, `part` (0: nobody is known). One that is not found there is taken for the only
/// account of `accounts`, if there is no other.
[[nodiscard]] std::optional<Quoted> find_quoted(
    const MessageAsk& ask, const std::vector<std::shared_ptr<const SendAccount>>& accounts,
    model::Part part, runtime::Reader& reader, Problem& problem);

/// Everybody but that account is no candidate.
void bind_to(const Quoted& quoted, policy::Choice& choice);
/// That account is no candidate, or nobody knows which it is.
[[nodiscard]] Problem nobody_bound(const Quoted& quoted, const policy::Choice& choice);

}  // namespace postern::api
