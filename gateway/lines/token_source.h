// The access token of an account that logs in to its mail server with OAuth2: asked for once,
// whoever needs it, before the old one expires. All that is known lives on one thread, the owner.
//
// Life: as long as the driver. Thread: any of the pool's, where not said otherwise.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/email/smtp_oauth.h"
#include "gateway/model/time.h"
#include "gateway/net/client.h"

namespace postern::lines {

struct Token {
    adapters::Secret secret;  // empty: there is none, and the rest says why
    adapters::SendResult result = adapters::SendResult::transient;
    std::string code;
    std::string problem;
};

class TokenSource final : public std::enable_shared_from_this<TokenSource> {
  public:
    TokenSource(net::IoThread& owner, std::unique_ptr<net::HttpClient> client,
                adapters::email::OauthRefresh oauth, std::function<model::Now()> clock)
        : owner_(owner),
          client_(std::move(client)),
          oauth_(std::move(oauth)),
          clock_(std::move(clock)) {}

    /// `done` comes on `asker`, never within the call.
    void ask(net::IoThread& asker, std::function<void(Token)> done);
    /// The server refused the last one: the next to ask gets another.
    void spoil();
    /// No more requests; whoever asks gets none.
    void close();

  private:
    struct Asking {
        net::IoThread* thread;
        std::function<void(Token)> done;
    };
    void answer(const Token& token);
    void refresh();
    void on_answer(net::ClientResponse response);

    net::IoThread& owner_;
    // On the owner alone.
    std::unique_ptr<net::HttpClient> client_;
    adapters::email::OauthRefresh oauth_;
    const std::function<model::Now()> clock_;
    adapters::Secret token_;
    std::chrono::microseconds good_until_{};     // steady
    std::chrono::microseconds refused_until_{};  // steady: a refusal is not asked for again sooner
    Token refusal_;
    std::vector<Asking> asking_;
    bool refreshing_ = false;
};

/// Of an account that logs in with a token; null: it does not. Its requests go from `owner`.
[[nodiscard]] std::shared_ptr<TokenSource> make_token_source(
    net::IoThread& owner, const adapters::email::OauthRefresh& oauth, net::ClientOptions options,
    std::function<model::Now()> clock);

}  // namespace postern::lines
