// The loop: epoll, one send and one receive a request.
#include "bench/load/load_loop.h"

#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace postern::load {
namespace {

using Clock = std::chrono::steady_clock;
using Nanos = std::chrono::nanoseconds;

constexpr Nanos drain_max = std::chrono::seconds(3);  // for the answers of what was sent last
constexpr std::size_t head_bytes_max = 8192;

double own_cpu() {
    rusage usage{};
    (void)getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Connection {
    int fd = -1;
    bool waiting = false;  // for an answer
    Clock::time_point due;
    std::string request;
    std::array<char, head_bytes_max> head;  // of the answer, and what of its body came with it
    std::size_t head_bytes = 0;
    std::size_t missing = 0;  // of the answer's body; its head is here
};

/// Bytes of the whole answer once its head is here; 0: more is needed.
std::size_t answer_size(std::string_view text) {
    const std::size_t head = text.find("\r\n\r\n");
    if (head == text.npos) return 0;
    std::size_t body = 0;
    constexpr std::string_view name = "content-length:";
    for (std::size_t at = text.find("\r\n"); at < head; at = text.find("\r\n", at + 2)) {
        if (strncasecmp(text.data() + at + 2, name.data(), name.size()) != 0) continue;
        for (std::size_t i = at + 2 + name.size();
             text[i] == ' ' || (text[i] >= '0' && text[i] <= '9'); ++i) {
            if (text[i] != ' ') body = body * 10 + static_cast<std::size_t>(text[i] - '0');
        }
    }
    return head + 4 + body;
}

class Loop final {
  public:
    Loop(const LoadOptions& options, const Requests& requests, LoadResult& result)
        : options_(options), requests_(requests), result_(result) {}
    ~Loop() {
        for (const Connection& c : connections_) {
            if (c.fd >= 0) ::close(c.fd);
        }
        if (epoll_ >= 0) ::close(epoll_);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    bool connect_all(std::string& problem);
    void run();

  private:
    bool connect(Connection& c);
    void start(Connection& c, Clock::time_point due);
    void send_what_is_due(Clock::time_point now);
    void readable(Connection& c);
    void finish(Connection& c);
    void give_up(Connection& c);
    [[nodiscard]] bool may_send(Clock::time_point now) const;
    [[nodiscard]] Clock::time_point next_due() const;
    void wait(Clock::time_point now);

    const LoadOptions& options_;
    const Requests& requests_;
    LoadResult& result_;
    int epoll_ = -1;
    std::vector<Connection> connections_;
    std::vector<Connection*> idle_;
    std::vector<char> scratch_ = std::vector<char>(std::size_t{1} << 16);
    std::size_t in_flight_ = 0;
    Clock::time_point begin_;
    Clock::time_point end_;
};

bool Loop::connect(Connection& c) {
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

bool Loop::connect_all(std::string& problem) {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    connections_.resize(options_.connections);
    for (Connection& c : connections_) {
        c.request = requests_.blank();
        if (epoll_ < 0 || !connect(c)) {
            problem = std::string("cannot connect: ") + std::strerror(errno);
            return false;
        }
        idle_.push_back(&c);
    }
    return true;
}

bool Loop::may_send(Clock::time_point now) const {
    return now < end_ && (options_.wrap || result_.sent < requests_.count());
}

Clock::time_point Loop::next_due() const {
    if (options_.rate <= 0) return begin_;
    const double ns = static_cast<double>(result_.sent) * 1e9 / options_.rate;
    return begin_ + Nanos(static_cast<std::int64_t>(ns));
}

void Loop::start(Connection& c, Clock::time_point due) {
    requests_.write(result_.sent % requests_.count(), c.request.data());
    ++result_.sent;
    c.due = due;
    c.waiting = true;
    c.head_bytes = 0;
    c.missing = 0;
    ++in_flight_;
    // 1 KiB into an empty socket buffer is never taken in part; a batch waits for its reader.
    for (std::size_t done = 0; done < c.request.size();) {
        const ssize_t n =
            ::send(c.fd, c.request.data() + done, c.request.size() - done, MSG_NOSIGNAL);
        if (n <= 0) return give_up(c);
        done += static_cast<std::size_t>(n);
    }
}

void Loop::give_up(Connection& c) {
    ++result_.broken;
    if (c.waiting) --in_flight_;
    c.waiting = false;
    ::close(c.fd);
    if (connect(c)) {
        if (std::find(idle_.begin(), idle_.end(), &c) == idle_.end()) idle_.push_back(&c);
    } else {
        std::erase(idle_, &c);
    }
}

void Loop::send_what_is_due(Clock::time_point now) {
    while (!idle_.empty() && may_send(now)) {
        const Clock::time_point due = options_.rate > 0 ? next_due() : Clock::now();
        if (due > now && options_.rate > 0) return;
        Connection& c = *idle_.back();
        idle_.pop_back();
        start(c, due);
    }
}

void Loop::finish(Connection& c) {
    const auto took = std::chrono::duration_cast<Nanos>(Clock::now() - c.due).count();
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    result_.latency_ns.push_back(
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(took, 0, most)));
    const bool ok = c.head[9] == '2';
    ++(ok ? result_.ok : result_.refused);
    --in_flight_;
    c.waiting = false;
    idle_.push_back(&c);
}

void Loop::readable(Connection& c) {
    if (c.missing > 0) {
        const ssize_t n = ::recv(c.fd, scratch_.data(), std::min(c.missing, scratch_.size()), 0);
        if (n <= 0) return give_up(c);
        c.missing -= static_cast<std::size_t>(n);
        if (c.missing == 0) finish(c);
        return;
    }
    const ssize_t n = ::recv(c.fd, c.head.data() + c.head_bytes, c.head.size() - c.head_bytes, 0);
    if (n <= 0 || !c.waiting) return give_up(c);
    c.head_bytes += static_cast<std::size_t>(n);
    const std::size_t size = answer_size({c.head.data(), c.head_bytes});
    if (size == 0 && c.head_bytes == c.head.size()) return give_up(c);
    if (size == 0) return;
    if (c.head_bytes > size) return give_up(c);
    c.missing = size - c.head_bytes;
    if (c.missing == 0) finish(c);
}

void Loop::wait(Clock::time_point now) {
    std::array<epoll_event, 256> events;
    timespec timeout{0, 100'000'000};
    if (options_.rate > 0 && !idle_.empty() && may_send(now)) {
        const auto left = std::max<Nanos::rep>(0, (next_due() - now).count());
        timeout = {0, std::min<long>(left, 100'000'000)};
    }
    const int n = ::epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < n; ++i) {
        auto& c = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        readable(c);
        if (options_.rate <= 0) send_what_is_due(Clock::now());
    }
}

void Loop::run() {
    (void)::prctl(PR_SET_TIMERSLACK, 1UL);
    const double cpu = own_cpu();
    begin_ = Clock::now();
    end_ = begin_ + options_.duration;
    Clock::time_point now = begin_;
    while (may_send(now) && !(idle_.empty() && in_flight_ == 0)) {
        send_what_is_due(now);
        wait(now);
        now = Clock::now();
    }
    result_.exhausted = now < end_;
    const Clock::time_point patience = now + drain_max;
    end_ = now;  // nothing is sent any more
    while (in_flight_ > 0 && now < patience) {
        wait(now);
        now = Clock::now();
    }
    result_.broken += in_flight_;
    result_.seconds = std::chrono::duration<double>(now - begin_).count();
    result_.cpu_seconds = own_cpu() - cpu;
}

}  // namespace

bool run_load(const LoadOptions& options, const Requests& requests, LoadResult& result,
              std::string& problem) {
    result.latency_ns.reserve(requests.count());
    Loop loop(options, requests, result);
    if (!loop.connect_all(problem)) return false;
    loop.run();
    return true;
}

}  // namespace postern::load
