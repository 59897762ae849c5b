// What is known of an address: suppressions, opt-outs, consents. Addresses are stored as hashes
// only, so a list is of one address; nobody can read the others back.
#include <array>

#include <fmt/format.h>

#include "gateway/api/fields.h"
#include "gateway/api/key_ring.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/api/submitted.h"

namespace postern::api {
namespace {

using model::AddressNote;

constexpr std::array<std::string_view, 5> kinds = {"suppressed", "opted_out", "opted_in", "consent",
                                                   "consent_revoked"};
constexpr std::size_t import_lines_max = 10'000;

struct Entry {
    core::NoteAddress command;
    std::string address;  // canonical
};

bool parse_kind(std::string_view word, AddressNote::Kind& out) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] != word) continue;
        out = static_cast<AddressNote::Kind>(i);
        return true;
    }
    return false;
}

void read_categories(Fields& in, AddressNote& note) {
    const auto words = in.texts("categories", model::category_count);
    if (words.empty()) return;
    note.categories = 0;
    for (const std::string& word : words) {
        model::Category category{};
        if (!model::parse_category(word, category)) {
            in.unknown_word(
                "categories", word,
                {"reply", "transactional", "authentication", "marketing", "collections"});
            return;
        }
        note.categories = static_cast<model::Categories>(note.categories | model::only(category));
    }
}

/// By its name, or the first of a channel: an address means the same on all of them.
struct Accounts {
    const SendDesk& desk;
    events::AccountTablePtr table;

    [[nodiscard]] std::shared_ptr<const SendAccount> find(std::string_view account,
                                                          std::string_view channel) const {
        if (!account.empty()) return desk.send_account(account);
        for (const model::AccountRow& row : table->all()) {
            if (row.channel != channel) continue;
            if (auto found = desk.send_account(row.name)) return found;
        }
        return nullptr;
    }
};

/// {"account" or "channel","address","kind","categories","only_account","reason","as_of"}
bool read_entry(simdjson::dom::element json, const Accounts& accounts, std::string_view source,
                Entry& out, std::vector<FieldError>& errors) {
    const std::size_t before = errors.size();
    Fields in(json, {}, errors);
    const std::string account = in.text("account", 64);
    const std::string channel = in.text("channel", 64);
    const std::string address = in.text("address", 320);
    const std::string kind = in.text("kind", 32);
    AddressNote& note = out.command.note;
    note.source = source;
    note.reason = in.text("reason", 200);
    note.at = in.time("as_of");
    const bool only_account = in.flag("only_account");
    read_categories(in, note);
    in.finish();
    if (address.empty()) in.required("address");
    if (!kind.empty() && !parse_kind(kind, note.kind))
        in.unknown_word("kind", kind, {kinds.begin(), kinds.end()});
    if (account.empty() && channel.empty()) {
        in.required("account");
        return false;
    }
    const auto found = accounts.find(account, channel);
    if (found == nullptr) {
        in.fault(account.empty() ? "channel" : "account", "not_found", "There is no such account.");
    }
    if (errors.size() != before) return false;
    const model::Route route = accounts.desk.route_to(*found, address);
    if (!route.recipient.valid) {
        in.fault("address", "invalid", route.recipient.invalid_why);
        return false;
    }
    if (only_account) note.account = found->number;
    out.command.scope = route.scope;
    out.command.blind = route.blind;
    out.address = route.address;
    return true;
}

void write_categories(model::JsonWriter& json, model::Categories categories) {
    json.key("categories").begin_array();
    for (std::size_t i = 0; i < model::category_count; ++i) {
        const auto category = static_cast<model::Category>(i);
        if (categories & model::only(category)) json.value(to_string(category));
    }
    json.end_array();
}

void write_note(model::JsonWriter& json, const AddressNote& note,
                const events::AccountTable& accounts) {
    const model::AccountRow* account = accounts.find(note.account);
    json.begin_object().member("kind", kinds[static_cast<std::size_t>(note.kind)]);
    write_categories(json, note.categories);
    json.member_or_null("account", account != nullptr ? std::string_view(account->name) : "");
    json.member("at", note.at).member_or_null("source", note.source);
    json.member_or_null("reason", note.reason).end_object();
}

/// How events name an address: nobody can read it back.
std::string hash_of(const storage::Blind& blind) {
    std::string out;
    for (const std::uint8_t byte : blind.bytes) out += fmt::format("{:02x}", byte);
    return out;
}

constexpr char list_letter = 'n';

std::string notes_json(std::string_view address, std::string_view hash,
                       const model::RecordPtr& record, const events::AccountTable& accounts,
                       const PageQuery& page = {.limit = page_rows_max}) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("address", address).member("address_hash", hash);
    json.key("data").begin_array();
    const auto* row =
        record != nullptr ? model::get_if<model::AddressNotesRow>(record.get()) : nullptr;
    const std::size_t count = row != nullptr ? row->notes.size() : 0;
    std::size_t at = page.after;
    for (; at < count && at - page.after < page.limit; ++at)
        write_note(json, row->notes[at], accounts);
    json.end_array();
    json.member_or_null("next_cursor", at < count ? format_list_cursor(list_letter, at) : "");
    json.end_object();
    return out;
}

/// The entry of a JSON body; false if it was answered.
bool read_body(const CallPtr& call, Entry& entry) {
    const SendDesk* desk = call->desk();
    if (desk == nullptr) return false;
    const auto json = parse_json(call->request().body);
    if (!json || !json->is_object()) return call->fail(malformed_json()), false;
    std::vector<FieldError> errors;
    const Accounts accounts{*desk, call->context().accounts.load()};
    if (read_entry(*json, accounts, "api", entry, errors)) return true;
    call->fail(fields_at_fault(std::move(errors)));
    return false;
}

/// Who ordered it: the key, not the person behind it.
void write_author(model::JsonWriter& json, const CallPtr& call) {
    json.member("key", key_id(call->key()->row)).member("key_name", call->key()->row.name);
}

/// The event of it: what a person noted or took away, and of whom as far as a hash tells.
std::string notice_of(const CallPtr& call, const Entry& entry,
                      const events::AccountTable& accounts) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object();
    write_author(json, call);
    json.member("address_hash", hash_of(entry.command.blind)).key("note");
    write_note(json, entry.command.note, accounts);
    json.end_object();
    return out;
}

/// Enough for the operator to know again whom it was about, too little to write to: "+573…567".
std::string masked(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at != std::string_view::npos)
        return std::string(address.substr(0, at > 1 ? 1 : 0))
            .append("…")
            .append(address.substr(at));
    if (address.size() < 9) return "…";
    return std::string(address.substr(0, 3)).append("…").append(address.substr(address.size() - 3));
}

/// What the audit keeps of it; the operator's words are not among it.
std::string audit_of(const Entry& entry, const events::AccountTable& accounts) {
    std::string out;
    model::JsonWriter json(out);
    const AddressNote& note = entry.command.note;
    json.begin_object().member("address", masked(entry.address));
    json.member("kind", kinds[static_cast<std::size_t>(note.kind)]);
    write_categories(json, note.categories);
    const model::AccountRow* account = accounts.find(note.account);
    json.member_or_null("account", account != nullptr ? std::string_view(account->name) : "");
    json.end_object();
    return out;
}

void note(const CallPtr& call, Entry entry) {
    const auto accounts = call->context().accounts.load();
    entry.command.notice_json = notice_of(call, entry, *accounts);
    entry.command.audit_json = audit_of(entry, *accounts);
    const auto hash = hash_of(entry.command.blind);
    call->change(
        std::move(entry.command), "suppression",
        [call, accounts, hash, address = std::move(entry.address)](const core::Reply& reply) {
            call->ok(notes_json(address, hash, reply.record, *accounts));
        });
}

struct Import {
    std::vector<core::Command> commands;
    std::vector<std::pair<std::size_t, FieldError>> rejected;  // line, its first fault
};

Import read_lines(std::string_view rest, const Accounts& accounts) {
    Import import;
    simdjson::dom::parser parser;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        simdjson::dom::element json;
        std::vector<FieldError> errors;
        Entry entry;
        if (parser.parse(line.data(), line.size()).get(json) != simdjson::SUCCESS)
            errors.push_back({"", "malformed_json", "This line is no JSON object."});
        else if (read_entry(json, accounts, "import", entry, errors))
            import.commands.push_back({std::move(entry.command), {}});
        if (!errors.empty()) import.rejected.emplace_back(number, std::move(errors.front()));
    }
    return import;
}

std::string counts_json(std::size_t imported, std::size_t rejected) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("imported", imported).member("rejected", rejected).end_object();
    return out;
}

}  // namespace

void list_suppressions(const CallPtr& call) {
    const SendDesk* desk = call->desk();
    if (desk == nullptr) return;
    PageQuery page;
    if (const auto problem = read_page_query(call->request(), list_letter, page))
        return call->fail(*problem);
    const std::string account = call->request().query_value("account");
    const std::string address = call->request().query_value("address");
    if (address.empty())
        return call->fail(
            invalid_parameter("address", "address is required: only hashes are kept."));
    const auto accounts = call->context().accounts.load();
    const auto found =
        Accounts{*desk, accounts}.find(account, call->request().query_value("channel"));
    if (found == nullptr)
        return call->fail(
            invalid_parameter("account", "Give an account, or a channel that has one."));
    // A '+' in a query string arrives as a space.
    const bool spaced = address.front() == ' ';
    const model::Route route = desk->route_to(*found, spaced ? "+" + address.substr(1) : address);
    call->query([route, accounts, page](runtime::Reader& reader) -> Answer {
        const auto record = reader.get(storage::keys::address_notes(route.scope, route.blind));
        if (!record) return storage_unreadable();
        return notes_json(route.address, hash_of(route.blind), *record, *accounts, page);
    });
}

void add_suppression(const CallPtr& call) {
    Entry entry;
    if (read_body(call, entry)) note(call, std::move(entry));
}

void remove_suppression(const CallPtr& call) {
    Entry entry;
    if (!read_body(call, entry)) return;
    entry.command.remove = true;
    note(call, std::move(entry));
}

void import_suppressions(const CallPtr& call) {
    const SendDesk* desk = call->desk();
    if (desk == nullptr) return;
    const auto import = std::make_shared<Import>(
        read_lines(call->request().body, {*desk, call->context().accounts.load()}));
    const std::size_t lines = import->commands.size() + import->rejected.size();
    if (lines == 0 || lines > import_lines_max)
        return call->fail(fields_at_fault({{"", "too_many", "From 1 to 10000 lines."}}));
    const std::size_t taken = import->commands.size();
    const auto answer = [call, import, taken] {
        std::string out;
        model::JsonWriter json(out);
        json.begin_object().member("imported", taken).member("rejected", import->rejected.size());
        json.key("errors").begin_array();
        for (const auto& [line, error] : import->rejected) {
            json.begin_object().member("line", line).member("field", error.field);
            json.member("code", error.code).member("detail", error.detail).end_object();
        }
        json.end_array().end_object();
        call->ok(std::move(out));
    };
    if (taken == 0) return answer();
    core::Announce notice{0, "suppressions.imported", {}};
    model::JsonWriter json(notice.data_json);
    json.begin_object();
    write_author(json, call);
    json.member("imported", taken).member("rejected", import->rejected.size()).end_object();
    import->commands.push_back({std::move(notice), {}});
    // In front: the log may take them in several groups, and none is durable before what tells of
    // them.
    core::NoteAudit note{
        "suppressions.imported", "suppressions", {}, counts_json(taken, import->rejected.size())};
    import->commands.insert(import->commands.begin(), {std::move(note), {}});
    call->change_all(std::move(import->commands),
                     [answer](const std::vector<core::Reply>&) { answer(); });
}

}  // namespace postern::api
