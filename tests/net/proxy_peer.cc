#include "tests/net/proxy_peer.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "tests/net/support.h"

namespace postern::net::test {
namespace {

std::string head_of(int client, std::string& rest) {
    std::string bytes;
    std::array<char, 2048> buffer{};
    while (bytes.find("\r\n\r\n") == std::string::npos) {
        const ssize_t got = ::recv(client, buffer.data(), buffer.size(), 0);
        if (got <= 0) return {};
        bytes.append(buffer.data(), static_cast<std::size_t>(got));
    }
    const std::size_t end = bytes.find("\r\n\r\n") + 4;
    rest = bytes.substr(end);
    return bytes.substr(0, end);
}

std::string field_of(const std::string& head, const std::string& name) {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
}

/// Bytes both ways until one side ends.
void relay(int a, int b) {
    std::array<pollfd, 2> both{{{a, POLLIN, 0}, {b, POLLIN, 0}}};
    std::array<char, 16384> buffer{};
    while (::poll(both.data(), both.size(), -1) > 0) {
        for (std::size_t i = 0; i < both.size(); ++i) {
            if (both[i].revents == 0) continue;
            const ssize_t got = ::recv(both[i].fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) return;
            send_all(both[1 - i].fd, {buffer.data(), static_cast<std::size_t>(got)});
        }
    }
}

}  // namespace

ProxyPeer::ProxyPeer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    (void)::bind(listener_, any, size);
    (void)::listen(listener_, 16);
    (void)::getsockname(listener_, any, &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

ProxyPeer::~ProxyPeer() {
    stopping_.store(true);
    (void)::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int socket : sockets_) (void)::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    for (const int socket : sockets_) (void)::close(socket);
    (void)::close(listener_);
}

std::string ProxyPeer::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> ProxyPeer::asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
}

void ProxyPeer::accept_all() {
    while (!stopping_.load()) {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) return;
        const std::lock_guard lock(mutex_);
        sockets_.push_back(client);
        threads_.emplace_back([this, client] {
            serve(client);
            (void)::shutdown(client, SHUT_RDWR);
        });
    }
}

int ProxyPeer::open_upstream(const std::string& endpoint) {
    const std::size_t colon = endpoint.rfind(':');
    const std::string host = endpoint.substr(0, colon), port = endpoint.substr(colon + 1);
    addrinfo hints{}, *found = nullptr;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return -1;
    const int upstream = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = ::connect(upstream, found->ai_addr, found->ai_addrlen) == 0;
    ::freeaddrinfo(found);
    const std::lock_guard lock(mutex_);
    sockets_.push_back(upstream);
    return connected ? upstream : -1;
}

void ProxyPeer::serve(int client) {
    std::string rest;
    const std::string head = head_of(client, rest);
    if (head.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        asked_.push_back(head.substr(0, head.find("\r\n")));
    }
    if (!authorization.empty() && field_of(head, "Proxy-Authorization") != authorization) {
        return send_all(client,
                        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    }
    if (refuse_with != 0) {
        return send_all(
            client, "HTTP/1.1 " + std::to_string(refuse_with) + " No\r\nContent-Length: 0\r\n\r\n");
    }
    const std::size_t from = head.find(' ') + 1;
    const std::string target = head.substr(from, head.find(' ', from) - from);
    if (head.starts_with("CONNECT ")) {
        const int upstream = open_upstream(target);
        if (upstream < 0) return send_all(client, "HTTP/1.1 502 Bad Gateway\r\n\r\n");
        send_all(client, "HTTP/1.1 200 Connection established\r\n\r\n" + extra_bytes);
        return relay(client, upstream);
    }
    const std::string authority = target.substr(7, target.find('/', 7) - 7);
    const int upstream = open_upstream(authority);
    if (upstream < 0) return send_all(client, "HTTP/1.1 502 Bad Gateway\r\n\r\n");
    std::string onward = head;
    onward.replace(from, 7 + authority.size(), "");
    send_all(upstream, onward + rest);
    relay(client, upstream);
}

}  // namespace postern::net::test
