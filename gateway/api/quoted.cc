#include "gateway/api/quoted.h"

#include <algorithm>

#include "gateway/api/chain.h"
#include "gateway/api/outbound_life.h"

namespace postern::api {
namespace {

/// Of a person's newest rows: a provider's id of an older message is not looked for.
constexpr std::size_t rows_back_max = 64;

template <class Row>
const Row* as(const storage::Result<model::RecordPtr>& record) {
    return record && *record != nullptr ? model::get_if<Row>(record->get()) : nullptr;
}

/// The account of a message of ours, which went out or came in; 0: there is none.
storage::Result<model::AccountNumber> account_of(const model::MessageId& id,
                                                 runtime::Reader& reader) {
    const auto record = read_message(reader, id);
    if (!record) return record.error();
    if (const auto* in = as<model::MessageRow>(record)) return in->head.account;
    if (as<model::OutboundRow>(record) == nullptr) return model::AccountNumber{0};
    const auto state = reader.get(storage::keys::state(id.sequence()));
    if (!state) return state.error();
    const auto* row = as<model::StateRow>(state);
    return row != nullptr ? row->account : model::AccountNumber{0};
}

/// Of a message that went out on one of these accounts, or came from the person lately; 0: it is
/// not among them.
storage::Result<model::AccountNumber> account_of(
    const std::string& external, const std::vector<std::shared_ptr<const SendAccount>>& accounts,
    model::Part part, runtime::Reader& reader) {
    const storage::Blind blind = reader.blind("external", external);
    for (const auto& account : accounts) {
        const auto known = reader.get(storage::keys::external_id(account->number, blind));
        if (!known) return known.error();
        if (as<model::ExternalIdRow>(known) != nullptr) return account->number;
    }
    model::AccountNumber found = 0;
    if (part == 0) return found;
    const auto newest = chain_head(reader, part);
    if (!newest) return newest.error();
    std::size_t rows = 0;
    const auto walked =
        walk_chain(reader, part, *newest, [&](auto, const model::RecordPtr& record) {
            const auto* row = model::get_if<model::MessageRow>(record.get());
            if (row != nullptr && row->message.external_id == external) found = row->head.account;
            return found == 0 && ++rows < rows_back_max;
        });
    if (!walked) return walked.error();
    return found;
}

}  // namespace

std::optional<Quoted> find_quoted(const MessageAsk& ask,
                                  const std::vector<std::shared_ptr<const SendAccount>>& accounts,
                                  model::Part part, runtime::Reader& reader, Problem& problem) {
    const bool reacts = !ask.content.reaction_to.empty();
    const std::string& text = reacts ? ask.content.reaction_to : ask.reply_to;
    if (text.empty()) return std::nullopt;
    Quoted out{reacts ? "content.message" : "reply_to", nullptr};
    model::MessageId id;
    const bool ours = model::parse_id(text, id);
    const auto number = ours ? account_of(id, reader) : account_of(text, accounts, part, reader);
    if (!number) {
        problem = storage_unreadable();
        return std::nullopt;
    }
    const auto of_number = [&](const auto& account) { return account->number == *number; };
    const auto known = std::ranges::find_if(accounts, of_number);
    if (known != accounts.end()) out.account = *known;
    if (!ours && *number == 0 && accounts.size() == 1) out.account = accounts.front();
    return out;
}

void bind_to(const Quoted& quoted, policy::Choice& choice) {
    for (policy::Considered& one : choice.considered) {
        if (one.account == quoted.account->number) continue;
        one.code = "other_account";
        one.detail = "what it answers is on " + quoted.account->name;
    }
}

Problem nobody_bound(const Quoted& quoted, const policy::Choice& choice) {
    std::string detail =
        "Nobody knows which account the message that this answers is on: name it in account.";
    if (quoted.account != nullptr) {
        detail = "The message that this answers is on " + quoted.account->name;
        const auto one = std::ranges::find(choice.considered, quoted.account->number,
                                           &policy::Considered::account);
        detail += one == choice.considered.end() ? ", which is no candidate (" + choice.rule + ")."
                                                 : ", which cannot take this: " + one->detail + ".";
    }
    return fields_at_fault({{quoted.field, "other_account", detail}});
}

}  // namespace postern::api
