// Contacts: one by its id, some by an address (over the blind index), all by a scan.
#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "gateway/api/call.h"
#include "gateway/api/contact_json.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
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
    bool tagged = false;
    std::vector<std::string> addresses;
};

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
    if (auto problem = read_page_query(request, list_letter, out.page)) return problem;
    out.channel = request.query_value("channel");
    out.state = request.query_value("state");
    out.words = ascii_lower(request.query_value("q"));
    out.tagged = !request.query_value("tag").empty();
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
    if (!phone.empty()) out.addresses = {clean_phone(phone)};
    if (!email.empty()) {
        out.addresses = {ascii_lower(email)};
        out.channel = "email";
    }
    return std::nullopt;
}

bool fits(const model::ContactRow& row, const ContactQuery& query) {
    const bool hidden =
        row.state == model::ContactState::trash || row.state == model::ContactState::erased;
    if (query.state.empty() ? hidden : to_string(row.state) != query.state) return false;
    if (query.tagged) return false;  // no contact has a tag yet
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

/// Everybody who has one of the addresses: a few point reads, never a scan.
Answer find_by_address(runtime::Reader& reader, const ContactQuery& query,
                       const events::AccountTable& accounts) {
    std::set<model::Part> parts;
    for (const std::string& address : query.addresses) {
        const storage::Blind blind = reader.blind("identity", address);
        for (const std::uint32_t scope : scopes_of(query.channel, accounts)) {
            const auto found = reader.get(storage::keys::identity(scope, blind));
            if (!found) return storage_unreadable();
            const auto* row =
                *found != nullptr ? model::get_if<model::IdentityRow>(found->get()) : nullptr;
            if (row != nullptr) parts.insert(row->part);
        }
    }
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
        std::string out;
        model::JsonWriter json(out);
        write_contact(json, *row, id.sequence(), *accounts);
        return out;
    });
}

}  // namespace postern::api
