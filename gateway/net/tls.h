// TLS contexts (private header): TLS 1.2 and 1.3 only, ECDHE with AEAD ciphers, no compression, no
// renegotiation. Session tickets are off: their keys would have to be rotated, and peers that keep
// connections alive gain little from them. Made on any thread, then immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "gateway/net/server.h"

namespace postern::net {

struct ServerTls {
    boost::asio::ssl::context context;
    std::int64_t expires = 0;  // seconds since the epoch
};

/// Reads both files and checks that they belong together. On error `problem` says which and why.
[[nodiscard]] std::shared_ptr<ServerTls> make_server_tls(const TlsFiles& files,
                                                         std::string& problem);

/// What a client offers by ALPN: a server that knows the extension refuses the wrong protocol.
enum class Alpn : unsigned char { http_1_1, nothing };

/// Trusts the system's store, and `ca_file` on top where given. Null with a `problem` if it cannot
/// be read.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> make_client_tls(
    const std::string& ca_file, bool verify, std::string& problem, Alpn alpn = Alpn::http_1_1);

/// Prepares one client connection: SNI, and the name (or IP address) that the certificate must
/// carry.
[[nodiscard]] bool expect_host(SSL* connection, const std::string& host);

/// Why the handshake failed, for people: the verification error where there is one.
[[nodiscard]] std::string handshake_problem(SSL* connection,
                                            const boost::system::error_code& error);

}  // namespace postern::net
