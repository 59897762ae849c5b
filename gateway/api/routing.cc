#include "gateway/api/routing.h"

#include <algorithm>

#include "gateway/api/addressing.h"
#include "gateway/api/chain.h"
#include "gateway/api/contact_json.h"
#include "gateway/api/media_use.h"
#include "gateway/api/quoted.h"
#include "gateway/api/templates_ask.h"
#include "gateway/policy/choice.h"

namespace postern::api {
namespace {

using model::Instant;
using policy::AccountUse;
using policy::Considered;

using Accounts = std::vector<std::shared_ptr<const SendAccount>>;

/// Of a person's newest rows: an older message from another of their addresses is not looked for.
constexpr std::size_t rows_back_max = 64;

/// Whom the message is to. All null: nobody is known there yet.
struct Addressee {
    model::Part part = 0;
    model::RecordPtr contact;
    model::RecordPtr hot;

    [[nodiscard]] const model::ContactRow* row() const { return as_contact(contact); }
    [[nodiscard]] const model::HotRow* standing() const {
        return hot != nullptr ? model::get_if<model::HotRow>(hot.get()) : nullptr;
    }
};

/// One account and everything that makes it a candidate.
struct Candidate {
    std::shared_ptr<const SendAccount> account;
    model::Route route;
};

/// False: the store does not read.
bool read_person(model::Part part, runtime::Reader& reader, Addressee& out) {
    out.part = part;
    const auto contact = reader.get(storage::keys::contact(part));
    const auto hot = reader.get(storage::keys::hot(part));
    if (!contact || !hot) return false;
    out.contact = *contact;
    out.hot = *hot;
    return true;
}

bool read_named(const MessageAsk& ask, runtime::Reader& reader, Addressee& out, Problem& problem) {
    const auto record = read_contact(reader, ask.contact);
    const bool known = record && as_contact(*record) != nullptr;
    if (record && !known) {
        problem = fields_at_fault({{"to.contact", "not_found", "There is no such contact."}});
        return false;
    }
    if (!record || !read_person(ask.contact.sequence(), reader, out)) {
        problem = storage_unreadable();
        return false;
    }
    return true;
}

/// Who has the address on one of these accounts.
bool read_behind(const MessageAsk& ask, const SendDesk& desk, const Accounts& accounts,
                 runtime::Reader& reader, Addressee& out, Problem& problem) {
    for (const auto& account : accounts) {
        const model::Route route = desk.route_to(*account, ask.address);
        const auto found = reader.get(storage::keys::identity(route.scope, route.blind));
        const auto* identity =
            found && *found ? model::get_if<model::IdentityRow>(found->get()) : nullptr;
        if (found && identity == nullptr) continue;
        if (found && read_person(identity->part, reader, out)) return true;
        problem = storage_unreadable();
        return false;
    }
    return true;
}

AccountUse use_of(const SendAccount& account, const Addressee& person) {
    AccountUse use{account.number, account.name, {}, {}};
    if (const model::HotRow* hot = person.standing()) {
        for (const model::ChannelStanding& standing : hot->standings) {
            if (standing.account == account.number) use.last_inbound = standing.last_inbound;
        }
        use.last_used = use.last_inbound;
        for (const model::PastSend& sent : hot->past) {
            if (sent.account == account.number) use.last_used = std::max(use.last_used, sent.at);
        }
    }
    if (const model::ContactRow* contact = person.row()) {
        // What it was first seen on was used then, whatever the standing still says.
        const bool first = std::ranges::any_of(contact->identities, [&](const auto& identity) {
            return identity.account == account.number;
        });
        if (first) use.last_used = std::max(use.last_used, contact->created);
    }
    return use;
}

/// The address that the person wrote to the account from last; empty: it is not among the newest
/// rows, or they cannot be read.
std::string wrote_from(const SendAccount& account, const Addressee& person,
                       runtime::Reader& reader) {
    const model::HotRow* hot = person.standing();
    if (hot == nullptr) return {};
    std::string found;
    std::size_t rows = 0;
    const auto walked =
        walk_chain(reader, person.part, hot->last, [&](auto, const model::RecordPtr& record) {
            const auto* row = model::get_if<model::MessageRow>(record.get());
            if (row == nullptr || row->head.account != account.number)
                return ++rows < rows_back_max;
            for (const adapters::Alias& alias : row->message.sender.aliases) {
                const bool better = account.addresses == AddressKind::phone &&
                                    alias.address.starts_with('+') && !found.starts_with('+');
                if (found.empty() || better) found = alias.address;
            }
            return false;
        });
    return walked ? found : std::string{};
}

/// `lone`: no other account has addresses of that channel.
std::string address_for(const MessageAsk& ask, const SendAccount& account, const Considered& one,
                        const Addressee& person, bool lone, runtime::Reader& reader) {
    if (ask.contact.empty()) {
        // An id of one account's own is nobody's on another.
        if (account.addresses != AddressKind::account_id || lone) return ask.address;
        const model::ContactRow* contact = person.row();
        const bool here =
            contact != nullptr && std::ranges::any_of(contact->identities, [&](const auto& i) {
                return i.account == account.number && i.address == ask.address;
            });
        return here ? ask.address : std::string{};
    }
    if (one.source == policy::last_inbound_word) {
        const std::string address = wrote_from(account, person, reader);
        if (!address.empty()) return address;
    }
    return address_of(*person.row(), account);
}

void exclude(Considered& one, std::string code, std::string detail) {
    one.code = std::move(code);
    one.detail = std::move(detail);
    while (one.detail.ends_with('.')) one.detail.pop_back();
}

/// Whether the account's channel can carry the content; else `one` says why not, or `broken` that
/// nobody can tell now.
bool carries(const MessageAsk& ask, const std::shared_ptr<const SendAccount>& account,
             const SendDesk& desk, const templates::TemplateTable& table, runtime::Reader& reader,
             std::string& words, Considered& one, Problem& broken) {
    MessageAsk alone;
    alone.content = ask.content;
    alone.accounts = {account};
    alone.row.is_template = ask.row.is_template;
    std::vector<FieldError> errors;
    Fields in(errors);
    Problem problem{.status = 0};
    bool good = give_url(in, desk, alone);
    if (good && alone.row.is_template) {
        alone.accounts = ask.accounts;
        good = fit_template_on(in, table, *account, alone, words);
    } else if (good) {
        const auto fault = fault_of(*account, alone.content);
        if (fault) in.fault("content." + fault->field, fault->code, fault->detail);
        adapters::OutboundContent content = alone.content;
        core::SubmitMessage unused;
        if (!fault) use_upload(alone, &reader, content, unused, problem);
    }
    if (problem.status >= 500) {
        broken = problem;
        return false;
    }
    if (problem.status != 0) errors = problem.errors;
    if (errors.empty() && problem.status == 0) return true;
    const FieldError error = errors.empty()
                                 ? FieldError{"content", std::string(problem.code), problem.detail}
                                 : errors.front();
    exclude(one, error.code, error.field + ": " + error.detail);
    return false;
}

/// The caller's own fallback, where each account needs an address, too. False: `problem` is set.
bool add_fallback(const MessageAsk& ask, const SendDesk& desk, const Addressee& person,
                  std::vector<Candidate>& out, Problem& problem) {
    for (std::size_t i = 0; i < ask.accounts.size(); ++i) {
        const auto& account = ask.accounts[i];
        std::string address;
        if (ask.contact.empty() && same_channel(ask.channel, *account) &&
            account->addresses != AddressKind::account_id) {
            address = ask.address;
        } else if (person.row() != nullptr) {
            address = address_of(*person.row(), *account);
        }
        if (address.empty()) {
            const std::string detail = "No address of this person is known on " + account->name;
            problem = fields_at_fault(
                {{"fallback[" + std::to_string(i) + "]", "no_address", detail + "."}});
            return false;
        }
        out.push_back({account, desk.route_to(*account, address)});
    }
    return true;
}

Accounts among(const MessageAsk& ask, const SendDesk& desk) {
    Accounts out = desk.send_accounts();
    if (ask.contact.empty())
        std::erase_if(out, [&](const auto& a) { return !same_channel(ask.channel, *a); });
    return out;
}

Problem nobody(const policy::Choice& choice, const MessageAsk& ask) {
    std::vector<FieldError> errors;
    for (const Considered& one : choice.considered)
        errors.push_back({"account", one.code, one.name + ": " + one.detail + "."});
    if (errors.empty()) {
        const std::string whom = ask.contact.empty()
                                     ? "No account of this channel sends."
                                     : "No account that sends was ever used with this person.";
        errors.push_back({"account", "required",
                          whom + " Name one, or write a [[route]] with accounts into the "
                                 "configuration."});
    }
    return nobody_chosen(std::move(errors));
}

/// Of the caller's own fallback, behind the candidates: each has to carry the content, too.
bool fallback_carries(const MessageAsk& all, const MessageAsk& ask, const SendDesk& desk,
                      const templates::TemplateTable& table, runtime::Reader& reader,
                      const std::vector<Candidate>& found, std::vector<std::string>& words,
                      Problem& problem) {
    for (std::size_t i = ask.candidates; i < found.size(); ++i) {
        Considered fault{0, found[i].account->name, {}, {}, {}};
        if (carries(all, found[i].account, desk, table, reader, words.emplace_back(), fault,
                    problem))
            continue;
        if (problem.status != 0) return false;
        problem = fields_at_fault({{"fallback", fault.code, fault.name + ": " + fault.detail}});
        return false;
    }
    return true;
}

}  // namespace

Problem nobody_chosen(std::vector<FieldError> errors) {
    Problem problem = fields_at_fault(std::move(errors));
    problem.code = "no_account";
    problem.detail = "No account can be chosen for this message: errors says why not each.";
    return problem;
}

void find_candidates(MessageAsk& ask, const SendDesk& desk, const templates::TemplateTable& table,
                     runtime::Reader& reader, core::SubmitMessage& command, Problem& problem) {
    const Accounts accounts = among(ask, desk);
    Addressee person;
    const bool read = ask.contact.empty()
                          ? read_behind(ask, desk, accounts, reader, person, problem)
                          : read_named(ask, reader, person, problem);
    if (!read) return;
    std::vector<AccountUse> uses;
    uses.reserve(accounts.size());
    for (const auto& account : accounts) uses.push_back(use_of(*account, person));
    const auto named = ask.contact.empty() ? policy::Named::address : policy::Named::contact;
    policy::Choice choice = policy::consider(*desk.routes(), ask.row.category, named, uses);
    const auto quoted = find_quoted(ask, accounts, person.part, reader, problem);
    if (quoted && quoted->account == nullptr) problem = nobody_bound(*quoted, choice);
    if (problem.status != 0) return;
    if (quoted) bind_to(*quoted, choice);

    MessageAsk all = ask;  // every account that may speak the words of a template
    for (const Considered& one : choice.considered)
        all.accounts.push_back(desk.send_account(one.name));
    std::erase(all.accounts, nullptr);
    std::vector<Candidate> found;
    std::vector<std::string> words;
    for (Considered& one : choice.considered) {
        if (!one.code.empty()) continue;
        const auto account = desk.send_account(one.name);
        if (account == nullptr || account->adapter == nullptr) {
            exclude(one, "not_found", "the account has just left the configuration");
            continue;
        }
        const std::string address =
            address_for(ask, *account, one, person, accounts.size() == 1, reader);
        std::string said;
        if (address.empty()) {
            exclude(one, "no_address", "the person has no address there");
        } else if (carries(all, account, desk, table, reader, said, one, problem)) {
            found.push_back({account, desk.route_to(*account, address)});
            words.push_back(std::move(said));
        } else if (problem.status != 0) {
            return;
        }
    }
    ask.candidates = found.size();
    if (found.empty()) {
        problem = quoted ? nobody_bound(*quoted, choice) : nobody(choice, ask);
        return;
    }
    if (!add_fallback(ask, desk, person, found, problem)) return;
    if (!fallback_carries(all, ask, desk, table, reader, found, words, problem)) return;
    ask.accounts.clear();
    for (Candidate& candidate : found) {
        ask.accounts.push_back(std::move(candidate.account));
        command.row.routes.push_back(std::move(candidate.route));
    }
    ask.words = std::move(words);
    choice.fallback_given = ask.own_fallback;
    command.choice = std::move(choice);
}

}  // namespace postern::api
