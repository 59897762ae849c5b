// The access token of one account: asked for once, whoever needs it, before the old one ends. All
// that is known lives on one thread, the owner.
//
// Life: shared by who uses it; the pool outlives it, or close() came before. Thread: any of the
// pool's, where not said otherwise.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/token_grant.h"
#include "gateway/model/time.h"
#include "gateway/net/client.h"

namespace postern::tokens {

struct Token {
    adapters::Secret secret;        // empty: there is none, and the rest says why
    adapters::SendOutcome refusal;  // never `accepted`
};

class TokenSource final : public std::enable_shared_from_this<TokenSource> {
  public:
    TokenSource(net::IoThread& owner, std::unique_ptr<net::HttpClient> client,
                std::unique_ptr<adapters::TokenGrant> grant, std::function<model::Now()> clock);
    ~TokenSource();
    TokenSource(const TokenSource&) = delete;
    TokenSource& operator=(const TokenSource&) = delete;

    /// `done` comes on `asker`, never within the call, after one request at most.
    void ask(net::IoThread& asker, std::function<void(const Token&)> done);
    /// The provider refused this one: the next to ask gets another. Of one that is another already
    /// nothing happens.
    void spoil(adapters::Secret refused);
    /// Asks the provider now, whatever is known, and keeps what comes. `done` as above, with the
    /// answer itself.
    void fetch(net::IoThread& asker, std::function<void(const net::ClientResponse&)> done);
    /// No more requests; who waits, and whoever asks, gets none.
    void close();

    /// Whether this account would ask the same: the owner may stay as it is.
    [[nodiscard]] bool asks_as(const adapters::TokenGrant& grant) const;
    /// Main thread, before close(): reads the client's file of authorities again.
    [[nodiscard]] bool reload_trust(std::string& problem);

  private:
    template <class Answer>
    struct Asking {
        net::IoThread* thread;
        std::function<void(const Answer&)> done;
    };
    void answer(const Token& token);
    void refresh();
    void on_answer(const net::ClientResponse& response);
    void take(adapters::GrantedToken granted);

    net::IoThread& owner_;
    const std::function<model::Now()> clock_;
    const adapters::Secret question_;  // the first request, as one text
    // On the owner alone.
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<adapters::TokenGrant> grant_;
    adapters::Secret token_;
    std::chrono::microseconds good_until_{};     // steady
    std::chrono::microseconds refused_until_{};  // steady: it is not asked for again sooner
    Token refusal_;
    std::vector<Asking<Token>> asking_;
    std::vector<Asking<net::ClientResponse>> fetching_;
    bool refreshing_ = false;
};

/// Null: `grant` is. Its requests go from `owner`.
[[nodiscard]] std::shared_ptr<TokenSource> make_token_source(
    net::IoThread& owner, std::unique_ptr<adapters::TokenGrant> grant, net::ClientOptions options,
    std::function<model::Now()> clock);

}  // namespace postern::tokens
