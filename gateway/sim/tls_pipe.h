// The server's half of TLS without a socket: bytes of the wire in, text out, and the reverse.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

namespace postern::sim {

/// A certificate and its key, from files of PEM. Null if they are none, or do not fit; `problem`
/// says which.
[[nodiscard]] std::shared_ptr<SSL_CTX> make_tls_context(const std::string& certificate,
                                                        const std::string& key,
                                                        std::string& problem);

/// One connection. Thread: one.
class TlsPipe final {
  public:
    explicit TlsPipe(std::shared_ptr<SSL_CTX> context);

    /// Appends what the bytes say to `text`. False: this is no TLS, or its end.
    [[nodiscard]] bool hear(std::string_view bytes, std::string& text);
    /// Waits until the handshake is done.
    void say(std::string_view text);
    [[nodiscard]] std::string take_output();

  private:
    void flush();

    struct Free {
        void operator()(SSL* ssl) const;
    };
    std::shared_ptr<SSL_CTX> context_;
    std::unique_ptr<SSL, Free> ssl_;
    std::string unsaid_;
};

}  // namespace postern::sim
