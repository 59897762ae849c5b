// An HTTP/1.1 client: keep-alive pool per origin, TLS verified (chain and host name), deadlines,
// bounded answers. Runs on one IoThread; callbacks come on that thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/system/error_code.hpp>

#include "gateway/net/address.h"
#include "gateway/net/http.h"
#include "gateway/net/io_thread.h"

namespace postern::net {

struct ClientRequest {
    std::string method = "GET";
    std::string url;  // http:// or https://
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// More of the body, read while it is sent: exactly `source_bytes`, which stand within `body`
    /// before its byte `source_at`. Read once: a request that began to read is never repeated.
    std::shared_ptr<BodySource> source{};
    std::uint64_t source_bytes = 0;
    std::size_t source_at = 0;
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds total_timeout{15'000};
    std::size_t body_bytes_max = 1024 * 1024;
    /// Whatever the method says: once a byte may have left, it is never repeated by the client.
    bool once = false;
};

/// How far a request came: decides whether it may be repeated (RELIABILITY 2.5).
enum class Progress : unsigned char { not_sent, sent_partly_or_whole, answered };

struct ClientResponse {
    boost::system::error_code error;  // set: no complete answer
    Progress progress = Progress::not_sent;
    std::string problem;  // for people, when error is set
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// An HTTP proxy between us and everybody whom its list of exceptions does not name.
struct ProxyOptions {
    std::string url;          // "http://host:port"; empty: nobody is between
    std::string credentials;  // "user:password", sent as Basic; empty: none
    /// Hosts that are called directly: a name (with what ends in it), an address, a network
    /// ("10.0.0.0/8"), or "*".
    std::vector<std::string> except;
    bool operator==(const ProxyOptions&) const = default;
};

struct ClientOptions {
    std::size_t connections_per_origin_max = 64;
    std::chrono::milliseconds idle_timeout{30'000};
    std::string ca_file;  // extra trust; empty: the system's store
    bool verify_tls = true;
    /// https through CONNECT, http in absolute form. What ends at the proxy is Errc::proxy_failed
    /// (no way to it) or Errc::proxy_refused (it said no); the request was not sent then.
    ProxyOptions proxy;
    /// Asked for every address that a host has, before any of them is connected to: one refusal
    /// refuses the host (Errc::address_refused, not sent). Empty: all are allowed. Addresses that
    /// only a proxy sees are not asked for.
    std::function<bool(const IpAddress&)> allow_address;
};

class HttpClient {
  public:
    virtual ~HttpClient() = default;
    /// On the client's thread. Queues when the origin's connections are all busy (bounded by
    /// 16,384; beyond it the callback gets an error at once).
    virtual void send(ClientRequest request, std::function<void(ClientResponse)> done) = 0;
    /// Streams a response body piece by piece (SSE); `piece` returns false to stop. `done` as
    /// above, with an empty body. No total timeout applies after the head.
    virtual void stream(ClientRequest request, std::function<bool(std::string_view)> piece,
                        std::function<void(ClientResponse)> done) = 0;
    /// Like send(), but the body of a 2xx answer goes to `sink`, at the sink's pace and within
    /// total_timeout; other answers keep theirs, up to body_bytes_max. Errc::body_too_large: the
    /// sink wanted no more.
    virtual void download(ClientRequest request, std::shared_ptr<BodySink> sink,
                          std::function<void(ClientResponse)> done);
    /// Reads `ca_file` again, for connections that are made from now on; false with words in
    /// `problem`, and all stays as it was. Any thread that may read a file.
    [[nodiscard]] virtual bool reload_trust(std::string& problem);
};

[[nodiscard]] std::unique_ptr<HttpClient> make_client(IoThread& thread, ClientOptions options = {});

/// For command-line programs: posts to `thread`, waits, returns. Never on an I/O thread.
[[nodiscard]] ClientResponse fetch(IoThread& thread, HttpClient& client, ClientRequest request);

}  // namespace postern::net
