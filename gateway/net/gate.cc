#include "gateway/net/gate.h"

#include <algorithm>

#include "gateway/net/ascii.h"

namespace postern::net {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t content_length_digits_max = 18;  // below 2^63

constexpr GateResult passed{GateState::complete, 0, ""};

constexpr GateResult refuse(int status, const char* detail) {
    return {GateState::refused, status, detail};
}

/// What the fields say about framing, judged together when all are read: their order must not
/// matter.
struct Seen {
    bool host = false;
    bool content_length = false;
    bool transfer_encoding = false;
    bool chunked = false;
    bool close = false;
    bool keep_alive = false;
    bool expect_other = false;
};

GateResult scan_request_line(std::string_view line, const GateLimits& limits, Head& head) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || last == first) {
        return refuse(400, "The request line is not `method target version`.");
    }
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (head.method.empty() || !all_in(head.method, token_bytes)) {
        return refuse(400, "The method is not a token.");
    }
    if (version == "HTTP/1.0") {
        head.http_1_0 = true;
    } else if (version != "HTTP/1.1") {
        return refuse(version.starts_with("HTTP/") ? 505 : 400,
                      "Only HTTP/1.1 and HTTP/1.0 are spoken.");
    }
    if (head.target.size() > limits.target_bytes_max) return refuse(414, "The target is too long.");
    if (!all_in(head.target, target_bytes)) return refuse(400, "The target has a forbidden byte.");
    const bool asterisk = head.target == "*" && head.method == "OPTIONS";
    if (!head.target.starts_with('/') && !asterisk) {
        return refuse(400, "The target must begin with a slash.");
    }
    return passed;
}

GateResult scan_content_length(std::string_view value, Head& head, Seen& seen) {
    if (seen.content_length) return refuse(400, "Content-Length is repeated.");
    seen.content_length = true;
    if (value.empty() || value.size() > content_length_digits_max) {
        return refuse(400, "Content-Length is not a number in range.");
    }
    std::uint64_t length = 0;
    for (char c : value) {
        if (c < '0' || c > '9') return refuse(400, "Content-Length is not a number.");
        length = length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    head.content_length = length;
    return passed;
}

void scan_connection(std::string_view value, Seen& seen) {
    while (!value.empty()) {
        const auto comma = value.find(',');
        const auto option = trim_ows(value.substr(0, comma));
        if (ascii_iequals(option, "close")) seen.close = true;
        if (ascii_iequals(option, "keep-alive")) seen.keep_alive = true;
        value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
    }
}

/// The fields that decide framing and life of the connection; all others pass untouched.
GateResult scan_meaning(const Header& field, Head& head, Seen& seen) {
    const auto name = field.name;
    const auto value = field.value;
    if (name.size() == 4 && ascii_iequals(name, "host")) {
        if (seen.host) return refuse(400, "Host is repeated.");
        seen.host = true;
        if (value.empty() || !all_in(value, host_bytes)) return refuse(400, "Host is not a host.");
    } else if (name.size() == 14 && ascii_iequals(name, "content-length")) {
        return scan_content_length(value, head, seen);
    } else if (name.size() == 17 && ascii_iequals(name, "transfer-encoding")) {
        if (seen.transfer_encoding) return refuse(400, "Transfer-Encoding is repeated.");
        seen.transfer_encoding = true;
        seen.chunked = ascii_iequals(value, "chunked");
    } else if (name.size() == 10 && ascii_iequals(name, "connection")) {
        scan_connection(value, seen);
    } else if (name.size() == 6 && ascii_iequals(name, "expect")) {
        const bool known = ascii_iequals(value, "100-continue");
        head.expect_continue = head.expect_continue || known;
        seen.expect_other = seen.expect_other || !known;
    }
    return passed;
}

GateResult scan_field(std::string_view line, Head& head, Seen& seen) {
    // A folded line begins with a space or tab, which no name has: refused by the token table.
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return refuse(400, "A header has no name.");
    const auto name = line.substr(0, colon);
    const auto value = trim_ows(line.substr(colon + 1));
    if (!all_in(name, token_bytes)) return refuse(400, "A header name is not a token.");
    if (!all_in(value, value_bytes)) return refuse(400, "A header value has a control character.");
    head.fields.push_back({name, value});
    return scan_meaning(head.fields.back(), head, seen);
}

GateResult judge(Head& head, const Seen& seen) {
    if (!seen.host) return refuse(400, "Host is missing.");
    if (seen.transfer_encoding) {
        if (seen.content_length) {
            return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
        }
        if (head.http_1_0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
        if (!seen.chunked) return refuse(501, "The only Transfer-Encoding known is chunked.");
        head.framing = Framing::chunked;
    } else if (seen.content_length && head.content_length > 0) {
        head.framing = Framing::length;
    }
    if (head.framing != Framing::none && (head.method == "GET" || head.method == "HEAD")) {
        return refuse(400, "GET and HEAD take no body here.");
    }
    if (seen.expect_other) return refuse(417, "The only expectation known is 100-continue.");
    if (head.http_1_0 || head.framing == Framing::none) head.expect_continue = false;
    // HTTP/1.0 keep-alive is a later invention with its own header; such clients get one request.
    head.keep_alive = !head.http_1_0 && !seen.close;
    return passed;
}

/// Bytes that no head may have, wherever it ends: refused before the end has come.
bool prefix_is_clean(std::string_view bytes, std::size_t from) {
    for (std::size_t i = from; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (c == '\n') {
            if (i == 0 || bytes[i - 1] != '\r') return false;
        } else if (!value_bytes[static_cast<unsigned char>(c)] && c != '\r') {
            return false;
        }
        if (i > 0 && bytes[i - 1] == '\r' && c != '\n') return false;
    }
    return true;
}

}  // namespace

void Head::clear() {
    fields.clear();
    method = target = {};
    bytes = 0;
    content_length = 0;
    framing = Framing::none;
    http_1_0 = keep_alive = expect_continue = false;
}

GateResult scan_complete(std::string_view bytes, const GateLimits& limits, Head& head) {
    head.clear();
    head.bytes = bytes.size();
    bytes.remove_suffix(crlf.size());  // each line now ends with CRLF
    Seen seen;
    bool first = true;
    while (!bytes.empty()) {
        const auto end = bytes.find(crlf);
        const auto line = bytes.substr(0, end);
        bytes.remove_prefix(end + crlf.size());
        if (!first && head.fields.size() == limits.header_fields_max) {
            return refuse(431, "There are too many headers.");
        }
        const auto result =
            first ? scan_request_line(line, limits, head) : scan_field(line, head, seen);
        if (result.state == GateState::refused) return result;
        first = false;
    }
    return judge(head, seen);
}

GateResult scan(std::string_view bytes, const GateLimits& limits, Head& head,
                std::size_t& checked) {
    const auto end = bytes.find(head_end, checked < 3 ? 0 : checked - 3);
    if (end != std::string_view::npos) {
        const auto length = end + head_end.size();
        if (length > limits.header_bytes_max) return refuse(431, "The headers are too long.");
        return scan_complete(bytes.substr(0, length), limits, head);
    }
    const auto from = std::min(checked, bytes.size());
    checked = bytes.size();
    if (bytes.starts_with(crlf) || !prefix_is_clean(bytes, from)) {
        return refuse(400, "The bytes are not an HTTP request.");
    }
    if (bytes.size() >= limits.header_bytes_max) return refuse(431, "The headers are too long.");
    return {};
}

}  // namespace postern::net
