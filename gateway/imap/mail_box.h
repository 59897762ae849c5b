// One account's mailbox: a connection to its server that is opened again and again, an ImapClient
// on it, and every mail to the intake. A mail is marked in the mailbox only once it is durable
// here; what a kill brings twice is dropped as a duplicate.
//
// Life: made on the main thread, kept by its receiver and by what is under way until end(). Thread:
// one I/O thread from begin() to end().
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/email/imap_settings.h"
#include "gateway/lines/line.h"
#include "gateway/net/stream_link.h"
#include "gateway/tokens/token_source.h"

namespace postern::imap {

/// Where the mailbox is and who is asked about it.
struct Server {
    std::shared_ptr<const adapters::email::ImapAccount> account;
    std::shared_ptr<const net::LinkTrust> trust;
    std::shared_ptr<tokens::TokenSource> tokens;  // null: a password logs in
};

class MailBox final : public std::enable_shared_from_this<MailBox> {
  public:
    MailBox(const lines::Ground& ground, const lines::Settings& settings, Server server,
            net::IoThread& thread)
        : ground_(ground),
          name_(settings.config.account),
          health_(settings.health),
          server_(std::move(server)),
          thread_(thread) {}

    void begin() { connect(); }
    /// Says good-bye, at most `grace` long. What was handed to the intake may still become durable;
    /// it comes again to who connects next, and is dropped there.
    void end(std::chrono::milliseconds grace, std::function<void()> stopped);

  private:
    void connect();
    void open(const tokens::Token& token);
    void on_closed(const net::LinkEnd& end);
    void go_on();
    void arm();
    void rested();
    void hand_over(adapters::email::ImapMail mail);
    void on_taken(std::uint64_t of_opening, std::uint32_t validity, std::uint32_t uid,
                  const ingress::TakeResult& result);
    void well();
    void on_failure(const adapters::email::ImapFailure& failure);
    // mail_box_trouble.cc, with well() and on_failure()
    /// Counts, tells, hangs up and comes back later; much later where a person has to see to it.
    void trouble(const std::string& problem, bool for_a_person = false);
    void note(const std::string& problem);
    void stop_account(const std::string& reason);
    /// Tells the workspace (an `account.health` event) what keeps mail from coming.
    void tell(std::string_view state, const std::string& problem);
    void hang_up();
    void wait(std::chrono::milliseconds time, std::function<void(MailBox&)> then);
    [[nodiscard]] std::string shown(std::string_view words) const;

    const lines::Ground ground_;
    const std::string name_;
    const std::shared_ptr<egress::Health> health_;
    const Server server_;
    net::IoThread& thread_;
    adapters::email::ImapMemory memory_;
    std::optional<adapters::email::ImapClient> client_;
    std::unique_ptr<net::StreamLink> link_;
    std::function<void()> cancel_timer_;
    std::function<void()> stopped_;  // told once the link is gone
    std::string state_ = "ok";       // as last told to the workspace
    unsigned failures_ = 0;          // in a row, without a mail or a rest between them
    std::uint64_t openings_ = 0;     // connections so far: the client's is the last one's
    std::uint32_t command_ = 0;      // of the client, as last seen, under way
    std::optional<std::chrono::microseconds> command_since_;  // steady; nullopt: none is
    unsigned rests_ = 0;          // without IDLE, since all of the mailbox was looked at
    bool handing_ = false;        // a mail is with the intake
    bool connect_after_ = false;  // once it is not any more
    adapters::Secret token_;      // that logged in last, or empty
    bool token_spoiled_ = false;  // the last one was refused, and another is tried at once
    bool rest_armed_ = false;     // the timer is that of a rest
    bool up_ = false;
    bool over_ = false;
};

}  // namespace postern::imap
