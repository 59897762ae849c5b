#include "gateway/net/errc.h"

#include <string>

namespace postern::net {
namespace {

const char* text_of(Errc code) {
    switch (code) {
        case Errc::bad_url:
            return "the URL cannot be used";
        case Errc::bad_request:
            return "the request has a forbidden byte in its head";
        case Errc::queue_full:
            return "too many requests are waiting for a connection";
        case Errc::connect_timed_out:
            return "connecting took too long";
        case Errc::timed_out:
            return "no complete answer came in time";
        case Errc::bad_response:
            return "the answer is not HTTP/1.1";
        case Errc::header_too_large:
            return "the answer's headers are too long";
        case Errc::body_too_large:
            return "the answer's body is too long";
        case Errc::closed_early:
            return "the connection ended before the answer was complete";
        case Errc::tls_failed:
            return "the TLS handshake failed";
        case Errc::stopped:
            return "the client is shutting down";
        case Errc::bad_certificate:
            return "certificate or key cannot be used";
        case Errc::address_refused:
            return "the host has an address that must not be called";
        case Errc::proxy_failed:
            return "the proxy cannot be reached";
        case Errc::proxy_refused:
            return "the proxy refuses to connect us";
        case Errc::source_failed:
            return "what was to be sent cannot be read any more";
    }
    return "unknown error";
}

class NetCategory final : public boost::system::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "postern.net"; }
    [[nodiscard]] std::string message(int code) const override {
        return text_of(static_cast<Errc>(code));
    }
};

}  // namespace

const boost::system::error_category& net_category() {
    static const NetCategory category;
    return category;
}

boost::system::error_code make_error_code(Errc code) {
    return {static_cast<int>(code), net_category()};
}

}  // namespace postern::net
