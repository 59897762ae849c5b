// A refused receipt is posted again, as a provider does.
#include "bench/load/receipts.h"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>

#include <fmt/format.h>

#include "bench/load/arrivals.h"

namespace postern::load {

bool Receipts::connect(Connection& c) {
    c.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c.fd < 0) return false;
    const auto* address = reinterpret_cast<const sockaddr*>(&options_.target);
    if (::connect(c.fd, address, sizeof options_.target) != 0) return false;
    const int on = 1;
    (void)::setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &c;
    return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event) == 0;
}

bool Receipts::start(const Options& options, int epoll) {
    options_ = options;
    epoll_ = epoll;
    connections_.resize(options_.connections);
    for (Connection& c : connections_) {
        if (!connect(c)) return false;
        idle_.push_back(&c);
    }
    return true;
}

std::string Receipts::request(std::uint64_t id) const {
    const std::string name = fmt::format("s{:010}", id);
    if (const std::size_t at = options_.path.find("{id}"); at != std::string::npos) {
        std::string target = options_.path;
        target.replace(at, 4, name);
        return fmt::format("GET {} HTTP/1.1\r\nHost: sink\r\n\r\n", target);
    }
    const std::string body =
        fmt::format(R"({{"type":"status","id":"{}","status":"delivered"}})", name);
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: sink\r\nContent-Type: application/json\r\nX-Sink-Token: {}\r\n"
        "Content-Length: {}\r\n\r\n{}",
        options_.path, options_.token, body.size(), body);
}

void Receipts::send(Connection& c, std::uint64_t id) {
    const std::string request = this->request(id);
    c.busy = true;
    c.id = id;
    c.bytes = 0;
    if (::send(c.fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
        waiting_.push_front(id);
        c.busy = false;
        ::close(c.fd);
        if (connect(c)) idle_.push_back(&c);
    }
}

void Receipts::post(std::uint64_t id) {
    if (idle_.empty()) return waiting_.push_back(id);
    Connection& c = *idle_.back();
    idle_.pop_back();
    send(c, id);
}

void Receipts::next(Connection& c) {
    c.busy = false;
    if (waiting_.empty()) return idle_.push_back(&c);
    const std::uint64_t id = waiting_.front();
    waiting_.pop_front();
    send(c, id);
}

bool Receipts::ready(void* data) {
    auto* const found = static_cast<Connection*>(data);
    if (connections_.empty() || found < &connections_.front() || found > &connections_.back())
        return false;
    Connection& c = *found;
    const ssize_t n = ::recv(c.fd, c.answer.data() + c.bytes, c.answer.size() - c.bytes, 0);
    if (n <= 0) {
        if (c.busy) waiting_.push_front(c.id);
        ::close(c.fd);
        c.busy = false;
        if (connect(c)) next(c);
        return true;
    }
    c.bytes += static_cast<std::size_t>(n);
    const std::string_view text(c.answer.data(), c.bytes);
    // Its bodies are a few bytes and come with their heads.
    if (text.find("\r\n\r\n") == std::string_view::npos) return true;
    if (text.size() > 9 && text[9] == '2') {
        ++answered_;
        last_us_ = wall_us();
    } else {
        ++refused_;
        waiting_.push_back(c.id);
    }
    next(c);
    return true;
}

}  // namespace postern::load
