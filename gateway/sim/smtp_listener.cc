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

#include "gateway/sim/email_bounce.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/smtp_session.h"
#include "gateway/sim/tls_pipe.h"

namespace postern::sim {
namespace {

constexpr std::size_t connections_max = 256;

/// Of the books alone: there is no HTTP here.
const Receiver email_receiver{
    .channel = "email",
    .read = nullptr,
    .provider_id = nullptr,
    .accept = nullptr,
    .refuse = nullptr,
    .refuses_later = refuses_at_once,
    .receipt = bounce_webhook,
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
    Peer(SmtpBooks books, SmtpSecurity security) : session(std::move(books), security) {}

    /// What the session says, in the clear or not.
    void collect() {
        const std::string said = session.take_output();
        if (!tls) {
            output += said;
            return;
        }
        tls->say(said);
        output += tls->take_output();
    }

    SmtpSession session;
    std::unique_ptr<TlsPipe> tls;
    std::string output;
    std::int64_t not_before = 0;  // steady; the output waits until then
};

class SmtpListener final : public SideListener {
  public:
    SmtpListener(Engine& engine, bool tls_at_once) : engine_(engine), tls_at_once_(tls_at_once) {}
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
    [[nodiscard]] bool hear(int fd, Peer& peer);
    [[nodiscard]] bool write_some(int fd, Peer& peer);
    [[nodiscard]] SmtpBooks books();

    Engine& engine_;
    const bool tls_at_once_;
    std::shared_ptr<SSL_CTX> tls_;  // null: in clear
    int listening_ = -1;
    int wake_ = -1;
    std::string address_;
    std::map<int, std::unique_ptr<Peer>> peers_;
    std::thread thread_;
};

bool SmtpListener::start(const std::string& listen, std::string& problem) {
    const CertificateFiles& files = engine_.certificate;
    if (!files.certificate.empty()) {
        tls_ = make_tls_context(files.certificate, files.key, problem);
        if (!tls_) return false;
    }
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

/// Who a connection is, and the mail that it is about to send.
struct Sender {
    SimAccount* account = nullptr;  // once known
    bool logged_in = false;
    Call call;
    Decision decision;
};

/// On the engine's thread.
SmtpVerdict judge(Engine& engine, Sender& sender, std::string_view to) {
    // Without a login it is whoever needs none.
    if (!sender.logged_in) sender.account = engine.accounts().with_token("email", {});
    if (sender.account == nullptr) return {SendFault::revoked};
    sender.call = {};
    sender.call.kind = Call::Kind::send;
    sender.call.account = sender.account;
    sender.call.to = to;
    sender.decision = engine.behaviour().decide(email_receiver, sender.call, steady_us());
    return {sender.decision.fault, sender.decision.latency_us, sender.decision.later};
}

/// On the engine's thread.
std::string take(Engine& engine, Sender& sender, const SmtpEnvelope& envelope,
                 std::string_view text, std::string_view mail) {
    const std::string id = "SIM" + std::to_string(engine.ledger().accepted() + 1);
    engine.ledger().append({.channel = "email",
                            .account = sender.account->endpoint.account,
                            .to = envelope.to,
                            .provider_id = id,
                            .text = text,
                            .raw = mail,
                            .at_us = wall_us(),
                            .steady_us = steady_us()});
    sender.call.from = envelope.from;
    sender.call.envelope_id = envelope.id;
    sender.call.text = mail.substr(0, mail.find("\r\n\r\n"));  // what a report gives back
    (void)engine.receipts().plan(email_receiver, sender.call, sender.decision, id, {});
    return id;
}

/// On the engine's thread. Whom nobody named is taken as he comes, unless others have passwords.
SimAccount* account_of(Engine& engine, std::string_view user) {
    bool guarded = false;
    for (const SimAccount& account : engine.accounts().all()) {
        const Endpoint& endpoint = account.endpoint;
        if (endpoint.channel != "email") continue;
        if (endpoint.own_id == user) return engine.accounts().find("email", user);
        guarded = guarded || !endpoint.token.empty();
    }
    return guarded ? nullptr : engine.accounts().find("email", user);
}

SmtpBooks SmtpListener::books() {
    SmtpBooks out;
    auto sender = std::make_shared<Sender>();
    out.login = [this, sender](std::string_view user, std::string_view password) {
        bool right = false;
        engine_.on_thread([&] {
            SimAccount* const account = account_of(engine_, user);
            right = account != nullptr &&
                    (account->endpoint.token.empty() || account->endpoint.token == password);
            if (right) sender->account = account;
            sender->logged_in = right;
        });
        return right;
    };
    out.judge = [this, sender](std::string_view, std::string_view to) {
        SmtpVerdict verdict;
        engine_.on_thread([&] { verdict = judge(engine_, *sender, to); });
        return verdict;
    };
    out.take = [this, sender](const SmtpEnvelope& envelope, std::string_view text,
                              std::string_view mail) {
        std::string id;
        engine_.on_thread([&] { id = take(engine_, *sender, envelope, text, mail); });
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
    const SmtpSecurity security = !tls_          ? SmtpSecurity::none
                                  : tls_at_once_ ? SmtpSecurity::on
                                                 : SmtpSecurity::wanted;
    auto peer = std::make_unique<Peer>(books(), security);
    if (tls_at_once_) peer->tls = std::make_unique<TlsPipe>(tls_);
    peer->collect();
    peers_.emplace(fd, std::move(peer));
}

bool SmtpListener::hear(int fd, Peer& peer) {
    char bytes[65536];
    const ssize_t got = ::recv(fd, bytes, sizeof bytes, 0);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    std::string_view heard{bytes, static_cast<std::size_t>(got)};
    std::string text;
    bool goes_on = true;
    if (peer.tls) {
        goes_on = peer.tls->hear(heard, text);
        heard = text;
    }
    if (!heard.empty()) peer.session.hear(heard);
    peer.collect();
    if (peer.session.take_tls_wish()) peer.tls = std::make_unique<TlsPipe>(tls_);
    peer.not_before = steady_us() + peer.session.take_latency_us();
    return goes_on;
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
    auto out = std::make_unique<SmtpListener>(engine, false);
    if (!out->start(listen, problem)) return nullptr;
    return out;
}

std::unique_ptr<SideListener> start_smtps(Engine& engine, const std::string& listen,
                                          std::string& problem) {
    auto out = std::make_unique<SmtpListener>(engine, true);
    if (!out->start(listen, problem)) return nullptr;
    return out;
}

}  // namespace postern::sim
