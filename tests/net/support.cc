#include "tests/net/support.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace postern::net::test {
namespace {

constexpr int patience_s = 5;

void add_extension(X509* certificate, int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

bool is_address(const std::string& host) {
    in_addr ignored{};
    return ::inet_pton(AF_INET, host.c_str(), &ignored) == 1;
}

int connect_to(const std::string& address) {
    const auto colon = address.rfind(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{patience_s, 0};
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return fd;
    ::close(fd);
    return -1;
}

std::size_t content_length(std::string_view head) {
    for (std::string_view name : {"Content-Length: ", "content-length: "}) {
        const auto at = head.find(name);
        if (at != std::string_view::npos) return std::strtoul(&head[at + name.size()], nullptr, 10);
    }
    return 0;
}

}  // namespace

Certificate::Certificate(const std::string& host, int days_valid) {
    folder_ = ::testing::TempDir() + "postern-net-test-XXXXXX";
    if (::mkdtemp(folder_.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
    write(host, days_valid);
}

Certificate::~Certificate() {
    std::remove(files().certificate.c_str());
    std::remove(files().key.c_str());
    ::rmdir(folder_.c_str());
}

void Certificate::write(const std::string& host, int days_valid) const {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    static std::atomic<long> serial{1};
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -86'400L * 400);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400L * days_valid);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, NID_subject_alt_name, (is_address(host) ? "IP:" : "DNS:") + host);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* file = std::fopen(files().certificate.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(files().key.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

RawClient::RawClient(const std::string& address, bool tls) : fd_(connect_to(address)) {
    if (tls && connected()) start_tls();
}

void RawClient::start_tls() {
    context_ = SSL_CTX_new(TLS_client_method());
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, fd_);
    SSL_set_tlsext_host_name(ssl_, "localhost");
    secured_ = SSL_connect(ssl_) == 1;
}

RawClient::~RawClient() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    if (context_ != nullptr) SSL_CTX_free(context_);
    if (fd_ >= 0) ::close(fd_);
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const long sent = ssl_ != nullptr
                              ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

long RawClient::receive(char* to, std::size_t size) {
    return ssl_ != nullptr ? SSL_read(ssl_, to, static_cast<int>(size)) : ::recv(fd_, to, size, 0);
}

std::string RawClient::read_to_end() {
    std::string all = std::move(left_);
    left_.clear();
    char piece[16384];
    long got = 0;
    while ((got = receive(piece, sizeof piece)) > 0) all.append(piece, static_cast<size_t>(got));
    return all;
}

std::string RawClient::read_at_least(std::size_t bytes) {
    char piece[16384];
    while (left_.size() < bytes) {
        const long got = receive(piece, sizeof piece);
        if (got <= 0) break;
        left_.append(piece, static_cast<std::size_t>(got));
    }
    return std::exchange(left_, {});
}

std::string RawClient::read_answer(bool to_head) {
    char piece[16384];
    while (true) {
        const auto end = left_.find("\r\n\r\n");
        if (end != std::string::npos) {
            const auto head = std::string_view(left_).substr(0, end + 4);
            std::size_t total = head.size();
            bool complete = true;
            if (!to_head && head.find("chunked") != std::string_view::npos) {
                const auto last = left_.find("0\r\n\r\n", head.size());
                complete = last != std::string::npos;
                total = complete ? last + 5 : 0;
            } else if (!to_head && !head.starts_with("HTTP/1.1 100")) {
                total += content_length(head);
                complete = left_.size() >= total;
            }
            if (complete) {
                auto answer = left_.substr(0, total);
                left_.erase(0, total);
                return answer;
            }
        }
        const long got = receive(piece, sizeof piece);
        if (got <= 0) return std::exchange(left_, {});
        left_.append(piece, static_cast<std::size_t>(got));
    }
}

bool RawClient::closed_by_peer() {
    char byte = 0;
    errno = 0;
    const long got = receive(&byte, 1);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

std::string RawClient::peer_certificate_name() const {
    if (ssl_ == nullptr) return {};
    const X509* certificate = SSL_get0_peer_certificate(ssl_);
    char name[128] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                              sizeof name);
    return name;
}

Admission TestHandler::admit(const Request& head) {
    Admission admission;
    admission.body_bytes_max = body_bytes_max;
    if (head.path == "/forbidden") {
        admission.accepted = false;
        admission.refusal.status = 403;
        admission.refusal.body = "no";
    }
    return admission;
}

void TestHandler::handle(const Request& request, Responder responder) {
    if (on_request) return on_request(request, std::move(responder));
    Response response;
    response.content_type = "text/plain";
    response.body = std::string(request.method) + " " + std::string(request.target) + " [" +
                    std::string(request.body) + "]";
    responder.send(std::move(response));
}

TestServer::TestServer(ServerOptions options, std::size_t threads) : pool(make_io_pool(threads)) {
    if (options.address.empty()) options.address = "127.0.0.1:0";
    server = listen(*pool, handler, std::move(options), problem);
    EXPECT_NE(server, nullptr) << problem;
}

TestServer::~TestServer() {
    server.reset();
    pool->stop();
}

std::string TestServer::url(std::string_view path, bool tls) const {
    return (tls ? "https://" : "http://") + address() + std::string(path);
}

struct ScriptedServer::State {
    std::function<void(int, int)> script;
    int listener = -1;
    std::uint16_t port = 0;
    std::atomic<int> connections{0};
    std::atomic<bool> stopping{false};
    std::mutex lock;
    std::vector<std::thread> peers;
};

ScriptedServer::ScriptedServer(std::function<void(int, int)> script)
    : state_(std::make_shared<State>()) {
    state_->script = std::move(script);
    state_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(state_->listener, reinterpret_cast<sockaddr*>(&at), sizeof at);
    ::listen(state_->listener, 64);
    socklen_t size = sizeof at;
    ::getsockname(state_->listener, reinterpret_cast<sockaddr*>(&at), &size);
    state_->port = ntohs(at.sin_port);
    threads_.emplace_back([state = state_] {
        while (true) {
            const int fd = ::accept(state->listener, nullptr, nullptr);
            if (fd < 0) return;
            const timeval patience{patience_s, 0};
            ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            const int number = ++state->connections;
            const std::lock_guard hold(state->lock);
            state->peers.emplace_back([state, fd, number] {
                state->script(fd, number);
                ::close(fd);
            });
        }
    });
}

ScriptedServer::~ScriptedServer() {
    ::shutdown(state_->listener, SHUT_RDWR);
    for (auto& thread : threads_) thread.join();
    for (auto& peer : state_->peers) peer.join();
    ::close(state_->listener);
}

std::string ScriptedServer::url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(state_->port) + std::string(path);
}

int ScriptedServer::connections() const {
    return state_->connections;
}

void send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool read_request(int fd, std::string& request) {
    request.clear();
    char piece[16384];
    while (true) {
        const auto end = request.find("\r\n\r\n");
        if (end != std::string::npos &&
            request.size() >= end + 4 + content_length(request.substr(0, end))) {
            return true;
        }
        const auto got = ::recv(fd, piece, sizeof piece, 0);
        if (got <= 0) return false;
        request.append(piece, static_cast<std::size_t>(got));
    }
}

bool eventually(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(patience_s);
    while (std::chrono::steady_clock::now() < end) {
        if (condition()) return true;
        std::this_thread::yield();
    }
    return condition();
}

}  // namespace postern::net::test
