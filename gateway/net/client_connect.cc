// How a client connection comes up: a dial, a proxy's tunnel where there is one, TLS. Nothing of
// the request is sent before all of it stands.
#include "gateway/net/client_connection.h"
#include "gateway/net/client_pool.h"
#include "gateway/net/dial.h"
#include "gateway/net/errc.h"

namespace postern::net {
namespace {

constexpr std::size_t proxy_read_bytes = 2 * 1024;
constexpr std::size_t proxy_answer_max = 16 * 1024;

}  // namespace

Task<bool> ClientConnection::connect() {
    const auto held = exchange_;
    const auto& url = held->url;
    const bool through = held->via_proxy;
    const std::string host = through ? pool_->proxy().host() : url.host;
    const std::string service = through ? pool_->proxy().port() : url.port;
    if (through && host.empty()) {
        fail(Errc::proxy_failed, pool_->proxy().name());
        co_return false;
    }
    const Dialling line{stream_, pool_->loop().names(), closed_,
                        through ? nullptr : &pool_->options().allow_address};
    last_error_ = co_await dial(line, host, service);
    if (closed_) co_return false;
    if (last_error_ == Errc::address_refused) {
        fail(Errc::address_refused);
        co_return false;
    }
    if (last_error_) {
        const std::string whom = through ? "proxy " + pool_->proxy().name() : url.origin();
        fail(through ? error_code(Errc::proxy_failed) : last_error_,
             whom + ": " + last_error_.message());
        co_return false;
    }
    if (!url.secure) co_return true;
    if (through && !co_await tunnel()) co_return false;
    co_return co_await secure();
}

/// CONNECT: from a 2xx on the bytes are between us and the host.
Task<bool> ClientConnection::tunnel() {
    const auto held = exchange_;
    const std::string head = pool_->proxy().connect_head(held->url);
    const std::string whom = "proxy " + pool_->proxy().name() + ": ";
    for (std::string_view left = head; !left.empty();) {
        const asio::const_buffer buffer(left.data(), left.size());
        const auto [error, bytes] = co_await stream_.write_some(buffer);
        if (error || closed_) {
            fail(Errc::proxy_failed, whom + error.message());
            co_return false;
        }
        left.remove_prefix(bytes);
    }
    std::string answer;
    while (answer.find("\r\n\r\n") == std::string::npos && answer.size() < proxy_answer_max) {
        const auto have = answer.size();
        answer.resize(have + proxy_read_bytes);
        const asio::mutable_buffer buffer(answer.data() + have, proxy_read_bytes);
        const auto [error, bytes] = co_await stream_.read_some(buffer);
        answer.resize(have + bytes);
        if (closed_) co_return false;
        if (error) {
            fail(Errc::proxy_failed, whom + error.message());
            co_return false;
        }
    }
    const int status = status_of(answer);
    // A host speaks after us: what stands behind the head already is nobody's TLS.
    if (status / 100 == 2 && answer.ends_with("\r\n\r\n")) co_return true;
    fail(Errc::proxy_refused,
         whom + (status == 0 ? "no HTTP answer" : "status " + std::to_string(status)));
    co_return false;
}

Task<bool> ClientConnection::secure() {
    const auto held = exchange_;
    if (!pool_->tls()) {
        fail(Errc::tls_failed, pool_->tls_problem());
        co_return false;
    }
    std::string problem;
    const auto error = co_await begin_tls(stream_, *pool_->tls(), held->url.host, problem);
    if (closed_) co_return false;
    if (!error) co_return true;
    fail(Errc::tls_failed, held->url.origin() + ": " + problem);
    co_return false;
}

}  // namespace postern::net
