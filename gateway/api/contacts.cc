// Contacts: one by its id, some by an address (over the blind index), all by a scan.
#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "gateway/api/call.h"
#include "gateway/api/contact_json.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/api/suggestion_rows.h"
#include "gateway/contacts/shared_keys.h"
#include "gateway/model/channel.h"

namespace postern::api {
namespace {

constexpr char list_letter = 'c';

/// What the query string asks for. `addresses`: spellings under which an identity may be indexed.
struct ContactQuery {
    PageQuery page;
    std::string channel;
    std::string state;
    std::string words;  // of the name, lower case
    std::string phone;  // E.164
    std::string email;  // lower case
    std::vector<std::string> addresses;

    /// What kind of key they are, if one: it may have been told beside an address.
    [[nodiscard]] std::optional<adapters::PersonKey> kind() const {
        if (!phone.empty()) return adapters::PersonKey::phone;
        if (!email.empty()) return adapters::PersonKey::email;
        return std::nullopt;
    }
};

constexpr std::array<std::string_view, 8> parameters = {"limit", "cursor", "channel", "address",
                                                        "phone", "email",  "q",       "state"};

/// A filter that is not known must not be taken for one that everybody passes.
std::optional<Problem> find_unsupported(std::string_view query) {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::string_view name = pair.substr(0, pair.find('='));
        if (name.empty() || std::ranges::find(parameters, name) != parameters.end()) continue;
        const bool tag = name == "tag";
        return fields_at_fault({{std::string(name), "unsupported",
                                 tag ? "Contacts have no tags here, so none is found by one."
                                     : "Contacts are not found by this."}});
    }
    return std::nullopt;
}

std::string ascii_lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return text;
}

/// E.164 of what a person types; a '+' in a query string arrives as a space.
std::string clean_phone(std::string_view typed) {
    std::string phone = "+";
    for (const char c : typed) {
        if (c >= '0' && c <= '9') phone += c;
    }
    return phone;
}

bool is_state(std::string_view text) {
    using enum model::ContactState;
    constexpr std::array states{active, archived, trash, erased};
    return std::ranges::any_of(states, [&](auto state) { return to_string(state) == text; });
}

std::optional<Problem> read_contact_query(const net::Request& request, ContactQuery& out) {
    if (auto problem = find_unsupported(request.query)) return problem;
    if (auto problem = read_page_query(request, list_letter, out.page)) return problem;
    out.channel = request.query_value("channel");
    out.state = request.query_value("state");
    out.words = ascii_lower(request.query_value("q"));
    const std::string address = request.query_value("address");
    const std::string phone = request.query_value("phone");
    const std::string email = request.query_value("email");
    if (!out.channel.empty() && model::channel_number(out.channel) == 0) {
        return invalid_parameter("channel", "channel must be the name of a channel.");
    }
    if (!out.state.empty() && !is_state(out.state)) {
        return invalid_parameter("state", "state must be active, archived, trash or erased.");
    }
    if (!address.empty() && out.channel.empty()) {
        return invalid_parameter("address", "address needs channel beside it.");
    }
    if (!address.empty()) out.addresses = {address, ascii_lower(address), clean_phone(address)};
    if (!email.empty()) out.addresses = {out.email = ascii_lower(email)};
    if (!phone.empty()) out.addresses = {out.phone = clean_phone(phone)};
    return std::nullopt;
}

bool has(const std::vector<std::string>& list, const std::string& value) {
    return std::ranges::find(list, value) != list.end();
}

bool fits(const model::ContactRow& row, const ContactQuery& query) {
    const bool hidden =
        row.state == model::ContactState::trash || row.state == model::ContactState::erased;
    if (query.state.empty() ? hidden : to_string(row.state) != query.state) return false;
    if (!query.phone.empty() && !has(row.phones, query.phone)) return false;
    if (!query.email.empty() && !has(row.emails, query.email)) return false;
    const auto scope = model::channel_scope(model::channel_number(query.channel));
    const auto on_channel = [scope](const model::ContactIdentity& identity) {
        return model::channel_scope(model::channel_number(identity.channel)) == scope;
    };
    if (!query.channel.empty() &&
        std::none_of(row.identities.begin(), row.identities.end(), on_channel)) {
        return false;
    }
    return query.words.empty() ||
           ascii_lower(row.display_name).find(query.words) != std::string::npos ||
           ascii_lower(row.username).find(query.words) != std::string::npos;
}

/// Scopes in which an address of this channel (all channels, if empty) may be indexed.
std::set<std::uint32_t> scopes_of(std::string_view channel, const events::AccountTable& accounts) {
    std::set<std::uint32_t> scopes;
    for (const std::string_view name : model::channel_names) {
        if (channel.empty() || channel == name) {
            scopes.insert(model::channel_scope(model::channel_number(name)));
        }
    }
    for (const model::AccountRow& account : accounts.all()) {
        if (channel.empty() || account.channel == channel) {
            scopes.insert(model::account_scope(account.number));
        }
    }
    return scopes;
}

using Parts = std::set<model::Part>;

/// Those who told the key beside their address: a range of the index that they alone are in.
storage::Result<void> find_tellers(runtime::Reader& reader, adapters::PersonKey kind,
                                   const storage::Blind& blind, Parts& parts) {
    const std::uint32_t scope = contacts::told_scope(kind);
    return reader.scan(storage::keys::told_key(scope, blind, 0),
                       storage::keys::told_key(scope, blind, ~model::Part{0}),
                       [&parts](std::string_view key, const model::RecordPtr& record) {
                           if (record != nullptr) parts.insert(storage::keys::trailing_u64(key));
                           return parts.size() < page_rows_max;
                       });
}

storage::Result<Parts> find_parts(runtime::Reader& reader, const ContactQuery& query,
                                  const events::AccountTable& accounts) {
    Parts parts;
    const auto kind = query.kind();
    // Mail addresses are met on one channel, numbers on many.
    const bool mail = kind == adapters::PersonKey::email;
    const auto scopes = scopes_of(mail ? std::string_view("email") : query.channel, accounts);
    for (const std::string& address : query.addresses) {
        const storage::Blind blind = reader.blind("identity", address);
        for (const std::uint32_t scope : scopes) {
            const auto found = reader.get(storage::keys::identity(scope, blind));
            if (!found) return found.error();
            const auto* row = model::get_if<model::IdentityRow>(found->get());
            if (row != nullptr) parts.insert(row->part);
        }
        if (!kind) continue;
        if (const auto told = find_tellers(reader, *kind, blind, parts); told.has_error())
            return told.error();
    }
    return parts;
}

/// Everybody who has one of the addresses: a few point reads, never a scan of all.
Answer find_by_address(runtime::Reader& reader, const ContactQuery& query,
                       const events::AccountTable& accounts) {
    const auto found = find_parts(reader, query, accounts);
    if (!found) return storage_unreadable();
    const Parts& parts = *found;
    ListWriter list(list_letter);
    std::uint64_t next = 0, last = 0;
    for (auto it = parts.rbegin(); it != parts.rend(); ++it) {
        if (query.page.after != 0 && *it >= query.page.after) continue;
        const auto record = reader.get(storage::keys::contact(*it));
        if (!record) return storage_unreadable();
        const model::ContactRow* row = as_contact(*record);
        if (row == nullptr || !fits(*row, query)) continue;
        if (list.count() == query.page.limit) {
            next = last;
            break;
        }
        write_contact(list.item(), *row, *it, accounts);
        last = *it;
    }
    return list.finish(next);
}

/// Newest first; the page goes on before the part where the last one ended.
Answer scan_contacts(runtime::Reader& reader, const ContactQuery& query,
                     const events::AccountTable& accounts) {
    ListWriter list(list_letter);
    std::uint64_t next = 0, last = 0;
    std::size_t rows = 0;
    const std::uint64_t end =
        query.page.after != 0 ? query.page.after : std::numeric_limits<model::Sequence>::max();
    const auto scanned = reader.scan_back(
        storage::keys::contact(0), storage::keys::contact(end),
        [&](std::string_view key, const model::RecordPtr& record) {
            const model::ContactRow* row = as_contact(record);
            const bool wanted = row != nullptr && fits(*row, query);
            if ((wanted && list.count() == query.page.limit) || rows++ == page_rows_max) {
                next = last;
                return false;
            }
            last = storage::keys::trailing_u64(key);
            if (wanted) write_contact(list.item(), *row, last, accounts);
            return true;
        });
    if (!scanned) return storage_unreadable();
    return list.finish(next);
}

}  // namespace

void list_contacts(const CallPtr& call) {
    ContactQuery query;
    if (const auto problem = read_contact_query(call->request(), query))
        return call->fail(*problem);
    const auto accounts = call->context().accounts.load();
    call->query([query, accounts](runtime::Reader& reader) {
        return query.addresses.empty() ? scan_contacts(reader, query, *accounts)
                                       : find_by_address(reader, query, *accounts);
    });
}

void get_contact(const CallPtr& call) {
    model::ContactId id;
    if (!model::parse_id(call->parameter(), id)) return call->fail(not_found("contact"));
    const auto accounts = call->context().accounts.load();
    call->query([id, accounts](runtime::Reader& reader) -> Answer {
        const auto record = read_contact(reader, id);
        if (!record) return storage_unreadable();
        const model::ContactRow* row = as_contact(*record);
        if (row == nullptr) return not_found("contact");
        const auto suggested = count_open_suggestions(reader, id.sequence());
        if (!suggested) return storage_unreadable();
        std::string out;
        model::JsonWriter json(out);
        write_contact(json, *row, id.sequence(), *accounts, *suggested);
        return out;
    });
}

}  // namespace postern::api
