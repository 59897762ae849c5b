// What can go wrong in the client and in TLS set-up, as an error category. Any thread.
#pragma once

#include <boost/system/error_code.hpp>

namespace postern::net {

enum class Errc {
    bad_url = 1,
    bad_request,
    queue_full,
    connect_timed_out,
    timed_out,
    bad_response,
    header_too_large,
    body_too_large,
    closed_early,
    tls_failed,
    stopped,
    bad_certificate,
    address_refused,
    proxy_failed,
    proxy_refused,
    source_failed,
};

[[nodiscard]] const boost::system::error_category& net_category();
[[nodiscard]] boost::system::error_code make_error_code(Errc code);

}  // namespace postern::net

template <>
struct boost::system::is_error_code_enum<postern::net::Errc> : std::true_type {};
