// The strict byte-level gate in front of the HTTP parser: what it lets through has exactly one
// possible reading. Pure functions over bytes; any thread; fuzzed as they are.
//
// Accepts: method SP origin-form (or OPTIONS *) SP HTTP/1.0|1.1 CRLF *(name ":" OWS value OWS CRLF)
// CRLF. Refuses folding, bare CR/LF, NUL and other controls, a second or missing Host, any repeat
// of Content-Length, any Transfer-Encoding but one `chunked`, both together, bodies on GET and
// HEAD.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gateway/net/http.h"

namespace postern::net {

struct GateLimits {
    std::size_t header_bytes_max = 16 * 1024;
    std::size_t header_fields_max = 100;
    std::size_t target_bytes_max = 8 * 1024;
};

enum class Framing : unsigned char { none, length, chunked };

/// What the head says. Views point into the scanned bytes.
struct Head {
    std::string_view method;
    std::string_view target;
    std::vector<Header> fields;  // reused between requests
    std::size_t bytes = 0;       // of the head, with its last CRLF
    std::uint64_t content_length = 0;
    Framing framing = Framing::none;
    bool http_1_0 = false;
    bool keep_alive = false;
    bool expect_continue = false;

    void clear();
};

enum class GateState : unsigned char { incomplete, complete, refused };

struct GateResult {
    GateState state = GateState::incomplete;
    int status = 0;           // when refused
    const char* detail = "";  // when refused: for people
};

/// Looks at all that has come of a head so far. `checked` (0 for a new head) remembers how far a
/// head without an end was looked at, so that a head sent byte by byte costs no more than one sent
/// whole. The answer for a complete head does not depend on how it was split.
[[nodiscard]] GateResult scan(std::string_view bytes, const GateLimits& limits, Head& head,
                              std::size_t& checked);

/// `head` ends with its first CRLFCRLF. Used by scan().
[[nodiscard]] GateResult scan_complete(std::string_view bytes, const GateLimits& limits,
                                       Head& head);

}  // namespace postern::net
