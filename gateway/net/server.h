// An HTTP/1.1 server on an IoPool: SO_REUSEPORT listener per thread, optional TLS, the strict
// byte-level gate in front of the parser, deadlines, caps, and a drain in two steps.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "gateway/net/http.h"
#include "gateway/net/io_thread.h"

namespace postern::net {

template <class T>
using Result = boost::system::result<T>;

struct TlsFiles {
    std::string certificate;  // PEM chain; empty: plain HTTP
    std::string key;          // PEM
};

/// Limits of one listener. Defaults: RELIABILITY 4.1.
struct ServerLimits {
    std::size_t header_bytes_max = 16 * 1024;
    std::size_t header_fields_max = 100;
    std::size_t target_bytes_max = 8 * 1024;
    std::size_t connections_max = 16384;             // of the listener
    std::size_t connections_per_address_max = 1024;  // 0: no cap
    std::size_t requests_per_connection_max = 0;     // 0: no cap
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds idle_timeout{60'000};
    std::chrono::milliseconds body_grace{5'000};  // after it the body must come at body_bytes_per_s
    std::size_t body_bytes_per_s = 500;
    std::chrono::milliseconds write_timeout{30'000};
};

struct ServerOptions {
    std::string name;     // for metrics and logs: "webhooks", "api", "metrics"
    std::string address;  // "127.0.0.1:0", "[::]:8443"
    TlsFiles tls;
    ServerLimits limits;
    /// CIDR; their X-Forwarded-For, X-Forwarded-Proto and PROXY headers count.
    std::vector<std::string> trusted_proxies;
    bool proxy_protocol = false;  // v1 and v2, demanded from trusted_proxies, refused from others
    int inherited_fd = -1;        // a listening socket from systemd, or -1
};

/// Read by /metrics from any thread.
struct ServerCounters {
    std::atomic<std::uint64_t> connections_accepted{0};
    std::atomic<std::uint64_t> connections_refused{0};
    std::atomic<std::int64_t> connections_open{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> requests_malformed{0};  // refused by the gate
    std::atomic<std::uint64_t> timeouts{0};
    std::atomic<std::uint64_t> tls_handshakes_failed{0};
    std::atomic<std::uint64_t> bytes_in{0};
    std::atomic<std::uint64_t> bytes_out{0};
};

class HttpServer {
  public:
    virtual ~HttpServer() = default;
    /// The bound address, with the real port.
    [[nodiscard]] virtual std::string address() const = 0;
    /// Reads certificate and key again; on an error the old ones stay, and the text says why.
    [[nodiscard]] virtual Result<void> reload_tls(std::string& problem) = 0;
    /// Seconds since the epoch at which the certificate ends; 0 without TLS.
    [[nodiscard]] virtual std::int64_t certificate_expires() const = 0;
    /// Step 1: no new connection, keep-alive ends, requests in flight finish. Returns when all are
    /// done or after `grace`; step 2: what is left is aborted. Call from a non-I/O thread.
    virtual void drain(std::chrono::milliseconds grace) = 0;
    [[nodiscard]] virtual const ServerCounters& counters() const = 0;
};

/// Binds and listens at once. `handler` outlives the server. On error `problem` says what and
/// where.
[[nodiscard]] std::unique_ptr<HttpServer> listen(IoPool& pool, HttpHandler& handler,
                                                 ServerOptions options, std::string& problem);

}  // namespace postern::net
