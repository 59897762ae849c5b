#include "gateway/net/tls.h"

#include <cstring>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "gateway/net/address.h"

namespace postern::net {
namespace {

namespace ssl = boost::asio::ssl;

constexpr const char* ciphers_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr unsigned char alpn_http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
constexpr int security_level = 2;

bool harden(SSL_CTX* context) {
    SSL_CTX_set_security_level(context, security_level);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    // Idle connections give their record buffers back: 32 KiB each.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, ciphers_1_2) == 1;
}

int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned int in_size, void*) {
    unsigned char* chosen = nullptr;
    const int found =
        SSL_select_next_proto(&chosen, out_size, alpn_http_1_1, sizeof alpn_http_1_1, in, in_size);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::int64_t expiry_of(SSL_CTX* context) {
    const X509* certificate = SSL_CTX_get0_certificate(context);
    if (certificate == nullptr) return 0;
    std::tm moment{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &moment) != 1) return 0;
    return static_cast<std::int64_t>(::timegm(&moment));
}

}  // namespace

std::shared_ptr<ServerTls> make_server_tls(const TlsFiles& files, std::string& problem) {
    auto made = std::make_shared<ServerTls>(ServerTls{ssl::context(ssl::context::tls_server)});
    SSL_CTX* native = made->context.native_handle();
    boost::system::error_code error;
    if (!harden(native)) {
        problem = "OpenSSL refuses the cipher list";
        return nullptr;
    }
    SSL_CTX_set_alpn_select_cb(native, choose_alpn, nullptr);
    made->context.use_certificate_chain_file(files.certificate, error);
    if (error) {
        problem = files.certificate + ": " + error.message();
        return nullptr;
    }
    made->context.use_private_key_file(files.key, ssl::context::pem, error);
    if (error || SSL_CTX_check_private_key(native) != 1) {
        problem = files.key + ": " +
                  (error ? error.message() : "the key does not belong to the certificate");
        ERR_clear_error();
        return nullptr;
    }
    made->expires = expiry_of(native);
    return made;
}

std::shared_ptr<ssl::context> make_client_tls(const std::string& ca_file, bool verify,
                                              std::string& problem, Alpn alpn) {
    auto made = std::make_shared<ssl::context>(ssl::context::tls_client);
    SSL_CTX* native = made->native_handle();
    boost::system::error_code error;
    if (!harden(native)) {
        problem = "OpenSSL refuses the cipher list";
        return nullptr;
    }
    if (alpn == Alpn::http_1_1)
        SSL_CTX_set_alpn_protos(native, alpn_http_1_1, sizeof alpn_http_1_1);
    made->set_verify_mode(verify ? ssl::verify_peer : ssl::verify_none, error);
    if (!error) made->set_default_verify_paths(error);
    if (!error && !ca_file.empty()) made->load_verify_file(ca_file, error);
    if (error) {
        problem = ca_file + ": " + error.message();
        return nullptr;
    }
    return made;
}

bool expect_host(SSL* connection, const std::string& host) {
    if (parse_address(host)) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
    }
    SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name(connection, host.c_str()) == 1 &&
           SSL_set1_host(connection, host.c_str()) == 1;
}

std::string handshake_problem(SSL* connection, const boost::system::error_code& error) {
    const long verdict = SSL_get_verify_result(connection);
    if (verdict != X509_V_OK) return X509_verify_cert_error_string(verdict);
    return error.message();
}

}  // namespace postern::net
