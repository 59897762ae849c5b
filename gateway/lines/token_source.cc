#include "gateway/lines/token_source.h"

#include <algorithm>
#include <utility>

namespace postern::lines {

using namespace std::chrono_literals;

namespace {

/// A connection needs the token for as long as logging in may take.
constexpr std::chrono::microseconds margin_max = 2min;
constexpr std::chrono::microseconds refused_for = 5min;
constexpr std::size_t padding_bytes = 64;

}  // namespace

void TokenSource::ask(net::IoThread& asker, std::function<void(Token)> done) {
    owner_.post([self = shared_from_this(), &asker, done = std::move(done)]() mutable {
        self->asking_.push_back({&asker, std::move(done)});
        const auto now = self->clock_().steady;
        if (!self->token_.empty() && now < self->good_until_) {
            return self->answer({self->token_, {}, {}, {}});
        }
        if (now < self->refused_until_) return self->answer(self->refusal_);
        self->refresh();
    });
}

void TokenSource::answer(const Token& token) {
    for (Asking& asking : std::exchange(asking_, {})) {
        asking.thread->post([done = std::move(asking.done), token] { done(token); });
    }
}

void TokenSource::spoil() {
    owner_.post([self = shared_from_this()] { self->good_until_ = {}; });
}

void TokenSource::close() {
    owner_.post([self = shared_from_this()] { self->client_.reset(); });
}

void TokenSource::refresh() {
    if (refreshing_) return;
    if (!client_) {
        return answer({{}, adapters::SendResult::transient, "stopping", "the gateway is stopping"});
    }
    refreshing_ = true;
    net::ClientRequest request;
    request.method = "POST";
    request.url = oauth_.token_url;
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.headers.emplace_back("Accept", "application/json");
    request.body = adapters::email::oauth_form(oauth_);
    request.body_bytes_max = 256 * 1024;
    client_->send(std::move(request), [weak = weak_from_this()](net::ClientResponse response) {
        if (const auto self = weak.lock()) self->on_answer(std::move(response));
    });
}

void TokenSource::on_answer(net::ClientResponse response) {
    refreshing_ = false;
    if (response.error) {
        return answer({{},
                       adapters::SendResult::transient,
                       "token_unavailable",
                       "the token server: " + response.problem});
    }
    response.body.reserve(response.body.size() + padding_bytes);
    adapters::email::OauthAnswer got =
        adapters::email::oauth_answer(response.status, response.body);
    const auto now = clock_().steady;
    Token token{got.access_token, got.result, got.code, got.problem};
    if (got.access_token.empty()) {
        if (got.result == adapters::SendResult::credential) {
            refused_until_ = now + refused_for;
            refusal_ = token;
        }
        return answer(token);
    }
    token_ = std::move(got.access_token);
    // Before it expires, and of a short life at most a fifth.
    const std::chrono::microseconds lives = got.lives;
    good_until_ = now + lives - std::min(margin_max, lives / 5);
    if (!got.refresh_token.empty()) oauth_.refresh_token = std::move(got.refresh_token);
    answer(token);
}

std::shared_ptr<TokenSource> make_token_source(net::IoThread& owner,
                                               const adapters::email::OauthRefresh& oauth,
                                               net::ClientOptions options,
                                               std::function<model::Now()> clock) {
    if (oauth.token_url.empty()) return nullptr;
    return std::make_shared<TokenSource>(owner, net::make_client(owner, std::move(options)), oauth,
                                         std::move(clock));
}

}  // namespace postern::lines
