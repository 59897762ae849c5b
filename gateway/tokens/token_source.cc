#include "gateway/tokens/token_source.h"

#include <algorithm>
#include <utility>

#include "gateway/net/errc.h"

namespace postern::tokens {

using namespace std::chrono_literals;
using adapters::SendResult;

namespace {

/// Whoever gets a token needs it for as long as a request or a login may take.
constexpr std::chrono::microseconds margin_max = 5min;
/// After any refusal: a provider that is down is not asked by each message anew.
constexpr std::chrono::microseconds hold_min = 1s;
constexpr std::size_t padding_bytes = 64;

adapters::Secret question_of(const adapters::TokenGrant& grant) {
    const adapters::ProviderCall call = grant.request();
    return adapters::Secret(call.method + " " + call.url + "\n" + call.body);
}

Token none(std::string_view code, std::string detail) {
    Token out;
    out.refusal.result = SendResult::transient;
    out.refusal.code = code;
    out.refusal.detail = std::move(detail);
    return out;
}

Token stopping() {
    return none("stopping", "the gateway is stopping");
}

}  // namespace

TokenSource::TokenSource(net::IoThread& owner, std::unique_ptr<net::HttpClient> client,
                         std::unique_ptr<adapters::TokenGrant> grant,
                         std::function<model::Now()> clock)
    : owner_(owner),
      clock_(std::move(clock)),
      question_(question_of(*grant)),
      client_(std::move(client)),
      grant_(std::move(grant)) {}

/// A client ends on its own thread.
TokenSource::~TokenSource() {
    if (!client_) return;
    owner_.post([client = std::shared_ptr<net::HttpClient>(std::move(client_))] {});
}

void TokenSource::ask(net::IoThread& asker, std::function<void(const Token&)> done) {
    owner_.post([self = shared_from_this(), &asker, done = std::move(done)]() mutable {
        self->asking_.push_back({&asker, std::move(done)});
        const auto now = self->clock_().steady;
        if (!self->client_) return self->answer(stopping());
        if (!self->token_.empty() && now < self->good_until_)
            return self->answer({self->token_, {}});
        if (now < self->refused_until_) return self->answer(self->refusal_);
        self->refresh();
    });
}

void TokenSource::fetch(net::IoThread& asker,
                        std::function<void(const net::ClientResponse&)> done) {
    owner_.post([self = shared_from_this(), &asker, done = std::move(done)]() mutable {
        self->fetching_.push_back({&asker, std::move(done)});
        self->refresh();
    });
}

void TokenSource::spoil(adapters::Secret refused) {
    owner_.post([self = shared_from_this(), refused = std::move(refused)] {
        if (self->token_.equals(refused.reveal())) self->good_until_ = {};
    });
}

void TokenSource::close() {
    owner_.post([self = shared_from_this()] {
        self->client_.reset();
        self->answer(stopping());
        net::ClientResponse stopped;
        stopped.error = net::make_error_code(net::Errc::stopped);
        stopped.problem = stopped.error.message();
        self->on_answer(stopped);
    });
}

bool TokenSource::asks_as(const adapters::TokenGrant& grant) const {
    return question_.equals(question_of(grant).reveal());
}

bool TokenSource::reload_trust(std::string& problem) {
    return !client_ || client_->reload_trust(problem);
}

void TokenSource::answer(const Token& token) {
    for (Asking<Token>& asking : std::exchange(asking_, {})) {
        asking.thread->post([done = std::move(asking.done), token] { done(token); });
    }
}

void TokenSource::refresh() {
    if (refreshing_) return;
    if (!client_) return close();
    refreshing_ = true;
    adapters::ProviderCall call = grant_->request();
    net::ClientRequest request;
    request.method = std::move(call.method);
    request.url = std::move(call.url);
    request.headers = std::move(call.headers);
    request.body = std::move(call.body);
    request.body_bytes_max = 256 * 1024;
    client_->send(std::move(request), [weak = weak_from_this()](net::ClientResponse response) {
        if (const auto self = weak.lock()) self->on_answer(response);
    });
}

void TokenSource::on_answer(const net::ClientResponse& response) {
    refreshing_ = false;
    for (auto& fetching : std::exchange(fetching_, {})) {
        fetching.thread->post([done = std::move(fetching.done), response] { done(response); });
    }
    if (response.error) {
        refusal_ = none("token_unavailable", "the token server: " + response.problem);
        refused_until_ = clock_().steady + hold_min;
        return answer(refusal_);
    }
    std::string padded;
    padded.reserve(response.body.size() + padding_bytes);
    padded.append(response.body);
    adapters::ProviderAnswer read;
    read.status = response.status;
    read.body = padded;
    take(grant_->answered(read, clock_().wall));
}

void TokenSource::take(adapters::GrantedToken granted) {
    const auto now = clock_().steady;
    if (granted.token.empty()) {
        refusal_ = {{}, std::move(granted.refusal)};
        refused_until_ = now + std::max<std::chrono::microseconds>(hold_min, granted.hold);
        return answer(refusal_);
    }
    token_ = std::move(granted.token);
    const std::chrono::microseconds lives = granted.lives;
    good_until_ = now + lives - std::min(margin_max, lives / 5);
    refused_until_ = {};
    answer({token_, {}});
}

std::shared_ptr<TokenSource> make_token_source(net::IoThread& owner,
                                               std::unique_ptr<adapters::TokenGrant> grant,
                                               net::ClientOptions options,
                                               std::function<model::Now()> clock) {
    if (!grant) return nullptr;
    return std::make_shared<TokenSource>(owner, net::make_client(owner, std::move(options)),
                                         std::move(grant), std::move(clock));
}

}  // namespace postern::tokens
