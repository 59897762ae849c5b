// One connection to the relay: a link that carries the bytes of an SmtpClient, with a deadline for
// every answer. It takes one message at a time and stays open for the next.
//
// Life: made with its first job by a Desk, which keeps it until `gone`. Thread: its IoThread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "adapters/email/send.h"
#include "gateway/net/stream_link.h"
#include "gateway/smtp/attachment.h"
#include "gateway/smtp/job.h"

namespace postern::smtp {

class Connection;

/// Whoever keeps connections. Called on their thread, never within open() or take().
class ConnectionOwner {
  public:
    virtual ~ConnectionOwner() = default;
    virtual void answered(Job job, egress::Handed handed) = 0;
    /// The connection had gone, or said that it goes, before a word of this message was answered.
    virtual void put_back(Job job) = 0;
    /// It may take() another.
    virtual void idle(Connection& connection) = 0;
    /// The last that comes of it.
    virtual void gone(Connection& connection) = 0;
};

/// What connections of an account have in common; outlives them.
struct Relay {
    std::shared_ptr<const adapters::email::SmtpAccount> account;
    std::shared_ptr<const net::LinkTrust> trust;
    std::function<model::Now()> clock;
    egress::UploadFiles* files = nullptr;  // null: uploads go as links
    /// Steady µs until which no thread logs in: a refused password, tried again, locks accounts.
    std::shared_ptr<std::atomic<std::int64_t>> locked_until;
};

class Connection final : public std::enable_shared_from_this<Connection> {
  public:
    Connection(const Relay& relay, net::IoThread& thread, ConnectionOwner& owner)
        : relay_(relay), thread_(thread), owner_(owner) {}
    ~Connection();

    /// Once. `token`: what logs in instead of the configured secret, if it is not empty.
    void open(Job job, const adapters::Secret& token);
    /// After idle(). False: it has just ended, and the job is as it was.
    [[nodiscard]] bool take(Job& job);
    /// Says good-bye where it is idle; else after its message.
    void retire();
    /// At once: its message is answered by how far it came.
    void abort(std::string_view why);

    [[nodiscard]] bool is_idle() const { return idle_; }
    [[nodiscard]] std::uint32_t mails() const { return mails_; }

  private:
    void on_bytes(std::string_view bytes);
    void on_closed(const net::LinkEnd& end);
    void go_on();
    [[nodiscard]] bool begin_letter();
    void fetch_file();
    [[nodiscard]] bool submit(adapters::Result<adapters::email::SmtpLetter> letter);
    void pour();
    [[nodiscard]] bool flush();
    void report(const adapters::email::SmtpEnd& end);
    void answer(egress::Handed handed);
    [[nodiscard]] bool put_back();
    void lose(std::string_view problem, net::LinkReach reach);
    void become_idle();
    void wait();
    [[nodiscard]] std::chrono::microseconds left();
    void leave();

    const Relay& relay_;
    net::IoThread& thread_;
    ConnectionOwner& owner_;
    std::optional<adapters::email::SmtpClient> client_;
    std::unique_ptr<net::StreamLink> link_;
    std::optional<Job> job_;
    std::shared_ptr<Attachment> attachment_;  // of that job
    bool preparing_ = false;                  // its file is looked for, or read for the signature
    bool reading_ = false;                    // a piece of it is on its way here
    bool submitted_ = false;
    bool idle_ = false;
    bool reused_ = false;  // its message is not its first
    bool retiring_ = false;
    bool over_ = false;
    std::uint32_t mails_ = 0;
    std::chrono::microseconds due_{};  // steady: its message is given up then, unless it is whole
    std::optional<std::chrono::microseconds> whole_due_;  // … and then, since it is
    std::uint64_t letter_from_ = 0;  // bytes written before the letter under way
    bool letter_answered_ = false;   // the server said something since
    std::function<void()> cancel_timer_;
};

}  // namespace postern::smtp
