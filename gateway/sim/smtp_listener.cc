// One thread that polls plain sockets, and asks the engine's thread for every decision: a relay of
// tests, not of a thousand clients.
#include "gateway/sim/smtp_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <map>
#include <thread>
#include <vector>

#include "gateway/sim/receiver.h"
#include "gateway/sim/smtp_session.h"

namespace postern::sim {
namespace {

constexpr std::size_t connections_max = 256;

const Receiver email_receiver{
    .channel = "email",
    .read = nullptr,
    .provider_id = nullptr,
    .accept = nullptr,
    .refuse = nullptr,
    .refuses_later = [](const Call&, SendFault) { return false; },
    .receipt = [](const Receipt&, Webhook&) { return false; },
};

std::int64_t steady_us() {
    using namespace std::chrono;
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}
std::int64_t wall_us() {
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

struct Peer {
    explicit Peer(SmtpBooks books) : session(std::move(books)) {}
    SmtpSession session;
    std::string output;
    std::int64_t not_before = 0;  // steady; the output waits until then
};

class SmtpListener final : public SideListener {
  public:
    explicit SmtpListener(Engine& engine) : engine_(engine) {}
    ~SmtpListener() override {
        const std::uint64_t one = 1;
        if (thread_.joinable() && ::write(wake_, &one, sizeof one) == sizeof one) thread_.join();
        for (const auto& [fd, peer] : peers_) ::close(fd);
        if (listening_ >= 0) ::close(listening_);
        if (wake_ >= 0) ::close(wake_);
    }

    bool start(const std::string& listen, std::string& problem);
    std::string address() const override { return address_; }

  private:
    void run();
    void accept_one();
    /// False: the client has gone.
    [[nodiscard]] static bool hear(int fd, Peer& peer);
    [[nodiscard]] bool write_some(int fd, Peer& peer);
    [[nodiscard]] SmtpBooks books();

    Engine& engine_;
    int listening_ = -1;
    int wake_ = -1;
    std::string address_;
    std::map<int, std::unique_ptr<Peer>> peers_;
    std::thread thread_;
};

bool SmtpListener::start(const std::string& listen, std::string& problem) {
    const std::size_t colon = listen.rfind(':');
    const std::string host = listen.substr(0, colon);
    std::uint16_t port = 0;
    const char* const digits = listen.c_str() + std::min(colon + 1, listen.size());
    const auto [stop, error] = std::from_chars(digits, listen.c_str() + listen.size(), port);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    if (colon == std::string::npos || error != std::errc{} ||
        ::inet_pton(AF_INET, host.c_str(), &at.sin_addr) != 1) {
        problem = "'" + listen + "' is no address to listen on: write one as in 127.0.0.1:2525";
        return false;
    }
    wake_ = ::eventfd(0, EFD_CLOEXEC);
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int yes = 1;
    ::setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    socklen_t size = sizeof at;
    auto* const address = reinterpret_cast<sockaddr*>(&at);
    if (wake_ < 0 || listening_ < 0 || ::bind(listening_, address, size) != 0 ||
        ::listen(listening_, 128) != 0 || ::getsockname(listening_, address, &size) != 0) {
        problem = "cannot listen on " + listen;
        return false;
    }
    address_ = host + ":" + std::to_string(ntohs(at.sin_port));
    thread_ = std::thread([this] { run(); });
    return true;
}

SmtpBooks SmtpListener::books() {
    SmtpBooks out;
    auto account = std::make_shared<SimAccount*>(nullptr);
    out.login = [this, account](std::string_view user, std::string_view password) {
        bool right = false;
        engine_.on_thread([&] {
            *account = engine_.accounts().find("email", user);
            const std::string& token = *account ? (*account)->endpoint.token : std::string{};
            right = *account != nullptr && (token.empty() || token == password);
        });
        return right;
    };
    out.judge = [this, account](std::string_view from, std::string_view to) {
        SmtpVerdict verdict;
        engine_.on_thread([&] {
            if (*account == nullptr) *account = engine_.accounts().find("email", from);
            Call call;
            call.kind = Call::Kind::send;
            call.account = *account;
            call.to = to;
            if (call.account == nullptr) {
                verdict.fault = SendFault::revoked;
                return;
            }
            const Decision decision = engine_.behaviour().decide(email_receiver, call, steady_us());
            verdict = {decision.fault, decision.latency_us};
        });
        return verdict;
    };
    out.take = [this, account](std::string_view to, std::string_view text, std::string_view mail) {
        std::string id;
        engine_.on_thread([&] {
            id = "SIM" + std::to_string(engine_.ledger().accepted() + 1);
            engine_.ledger().append({.channel = "email",
                                     .account = (*account)->endpoint.account,
                                     .to = to,
                                     .provider_id = id,
                                     .text = text,
                                     .raw = mail,
                                     .at_us = wall_us(),
                                     .steady_us = steady_us()});
        });
        return id;
    };
    return out;
}

void SmtpListener::accept_one() {
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    if (peers_.size() >= connections_max) {
        ::close(fd);
        return;
    }
    auto peer = std::make_unique<Peer>(books());
    peer->output = peer->session.take_output();
    peers_.emplace(fd, std::move(peer));
}

bool SmtpListener::hear(int fd, Peer& peer) {
    char bytes[65536];
    const ssize_t got = ::recv(fd, bytes, sizeof bytes, 0);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    peer.session.hear({bytes, static_cast<std::size_t>(got)});
    peer.output += peer.session.take_output();
    peer.not_before = steady_us() + peer.session.take_latency_us();
    return true;
}

/// False: the connection has ended.
bool SmtpListener::write_some(int fd, Peer& peer) {
    if (peer.session.broken()) return false;
    if (!peer.output.empty() && steady_us() >= peer.not_before) {
        const ssize_t sent = ::send(fd, peer.output.data(), peer.output.size(), MSG_NOSIGNAL);
        if (sent > 0) peer.output.erase(0, static_cast<std::size_t>(sent));
        if (sent < 0 && errno != EAGAIN) return false;
    }
    return !peer.session.over() || !peer.output.empty();
}

void SmtpListener::run() {
    while (true) {
        std::vector<pollfd> watched = {{wake_, POLLIN, 0}, {listening_, POLLIN, 0}};
        int wait_ms = -1;
        for (const auto& [fd, peer] : peers_) {
            const std::int64_t left_us = peer->not_before - steady_us();
            const bool late = !peer->output.empty() && left_us > 0;
            if (late) {
                const int ms = static_cast<int>(left_us / 1000) + 1;
                wait_ms = wait_ms < 0 ? ms : std::min(wait_ms, ms);
            }
            const short out = !peer->output.empty() && !late ? POLLOUT : 0;
            watched.push_back({fd, static_cast<short>(POLLIN | out), 0});
        }
        if (::poll(watched.data(), watched.size(), wait_ms) < 0 && errno != EINTR) return;
        if (watched[0].revents != 0) return;
        for (std::size_t i = 2; i < watched.size(); ++i) {
            Peer& peer = *peers_.at(watched[i].fd);
            const bool heard = (watched[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0 ||
                               hear(watched[i].fd, peer);
            if (heard && write_some(watched[i].fd, peer)) continue;
            ::close(watched[i].fd);
            peers_.erase(watched[i].fd);
        }
        if (watched[1].revents != 0) accept_one();
    }
}

}  // namespace

std::unique_ptr<SideListener> start_smtp(Engine& engine, const std::string& listen,
                                         std::string& problem) {
    auto out = std::make_unique<SmtpListener>(engine);
    if (!out->start(listen, problem)) return nullptr;
    return out;
}

}  // namespace postern::sim
