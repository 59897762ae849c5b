// application/problem+json.
#include "gateway/api/problem.h"

#include "gateway/model/json.h"
#include "gateway/net/reply.h"

namespace postern::api {
void write_problem(model::JsonWriter& json, const Problem& problem) {
    json.begin_object().member("type", "urn:postern:problem:" + std::string(problem.code));
    json.member("title", net::reason_of(problem.status)).member("status", problem.status);
    json.member("detail", problem.detail).member("code", problem.code);
    if (!problem.errors.empty()) {
        json.key("errors").begin_array();
        for (const FieldError& error : problem.errors) {
            json.begin_object().member("field", error.field).member("code", error.code);
            json.member("detail", error.detail).end_object();
        }
        json.end_array();
    }
    if (!problem.verdict_json.empty()) json.key("verdict").raw(problem.verdict_json);
    json.end_object();
}

net::Response problem_response(const Problem& problem) {
    net::Response response;
    response.status = problem.status;
    response.content_type = "application/problem+json";
    model::JsonWriter json(response.body);
    write_problem(json, problem);
    if (problem.retry_after.count() > 0) {
        response.headers.emplace_back("Retry-After", std::to_string(problem.retry_after.count()));
    }
    if (problem.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

Problem not_found(std::string_view what) {
    return {404, "not_found", "There is no such " + std::string(what) + ".", {}, {}};
}

Problem overloaded() {
    return {503, "overloaded", "Too much is queued; try again.", {}, std::chrono::seconds{1}};
}

Problem storage_unreadable() {
    return {500, "storage_unreadable", "What is stored could not be read.", {}, {}};
}

Problem fields_at_fault(std::vector<FieldError> errors) {
    return {
        422, "validation_failed", "Some fields are not as they must be.", std::move(errors), {}};
}

Problem malformed_json() {
    return {400, "malformed_json", "The body must be one JSON object.", {}, {}};
}

Problem invalid_parameter(std::string_view name, std::string detail) {
    return {400, "invalid_parameter", detail, {{std::string(name), "invalid", detail}}, {}};
}

}  // namespace postern::api
