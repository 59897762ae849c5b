#include "gateway/net/listen_socket.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/net/address.h"

namespace postern::net {
namespace {

constexpr int backlog = 4096;

struct SocketAddress {
    sockaddr_storage bytes{};
    socklen_t size = 0;
    int family = AF_UNSPEC;
};

std::string error_text() {
    return std::strerror(errno);
}

bool resolve(const std::string& text, SocketAddress& found, std::string& problem) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) {
        problem = text + ": not host:port";
        return false;
    }
    auto host = text.substr(0, colon);
    const auto port = text.substr(colon + 1);
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int error =
        ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &list);
    if (error != 0) {
        problem = text + ": " + ::gai_strerror(error);
        return false;
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, ::freeaddrinfo);
    std::memcpy(&found.bytes, list->ai_addr, list->ai_addrlen);
    found.size = list->ai_addrlen;
    found.family = list->ai_family;
    return true;
}

/// A bound socket or -1 with errno.
int bind_socket(const SocketAddress& address, bool shared) {
    const int fd = ::socket(address.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (shared) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) == 0) return fd;
    const int error = errno;
    ::close(fd);
    errno = error;
    return -1;
}

std::uint16_t port_of(const SocketAddress& address) {
    const auto* raw = reinterpret_cast<const sockaddr_in*>(&address.bytes);
    return ntohs(raw->sin_port);  // at the same place for both families
}

bool read_bound(int fd, SocketAddress& address) {
    address.size = sizeof address.bytes;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address.bytes), &address.size) != 0) {
        return false;
    }
    address.family = address.bytes.ss_family;
    return true;
}

std::vector<int> failed(std::vector<int>& fds, std::string& problem, const std::string& text) {
    problem = text;
    for (const int fd : fds) ::close(fd);
    return {};
}

}  // namespace

std::vector<int> open_listeners(const std::string& address, std::size_t count,
                                std::string& problem) {
    SocketAddress wanted;
    std::vector<int> fds;
    if (!resolve(address, wanted, problem)) return fds;
    if (port_of(wanted) != 0) {
        const int probe = bind_socket(wanted, false);
        if (probe < 0) return failed(fds, problem, address + ": " + error_text());
        ::close(probe);
    }
    for (std::size_t i = 0; i < count; ++i) {
        const int fd = bind_socket(wanted, true);
        if (fd < 0) return failed(fds, problem, address + ": " + error_text());
        fds.push_back(fd);
        if (::listen(fd, backlog) != 0 || !read_bound(fd, wanted)) {
            return failed(fds, problem, address + ": " + error_text());
        }
    }
    return fds;
}

std::vector<int> duplicate_listener(int fd, std::size_t count, std::string& problem) {
    std::vector<int> fds;
    int listening = 0;
    socklen_t size = sizeof listening;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
        problem = "inherited descriptor " + std::to_string(fd) + " is not a listening socket";
        return fds;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
        if (copy < 0) return failed(fds, problem, "inherited descriptor: " + error_text());
        fds.push_back(copy);
    }
    return fds;
}

bool is_v6_socket(int fd) {
    SocketAddress address;
    return read_bound(fd, address) && address.family == AF_INET6;
}

std::string bound_address(int fd) {
    SocketAddress address;
    if (!read_bound(fd, address)) return {};
    IpAddress ip;
    if (address.family == AF_INET6) {
        const auto* raw = reinterpret_cast<const sockaddr_in6*>(&address.bytes);
        std::memcpy(ip.bytes.data(), &raw->sin6_addr, ip.bytes.size());
        return "[" + ip.to_string() + "]:" + std::to_string(port_of(address));
    }
    std::array<std::uint8_t, 4> v4{};
    const auto* raw = reinterpret_cast<const sockaddr_in*>(&address.bytes);
    std::memcpy(v4.data(), &raw->sin_addr, v4.size());
    return from_v4(v4).to_string() + ":" + std::to_string(port_of(address));
}

}  // namespace postern::net
