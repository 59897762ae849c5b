// Words are compared whole; an area of actions by its beginning.
#include "gateway/api/audit_query.h"

namespace postern::api {
namespace {

[[nodiscard]] std::optional<Problem> read_time(const net::Request& request, std::string_view name,
                                               model::Instant& out) {
    const std::string text = request.query_value(name);
    if (text.empty() || model::parse_time(text, out)) return std::nullopt;
    return invalid_parameter(name, std::string(name) + " must be an RFC 3339 time.");
}

bool is_by(const model::AuditRow& row, const std::string& actor) {
    return actor == to_string(row.actor) || (!row.actor_id.empty() && actor == row.actor_id) ||
           (!row.actor_name.empty() && actor == row.actor_name);
}

bool is_action(std::string_view action, std::string_view wanted) {
    if (!wanted.ends_with(".*")) return action == wanted;
    return action.starts_with(wanted.substr(0, wanted.size() - 1));
}

}  // namespace

std::optional<Problem> read_audit_query(const net::Request& request, char list, AuditQuery& out) {
    if (auto problem = read_page_query(request, list, out.page)) return problem;
    if (auto problem = read_time(request, "after", out.after)) return problem;
    if (auto problem = read_time(request, "before", out.before)) return problem;
    out.actor = request.query_value("actor");
    out.action = request.query_value("action");
    out.object = request.query_value("object");
    return std::nullopt;
}

bool fits(const AuditQuery& query, const model::AuditRow& row) {
    if (query.before != model::Instant{} && row.created >= query.before) return false;
    if (!query.actor.empty() && !is_by(row, query.actor)) return false;
    if (!query.action.empty() && !is_action(row.action, query.action)) return false;
    return query.object.empty() || row.object == query.object;
}

}  // namespace postern::api
