// The provider's end in `bench/run --sending`: takes any request, answers with an id, and remembers
// when which number came. One thread, epoll, keep-alive. What it knows is asked of it over HTTP:
//   GET /_sink/report?from=N&to=N  ·  /_sink/times?from=N&to=N  ·  /_sink/receipts  ·  /_sink/reset
// `/_sink/told` is where Kannel tells its user of a receipt.
#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "bench/load/arrivals.h"
#include "bench/load/receipts.h"

namespace postern::load {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";

struct Client {
    int fd = -1;
    std::string in;
};

std::uint64_t number_after(std::string_view text, std::string_view name) {
    const std::size_t at = text.find(name);
    if (at == std::string_view::npos) return 0;
    std::uint64_t value = 0;
    const char* const begin = text.data() + at + name.size();
    (void)std::from_chars(begin, text.data() + text.size(), value);
    return value;
}

/// Bytes of the first request in `text`; 0: more is needed.
std::size_t request_size(std::string_view text) {
    const std::size_t head = text.find(head_end);
    if (head == std::string_view::npos) return 0;
    const std::string_view fields = text.substr(0, head);
    std::size_t body = number_after(fields, "\r\nContent-Length: ");
    if (body == 0) body = number_after(fields, "\r\ncontent-length: ");
    const std::size_t size = head + head_end.size() + body;
    return text.size() < size ? 0 : size;
}

class Sink final {
  public:
    bool listen(int port);
    bool receipts_to(const Receipts::Options& options) {
        with_receipts_ = receipts_.start(options, epoll_);
        return with_receipts_;
    }
    [[nodiscard]] int port() const { return port_; }
    [[noreturn]] void run();

  private:
    void accept_one();
    void readable(Client& client);
    std::string answer(std::string_view request);

    int epoll_ = -1;
    int listener_ = -1;
    int port_ = 0;
    Arrivals arrivals_;
    Receipts receipts_;
    bool with_receipts_ = false;
    std::uint64_t taken_ = 0;
    std::uint64_t told_ = 0;  // by a gateway that passes receipts on
    std::int64_t told_us_ = 0;
};

bool Sink::listen(int port) {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // A second sink takes the port of the first, whose connections still linger.
    const int reuse = 1;
    if (::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse) != 0) return false;
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(static_cast<std::uint16_t>(port));
    socklen_t size = sizeof at;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0) return false;
    if (::listen(listener_, 1024) != 0) return false;
    if (::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0) return false;
    port_ = ntohs(at.sin_port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) == 0;
}

void Sink::accept_one() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto client = std::make_unique<Client>();
    client->fd = fd;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = client.release();  // readable() ends it
    (void)::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

std::string Sink::answer(std::string_view request) {
    const auto json = [](std::string_view body) {
        return fmt::format(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
            body.size(), body);
    };
    const std::string_view line = request.substr(0, request.find('\r'));
    const std::size_t own = line.find("/_sink/");
    if (own == std::string_view::npos) {
        arrivals_.arrived(request, wall_us());
        const std::uint64_t id = ++taken_;
        if (with_receipts_) receipts_.post(id);
        return json(fmt::format(R"({{"id":"s{:010}"}})", id));
    }
    const std::uint64_t from = number_after(line, "from=");
    const std::uint64_t to = number_after(line, "to=");
    if (line.find("times") != std::string_view::npos) return json(arrivals_.times(from, to));
    if (line.find("told") != std::string_view::npos) {
        told_us_ = wall_us();
        return json(fmt::format(R"({{"told":{}}})", ++told_));
    }
    if (line.find("receipts") != std::string_view::npos) {
        return json(fmt::format(R"({{"answered":{},"refused":{},"told":{},"last_us":{}}})",
                                receipts_.answered(), receipts_.refused(), told_,
                                std::max(receipts_.last_us(), told_us_)));
    }
    if (line.find("reset") != std::string_view::npos) arrivals_.reset();
    return json(arrivals_.report(from, to));
}

void Sink::readable(Client& client) {
    std::array<char, 16384> buffer;
    const ssize_t n = ::recv(client.fd, buffer.data(), buffer.size(), 0);
    if (n <= 0) {
        ::close(client.fd);
        delete &client;  // NOLINT: its owner is the epoll event
        return;
    }
    client.in.append(buffer.data(), static_cast<std::size_t>(n));
    std::string out;
    std::size_t done = 0;
    while (const std::size_t size = request_size(std::string_view(client.in).substr(done))) {
        out += answer(std::string_view(client.in).substr(done, size));
        done += size;
    }
    client.in.erase(0, done);
    for (std::size_t sent = 0; sent < out.size();) {
        const ssize_t m = ::send(client.fd, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
        if (m <= 0) return;
        sent += static_cast<std::size_t>(m);
    }
}

void Sink::run() {
    std::array<epoll_event, 256> events;
    while (true) {
        const int n = ::epoll_wait(epoll_, events.data(), events.size(), -1);
        for (int i = 0; i < n; ++i) {
            void* const data = events[static_cast<std::size_t>(i)].data.ptr;
            if (data == nullptr) {
                accept_one();
            } else if (!receipts_.ready(data)) {
                readable(*static_cast<Client*>(data));
            }
        }
    }
}

}  // namespace
}  // namespace postern::load

int main(int argc, char** argv) {
    static constexpr option options[] = {{"receipts", 1, nullptr, 'r'},
                                         {"path", 1, nullptr, 'p'},
                                         {"token", 1, nullptr, 't'},
                                         {"port", 1, nullptr, 'l'},
                                         {nullptr, 0, nullptr, 0}};
    postern::load::Receipts::Options receipts;
    int port = 0;
    for (int c = 0; (c = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        if (c == 'p') receipts.path = optarg;
        if (c == 't') receipts.token = optarg;
        if (c == 'l') port = std::atoi(optarg);
        if (c == 'r') {
            const std::string text = optarg;
            const std::size_t colon = text.rfind(':');
            receipts.target.sin_family = AF_INET;
            receipts.target.sin_port =
                htons(static_cast<std::uint16_t>(std::atoi(text.c_str() + colon + 1)));
            (void)inet_pton(AF_INET, text.substr(0, colon).c_str(), &receipts.target.sin_addr);
        }
        if (c == '?') return 2;
    }
    postern::load::Sink sink;
    if (!sink.listen(port)) {
        std::perror("sink");
        return 1;
    }
    std::printf("{\"ready\":true,\"port\":%d}\n", sink.port());
    std::fflush(stdout);
    if (!receipts.path.empty() && !sink.receipts_to(receipts)) {
        std::fputs("sink: cannot connect to where receipts go\n", stderr);
        return 1;
    }
    sink.run();
}
