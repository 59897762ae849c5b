// From «this contact, on that account» to routes.
#include "gateway/api/addressing.h"

#include <algorithm>

#include "gateway/api/contact_json.h"
#include "gateway/api/mail_thread.h"
#include "gateway/api/media_use.h"
#include "gateway/api/message_units.h"
#include "gateway/api/outbound_life.h"
#include "gateway/api/routing.h"
#include "gateway/api/sha256.h"
#include "gateway/model/channel.h"
#include "gateway/model/outbound_content.h"

namespace postern::api {
namespace {

using model::ContactRow;
using model::Route;

Problem one_field(std::string_view code, std::string field, std::string detail) {
    return {422, code, detail, {{std::move(field), std::string(code), detail}}, {}};
}

std::string field_of(std::size_t account) {
    return account == 0 ? "account" : "fallback[" + std::to_string(account - 1) + "]";
}

/// Whether what was typed for one account is an address on the other, too.
bool share_addresses(const SendAccount& a, const SendAccount& b) {
    if (a.addresses != b.addresses || a.addresses == AddressKind::account_id)
        return a.number == b.number;
    return a.addresses != AddressKind::channel_id || a.channel == b.channel;
}

bool is_phone(std::string_view address) {
    return address.size() > 1 && address[0] == '+';
}

/// The contact behind an address of the first account; null if nobody is known there.
storage::Result<model::RecordPtr> contact_behind(const Route& route, runtime::Reader& reader) {
    const auto identity = reader.get(storage::keys::identity(route.scope, route.blind));
    if (!identity) return identity.error();
    const auto* row =
        *identity != nullptr ? model::get_if<model::IdentityRow>(identity->get()) : nullptr;
    if (row == nullptr) return model::RecordPtr{};
    return reader.get(storage::keys::contact(row->part));
}

std::vector<Route> routes_to_contact(const MessageAsk& ask, const SendDesk& desk,
                                     runtime::Reader& reader, Problem& problem) {
    std::vector<Route> routes;
    const auto record = read_contact(reader, ask.contact);
    if (!record) {
        problem = storage_unreadable();
        return routes;
    }
    const ContactRow* contact = as_contact(*record);
    if (contact == nullptr) {
        problem = fields_at_fault({{"to.contact", "not_found", "There is no such contact."}});
        return routes;
    }
    for (std::size_t i = 0; i < ask.accounts.size(); ++i) {
        const SendAccount& account = *ask.accounts[i];
        const std::string address = address_of(*contact, account);
        if (address.empty()) {
            problem = one_field("no_address", field_of(i),
                                "The contact has no address on " + account.name + ".");
            return routes;
        }
        routes.push_back(desk.route_to(account, address));
    }
    return routes;
}

std::vector<Route> routes_to_address(const MessageAsk& ask, const SendDesk& desk,
                                     runtime::Reader* reader, Problem& problem) {
    std::vector<Route> routes{desk.route_to(*ask.accounts[0], ask.address)};
    model::RecordPtr contact;
    for (std::size_t i = 1; i < ask.accounts.size(); ++i) {
        const SendAccount& account = *ask.accounts[i];
        if (share_addresses(*ask.accounts[0], account)) {
            routes.push_back(desk.route_to(account, ask.address));
            continue;
        }
        if (contact == nullptr && reader != nullptr) {
            auto found = contact_behind(routes[0], *reader);
            if (!found) {
                problem = storage_unreadable();
                return routes;
            }
            contact = std::move(*found);
        }
        const ContactRow* known = as_contact(contact);
        const std::string address = known != nullptr ? address_of(*known, account) : "";
        if (address.empty()) {
            problem = one_field("no_address", field_of(i),
                                "No address of this person is known on " + account.name + ".");
            return routes;
        }
        routes.push_back(desk.route_to(account, address));
    }
    return routes;
}

/// An id of ours becomes the provider's; any other text is taken for one of the provider's.
/// `thread`: of a mail, what it answers; may be null.
std::string external_id(std::string_view text, std::string_view field, runtime::Reader* reader,
                        Problem& problem, MailThread* thread) {
    model::MessageId id;
    if (!model::parse_id(text, id) || reader == nullptr) return std::string(text);
    const auto record = read_message(*reader, id);
    if (!record) {
        problem = storage_unreadable();
        return {};
    }
    std::string found;
    if (*record != nullptr) {
        auto external = external_id_of(*reader, **record, id.sequence());
        if (external) found = std::move(*external);
        if (thread != nullptr) *thread = mail_thread(**record);
    }
    if (found.empty()) {
        problem = fields_at_fault({{std::string(field), "not_found",
                                    "There is no such message, or its provider has no id for it "
                                    "yet."}});
    }
    return found;
}

bool is_ours(std::string_view text) {
    model::MessageId id;
    return model::parse_id(text, id);
}

/// A reaction that named a message of ours, now that the provider's id stands in it.
void check_reaction(const MessageAsk& ask, const adapters::OutboundContent& content,
                    const std::vector<Route>& routes, Problem& problem) {
    if (!is_ours(ask.content.reaction_to)) return;
    for (const auto& account : ask.accounts) {
        const bool goes = std::ranges::any_of(
            routes, [&](const Route& route) { return route.account == account->number; });
        const auto fault = goes ? account->adapter->check(content) : std::nullopt;
        if (!fault) continue;
        problem = fields_at_fault(
            {{"content." + fault->field, fault->code, account->name + ": " + fault->detail}});
        return;
    }
}

/// The first 64 bits of SHA-256: the same content has the same, whoever it goes to.
std::uint64_t hash_content(std::string_view canonical) {
    const auto digest = sha256({canonical});
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < 8; ++i) hash = hash << 8 | digest[i];
    return hash;
}

}  // namespace

std::string address_of(const ContactRow& contact, const SendAccount& account) {
    const bool phones = account.addresses == AddressKind::phone;
    std::string found;
    for (const model::ContactIdentity& identity : contact.identities) {
        const bool here = identity.scope == adapters::IdentityScope::account
                              ? identity.account == account.number
                              : account.addresses != AddressKind::account_id &&
                                    model::channel_scope(model::channel_number(identity.channel)) ==
                                        scope_of(account);
        if (!here) continue;
        // A number rather than the provider's own id of the same person, and of several numbers the
        // one that was learned last: who changes theirs leaves the old one to somebody else.
        if (found.empty() || (phones && (is_phone(identity.address) || !is_phone(found))))
            found = identity.address;
    }
    if (!found.empty()) return found;
    if (phones && !contact.phones.empty()) return contact.phones.front();
    if (account.addresses == AddressKind::email && !contact.emails.empty())
        return contact.emails.front();
    return {};
}

std::uint32_t scope_of(const SendAccount& account) {
    return account.addresses == AddressKind::account_id
               ? model::account_scope(account.number)
               : model::channel_scope(model::channel_number(account.channel));
}

std::optional<adapters::FieldProblem> fault_of(const SendAccount& account,
                                               const adapters::OutboundContent& content) {
    auto fault = account.adapter->check(content);
    if (fault && fault->field == "message" && is_ours(content.reaction_to)) return std::nullopt;
    return fault;
}

bool needs_reading(const MessageAsk& ask) {
    const bool names_rows = !ask.contact.empty() || !ask.content.upload.empty();
    if (ask.by_rule || names_rows || is_ours(ask.reply_to) || is_ours(ask.content.reaction_to))
        return true;
    for (const auto& account : ask.accounts) {
        if (!share_addresses(*ask.accounts[0], *account)) return true;
    }
    return false;
}

core::SubmitMessage make_submit(MessageAsk& ask, const SendDesk& desk,
                                const templates::TemplateTable& table, runtime::Reader* reader,
                                Problem& problem) {
    core::SubmitMessage command;
    command.row = ask.row;
    command.at = ask.at;
    adapters::OutboundContent content = ask.content;
    MailThread thread;
    command.row.reply_to = external_id(ask.reply_to, "reply_to", reader, problem, &thread);
    if (problem.status != 0) return command;
    command.row.thread = std::move(thread.ids);
    if (content.subject.empty()) content.subject = std::move(thread.subject);
    content.reaction_to =
        external_id(ask.content.reaction_to, "content.message", reader, problem, nullptr);
    if (problem.status != 0) return command;
    if (ask.by_rule && reader != nullptr)
        find_candidates(ask, desk, table, *reader, command, problem);
    else if (!ask.contact.empty() && reader != nullptr)
        command.row.routes = routes_to_contact(ask, desk, *reader, problem);
    else
        command.row.routes = routes_to_address(ask, desk, reader, problem);
    if (problem.status == 0) check_reaction(ask, content, command.row.routes, problem);
    if (problem.status != 0) return command;
    command.contact = ask.contact.sequence();
    MessageAsk any_account;  // each candidate was held against its own channel's limits
    if (ask.by_rule) any_account.content = ask.content;
    use_upload(ask.by_rule ? any_account : ask, reader, content, command, problem);
    if (problem.status != 0) return command;
    command.row.content_json = model::write_content(content);
    command.row.content_hash = hash_content(command.row.content_json);
    if (!ask.timezone.empty()) {
        for (Route& route : command.row.routes) {
            route.recipient.zones = {ask.timezone};
            route.recipient.zone_source = "given";
        }
    }
    for (std::size_t i = 0; i < std::min(ask.words.size(), command.row.routes.size()); ++i)
        command.row.routes[i].words = ask.words[i];
    for (Route& route : command.row.routes) {
        for (const auto& account : ask.accounts) {
            if (account->number == route.account)
                route.units = count_units(*account, route, content);
        }
    }
    command.fresh_key = desk.fresh_key();
    return command;
}

}  // namespace postern::api
