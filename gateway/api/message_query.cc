// Filters of messages.
#include "gateway/api/message_query.h"

#include <simdjson.h>

namespace postern::api {
namespace {

constexpr std::string_view metadata_prefix = "metadata.";
constexpr std::size_t metadata_filters_max = 8;

[[nodiscard]] std::optional<Problem> read_time(const net::Request& request, std::string_view name,
                                               model::Instant& out) {
    const std::string text = request.query_value(name);
    if (text.empty() || model::parse_time(text, out)) return std::nullopt;
    return invalid_parameter(name, std::string(name) + " must be an RFC 3339 time.");
}

/// Names of the parameters "metadata.<key>": their values are read, decoded, by name.
std::vector<std::string> metadata_names(std::string_view query) {
    std::vector<std::string> names;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        // The name alone as a query of one parameter decodes it.
        net::Request name;
        const std::string as_value = "n=" + std::string(pair.substr(0, pair.find('=')));
        name.query = as_value;
        std::string decoded = name.query_value("n");
        if (decoded.starts_with(metadata_prefix)) names.push_back(std::move(decoded));
    }
    return names;
}

[[nodiscard]] std::optional<Problem> read_words(const net::Request& request, MessageQuery& out) {
    out.direction = request.query_value("direction");
    out.state = request.query_value("state");
    if (!out.direction.empty() && out.direction != "inbound" && out.direction != "outbound")
        return invalid_parameter("direction", "direction must be inbound or outbound.");
    model::MessageState state{};
    if (!out.state.empty() && out.state != "received" && !model::parse_state(out.state, state))
        return invalid_parameter("state", "state must be a message's state, or received.");
    for (const std::string& name : metadata_names(request.query)) {
        if (out.metadata.size() == metadata_filters_max)
            return invalid_parameter(name, "At most 8 keys of metadata.");
        out.metadata.emplace_back(name.substr(metadata_prefix.size()), request.query_value(name));
    }
    return std::nullopt;
}

/// A string as it is, a number or a boolean as JSON spells it.
bool metadata_fit(const MessageQuery& query, const std::string& json) {
    if (query.metadata.empty()) return true;
    if (json.empty()) return false;
    thread_local simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(json).get(object) != simdjson::SUCCESS) return false;
    for (const auto& [key, wanted] : query.metadata) {
        simdjson::dom::element value;
        std::string_view text;
        if (object[key].get(value) != simdjson::SUCCESS) return false;
        const bool same = value.get(text) == simdjson::SUCCESS
                              ? text == wanted
                              : std::string(simdjson::minify(value)) == wanted;
        if (!same) return false;
    }
    return true;
}

bool time_fits(const MessageQuery& query, const model::SeqHead& head) {
    return query.before == model::Instant{} || head.created < query.before;
}

}  // namespace

std::optional<Problem> read_message_query(const net::Request& request, char list,
                                          const events::AccountTable& accounts, MessageQuery& out) {
    if (auto problem = read_page_query(request, list, out.page)) return problem;
    if (auto problem = read_time(request, "created_after", out.after)) return problem;
    if (auto problem = read_time(request, "created_before", out.before)) return problem;
    if (auto problem = read_words(request, out)) return problem;
    const std::string contact = request.query_value("contact");
    out.of_contact = !contact.empty();
    if (out.of_contact && !model::parse_id(contact, out.contact)) {
        return invalid_parameter("contact", "contact must be the id of a contact.");
    }
    const std::string account = request.query_value("account");
    if (!account.empty()) {
        const model::AccountRow* row = accounts.find(account);
        out.account.account = row != nullptr ? row->number : 0;
        out.account.no_account = row == nullptr;
    }
    out.external_id = request.query_value("external_id");
    return std::nullopt;
}

storage::Result<void> find_external(runtime::Reader& reader, const events::AccountTable& accounts,
                                    MessageQuery& query) {
    if (query.external_id.empty()) return {};
    const storage::Blind blind = reader.blind("external", query.external_id);
    for (const model::AccountRow& account : accounts.all()) {
        const auto record = reader.get(storage::keys::external_id(account.number, blind));
        if (!record) return record.error();
        const auto* row =
            *record != nullptr ? model::get_if<model::ExternalIdRow>(record->get()) : nullptr;
        if (row != nullptr) query.of_external.insert(row->message);
    }
    return {};
}

bool fits(const MessageQuery& query, const model::MessageRow& row) {
    if (query.dead || query.direction == "outbound" || !query.metadata.empty()) return false;
    if (!query.state.empty() && query.state != "received") return false;
    if (!query.account.wants_account(row.head.account) || !time_fits(query, row.head)) return false;
    return query.external_id.empty() || row.message.external_id == query.external_id;
}

bool fits(const MessageQuery& query, const model::OutboundRow& row, model::Sequence sequence) {
    if (row.routes.empty() || query.direction == "inbound" || query.state == "received")
        return false;
    if (!query.external_id.empty() && !query.of_external.contains(sequence)) return false;
    return time_fits(query, row.head) && metadata_fit(query, row.metadata_json);
}

bool fits(const MessageQuery& query, const model::OutboundRow& row, const OutboundLife& life) {
    const events::OutboundStanding standing = standing_of(row, life);
    if (!query.account.wants_account(row.routes[standing.route % row.routes.size()].account))
        return false;
    if (query.dead) {
        const model::StateRow* state = life.state_row();
        const bool held =
            standing.state == model::MessageState::unknown && state != nullptr && !state->due;
        if (!held && standing.state != model::MessageState::failed &&
            standing.state != model::MessageState::expired)
            return false;
    }
    return query.state.empty() || to_string(standing.state) == query.state;
}

}  // namespace postern::api
