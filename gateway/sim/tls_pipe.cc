// OpenSSL over two memory buffers, which it never blocks on.
#include "gateway/sim/tls_pipe.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <utility>

namespace postern::sim {

std::shared_ptr<SSL_CTX> make_tls_context(const std::string& certificate, const std::string& key,
                                          std::string& problem) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
        problem = "OpenSSL makes no context";
    } else if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
        problem = "'" + certificate + "' holds no certificate in PEM";
    } else if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
        problem = "'" + key + "' holds no private key in PEM, or not the certificate's";
    } else {
        return context;
    }
    return nullptr;
}

void TlsPipe::Free::operator()(SSL* ssl) const {
    SSL_free(ssl);
}

TlsPipe::TlsPipe(std::shared_ptr<SSL_CTX> context)
    : context_(std::move(context)), ssl_(SSL_new(context_.get())) {
    SSL_set_accept_state(ssl_.get());
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
}

bool TlsPipe::hear(std::string_view bytes, std::string& text) {
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    std::array<char, 16'384> piece{};
    while (true) {
        ERR_clear_error();
        const int got = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
        if (got <= 0) {
            const bool goes_on = SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ;
            if (goes_on) flush();
            return goes_on;
        }
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
}

void TlsPipe::say(std::string_view text) {
    unsaid_.append(text);
    flush();
}

/// A memory buffer takes all of it.
void TlsPipe::flush() {
    if (unsaid_.empty() || SSL_is_init_finished(ssl_.get()) != 1) return;
    const std::string text = std::exchange(unsaid_, {});
    SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
}

std::string TlsPipe::take_output() {
    BIO* const out = SSL_get_wbio(ssl_.get());
    std::string bytes(static_cast<std::size_t>(BIO_ctrl_pending(out)), '\0');
    if (!bytes.empty()) BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

}  // namespace postern::sim
