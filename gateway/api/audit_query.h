// What somebody looks for in the audit, and whether a line is it. Pure.
#pragma once

#include <optional>
#include <string>

#include "gateway/api/paging.h"
#include "gateway/model/records.h"

namespace postern::api {

struct AuditQuery {
    PageQuery page;
    std::string actor;   // a key's id or name, or "postern", "key", "config", "cli"
    std::string action;  // "key.created", or all of an area: "key.*"
    std::string object;
    model::Instant after{};   // at or after; the epoch: from the first
    model::Instant before{};  // before; the epoch: up to now
};

[[nodiscard]] std::optional<Problem> read_audit_query(const net::Request& request, char list,
                                                      AuditQuery& out);
/// `after` is the walk's to look at.
[[nodiscard]] bool fits(const AuditQuery& query, const model::AuditRow& row);

}  // namespace postern::api
