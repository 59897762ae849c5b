// One thread's mail of one account: what waits, the connections that are open, how many of them may
// carry mail for one domain, and whom to leave alone for a while. Thread: its IoThread, but for the
// constructor.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/smtp/connection.h"
#include "gateway/tokens/token_source.h"

namespace postern::smtp {

using tokens::Token;
using tokens::TokenSource;

class Desk final : public ConnectionOwner, public std::enable_shared_from_this<Desk> {
  public:
    static constexpr std::size_t waiting_max = 1'000;

    /// `tokens` may be null: the account's secret logs in.
    Desk(Relay relay, net::IoThread& thread, std::shared_ptr<TokenSource> tokens)
        : relay_(std::move(relay)), thread_(thread), tokens_(std::move(tokens)) {}

    void take(egress::Parcel parcel, std::function<void(egress::Handed)> done);
    /// A connection of its own, which later mails may use. Counts in no limit of connections.
    void try_login(std::function<void(egress::Handed)> done);
    /// As Courier::stop, for this thread.
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped);

    void answered(Job job, egress::Handed handed) override;
    void put_back(Job job) override;
    void idle(Connection& connection) override;
    void gone(Connection& connection) override;

  private:
    struct Pause {
        std::chrono::microseconds until{};  // steady
        adapters::SendOutcome outcome;
    };

    [[nodiscard]] const Pause* pause_of(const std::string& domain);
    void heed_lock();
    void release(const Job& job);
    void note(const Job& job, const egress::Handed& handed);
    void refuse(std::function<void(egress::Handed)> done, egress::Handed handed);
    void pump();
    [[nodiscard]] bool place(Job& job);
    void connect(Job job);
    void open(const std::shared_ptr<Connection>& connection, Job job, const Token& token);
    void watch();
    void expire();
    void end_if_empty();

    const Relay relay_;
    net::IoThread& thread_;
    const std::shared_ptr<TokenSource> tokens_;
    std::deque<Job> waiting_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::size_t awaiting_token_ = 0;
    std::map<std::string, std::size_t, std::less<>> under_way_;  // by domain
    std::map<std::string, Pause, std::less<>> pauses_;           // by domain; "": the account
    bool watching_ = false;
    bool pumping_ = false;
    bool stopping_ = false;
    std::function<void()> stopped_;
};

}  // namespace postern::smtp
