// Errors as people and programs read them: RFC 9457 with a stable code. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/json.h"
#include "gateway/net/http.h"

namespace postern::api {

struct FieldError {
    std::string field;
    std::string code;  // required, invalid, too_long, unknown_field …
    std::string detail;
};

/// `code` is stable and snake_case: programs branch on it. `detail` is for people and may change.
struct Problem {
    int status = 500;
    std::string_view code = "internal_error";
    std::string detail;
    std::vector<FieldError> errors;
    std::chrono::seconds retry_after{0};  // 0: no Retry-After
    std::string verdict_json;             // of a refusal by a rule, or empty
};

/// The problem as one object: a body, or one result among others.
void write_problem(model::JsonWriter& json, const Problem& problem);
[[nodiscard]] net::Response problem_response(const Problem& problem);

// The ones that many routes share.
[[nodiscard]] Problem not_found(std::string_view what);
[[nodiscard]] Problem overloaded();
[[nodiscard]] Problem storage_unreadable();
[[nodiscard]] Problem fields_at_fault(std::vector<FieldError> errors);
[[nodiscard]] Problem malformed_json();
[[nodiscard]] Problem invalid_parameter(std::string_view name, std::string detail);

}  // namespace postern::api
