#include "gateway/net/reply.h"

#include <algorithm>
#include <charconv>

#include "gateway/net/ascii.h"

namespace postern::net {
namespace {

struct StatusName {
    int status;
    std::string_view reason;
};

constexpr StatusName status_names[] = {
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

void append_number(std::string& out, std::size_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

bool is_sendable(std::string_view name, std::string_view value) {
    if (name.empty() || !all_in(name, token_bytes) || !all_in(value, value_bytes)) return false;
    return !ascii_iequals(name, "content-length") && !ascii_iequals(name, "transfer-encoding") &&
           !ascii_iequals(name, "connection");
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    if (!is_sendable(name, value)) return;
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view reason_of(int status) {
    const auto* found =
        std::lower_bound(std::begin(status_names), std::end(status_names), status,
                         [](const StatusName& entry, int wanted) { return entry.status < wanted; });
    const bool known = found != std::end(status_names) && found->status == status;
    return known ? found->reason : "Unknown";
}

void append_head(std::string& out, const Response& response, BodyKind kind, bool close) {
    const int status = response.status >= 200 && response.status <= 599 ? response.status : 500;
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::size_t>(status));
    out.append(" ").append(reason_of(status)).append("\r\n");
    if (!response.content_type.empty() && !is_bodiless(status)) {
        append_header(out, "Content-Type", response.content_type);
    }
    for (const auto& [name, value] : response.headers) append_header(out, name, value);
    if (kind == BodyKind::chunked) {
        out.append("Transfer-Encoding: chunked\r\n");
    } else if (kind != BodyKind::until_close && !is_bodiless(status)) {
        out.append("Content-Length: ");
        const bool whole = kind == BodyKind::length;
        append_number(out, whole ? response.body.size() : response.source_bytes);
        out.append("\r\n");
    }
    out.append(close ? "Connection: close\r\n\r\n" : "\r\n");
}

void append_fixed_closing(std::string& out, std::string_view fixed) {
    const auto line = fixed.find("\r\n");
    if (line == std::string_view::npos) return;
    out.append(fixed.substr(0, line)).append("\r\nConnection: close").append(fixed.substr(line));
}

std::string_view head_of_fixed(std::string_view fixed) {
    const auto end = fixed.find("\r\n\r\n");
    return end == std::string_view::npos ? fixed : fixed.substr(0, end + 4);
}

Response refusal(int status, std::string_view code, std::string_view detail) {
    Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.close = true;
    auto& body = response.body;
    body.append(R"({"type":"about:blank","title":")").append(reason_of(status));
    body.append(R"(","status":)");
    append_number(body, static_cast<std::size_t>(status));
    body.append(R"(,"code":")").append(code).append(R"(","detail":")").append(detail);
    body.append("\"}");
    return response;
}

}  // namespace postern::net
