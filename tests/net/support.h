// Raw peers for the network tests: a blocking client that sends exactly the bytes it is told, plain
// or TLS; a scripted server; certificates made on the spot. No Asio here: an independent opinion.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gateway/net/http.h"
#include "gateway/net/io_thread.h"
#include "gateway/net/server.h"

typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_st SSL;

namespace postern::net::test {

/// A key and a self-signed certificate for `host`, as PEM files removed with the object.
class Certificate {
  public:
    Certificate(const std::string& host, int days_valid);
    ~Certificate();
    /// Overwrites the files with another certificate.
    void write(const std::string& host, int days_valid) const;
    [[nodiscard]] TlsFiles files() const { return {folder_ + "/cert.pem", folder_ + "/key.pem"}; }

  private:
    std::string folder_;
};

class RawClient {
  public:
    explicit RawClient(const std::string& address, bool tls = false);
    /// Takes over a socket that is connected already.
    explicit RawClient(int fd) : fd_(fd) {}
    ~RawClient();
    RawClient(const RawClient&) = delete;

    [[nodiscard]] bool connected() const { return fd_ >= 0; }
    bool send(std::string_view bytes);
    /// Everything until the peer closes; "" on a time-out of 5 s, too.
    [[nodiscard]] std::string read_to_end();
    /// One answer with Content-Length or chunked body, head included.
    [[nodiscard]] std::string read_answer(bool to_head = false);
    /// At least `bytes`, or less if the peer closes.
    [[nodiscard]] std::string read_at_least(std::size_t bytes);
    [[nodiscard]] bool closed_by_peer();
    [[nodiscard]] std::string peer_certificate_name() const;
    [[nodiscard]] bool secured() const { return secured_; }
    [[nodiscard]] int fd() const { return fd_; }
    /// The handshake, after raw bytes went ahead of it.
    void start_tls();

  private:
    [[nodiscard]] long receive(char* to, std::size_t size);

    int fd_ = -1;
    SSL_CTX* context_ = nullptr;
    SSL* ssl_ = nullptr;
    bool secured_ = false;
    std::string left_;
};

/// Answers by path: see handler() in support.cc. Records what it saw.
class TestHandler final : public HttpHandler {
  public:
    std::size_t body_bytes_max = 64 * 1024;
    std::function<void(const Request&, Responder)> on_request;  // replaces the echo

    [[nodiscard]] Admission admit(const Request& head) override;
    void handle(const Request& request, Responder responder) override;
};

/// A pool, a server and its handler, stopped in the right order.
struct TestServer {
    explicit TestServer(ServerOptions options = {}, std::size_t threads = 1);
    ~TestServer();

    [[nodiscard]] std::string address() const { return server->address(); }
    [[nodiscard]] std::string url(std::string_view path, bool tls = false) const;

    std::unique_ptr<IoPool> pool;
    TestHandler handler;
    std::string problem;
    std::unique_ptr<HttpServer> server;
};

/// Accepts connections one after the other and runs the script on each, on a thread of its own.
class ScriptedServer {
  public:
    explicit ScriptedServer(std::function<void(int fd, int connection)> script);
    ~ScriptedServer();
    [[nodiscard]] std::string url(std::string_view path) const;
    [[nodiscard]] int connections() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
    std::vector<std::thread> threads_;
};

void send_all(int fd, std::string_view bytes);
/// Reads until the head's end and Content-Length bytes have come. False: the peer closed.
bool read_request(int fd, std::string& request);

/// Polls until true or 5 s have passed.
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

}  // namespace postern::net::test
