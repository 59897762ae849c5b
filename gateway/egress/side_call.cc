#include "gateway/egress/side_call.h"

#include "adapters/token_grant.h"
#include "gateway/net/errc.h"
#include "gateway/net/url.h"

namespace postern::egress {
namespace {

/// What an adapter's JSON parser may read behind an answer's body.
constexpr std::size_t padding_bytes = 64;

using Done = std::function<void(CallAnswer)>;

void refuse(net::IoThread& thread, const Done& done, std::string problem) {
    thread.post([done, problem = std::move(problem)] {
        CallAnswer answer;
        answer.problem = problem;
        done(std::move(answer));
    });
}

CallAnswer answer_of(net::ClientResponse response) {
    CallAnswer answer;
    if (response.error) {
        answer.problem = response.problem.empty() ? response.error.message() : response.problem;
        return answer;
    }
    answer.status = response.status;
    for (auto& [name, value] : response.headers)
        answer.headers.emplace_back(std::move(name), std::move(value));
    answer.body = std::move(response.body);
    // Within the string's own memory: what moves it moves them.
    answer.body.resize(answer.body.size() + padding_bytes);
    answer.body.resize(answer.body.size() - padding_bytes);
    return answer;
}

/// What the call says of the provider: a refusal is an answer, a server's error is trouble.
CallEnd end_of(const net::ClientResponse& response) {
    if (response.error == net::make_error_code(net::Errc::stopped)) return CallEnd::cancelled;
    return response.error || response.status >= 500 ? CallEnd::failed : CallEnd::succeeded;
}

/// One call; `call` stays as it was built, since another token may have to go with it.
struct SideCall {
    SideCallGround ground;
    const Account* account;
    adapters::ProviderCall call;
    net::IoThread& thread;
    Done done;
    adapters::Secret token{};  // it was made with this one; empty: it bears none
    bool renewed = false;
};
using SideCallPtr = std::shared_ptr<SideCall>;

void ask_token(const SideCallPtr& side);

/// True: it is asked once more, with another token.
bool renews_token(const SideCallPtr& side, const CallAnswer& answer) {
    if (side->token.empty() || side->renewed || answer.status == 0 || !side->account->sending)
        return false;
    adapters::ProviderAnswer read;
    read.status = answer.status;
    read.body = answer.body;
    if (!side->account->sending->token_refused(read)) return false;
    side->renewed = true;
    side->account->tokens->spoil(side->token);
    ask_token(side);
    return true;
}

void make(const SideCallPtr& side, adapters::ProviderCall call) {
    const SideCallGround& ground = side->ground;
    const auto url = net::parse_url(call.url);
    if (!url) return refuse(side->thread, side->done, "the account's base_url makes no URL");
    const auto client = ground.clients->find(side->account->way);
    if (client == ground.clients->end() || !ground.around->enter())
        return refuse(side->thread, side->done, "the gateway is shutting down");
    const std::string origin = url->origin();
    const ratelimit::Permit permit =
        side->account->health->breakers.ask(origin, ground.around->clock().steady);
    if (!permit.granted && !ground.anyway) {
        ground.around->leave();
        return refuse(side->thread, side->done, "it failed lately and is left alone for a while");
    }
    net::ClientRequest out;
    out.method = std::move(call.method);
    out.url = std::move(call.url);
    out.headers = std::move(call.headers);
    out.body = std::move(call.body);
    out.connect_timeout = ground.around->options.connect_timeout;
    out.total_timeout = ground.around->options.total_timeout;
    client->second->send(std::move(out), [side, origin, permit](net::ClientResponse response) {
        Surroundings& around = *side->ground.around;
        if (permit.granted)
            side->account->health->breakers.end(origin, end_of(response), permit.probe,
                                                around.clock().steady);
        CallAnswer answer = answer_of(std::move(response));
        if (!renews_token(side, answer)) side->done(std::move(answer));
        around.leave();
    });
}

void ask_token(const SideCallPtr& side) {
    side->account->tokens->ask(side->thread, [side](const tokens::Token& token) {
        if (token.secret.empty()) {
            const adapters::SendOutcome& why = token.refusal;
            return refuse(side->thread, side->done,
                          why.detail.empty() ? "it gave no access token (" + why.code + ")"
                                             : "it gave no access token: " + why.detail);
        }
        side->token = token.secret;
        adapters::ProviderCall call = side->call;
        adapters::bear(call, token.secret);
        make(side, std::move(call));
    });
}

}  // namespace

void begin_side_call(SideCallGround ground, adapters::ProviderCall call, net::IoThread& thread,
                     Done done) {
    const Account* account = ground.accounts->find(ground.account);
    if (account == nullptr) return refuse(thread, done, "the account is not configured any more");
    if (call.for_token && account->tokens) {
        return account->tokens->fetch(
            thread, [done = std::move(done)](const net::ClientResponse& response) {
                done(answer_of(response));
            });
    }
    auto side = std::make_shared<SideCall>(
        SideCall{std::move(ground), account, std::move(call), thread, std::move(done)});
    if (side->call.token_in.empty()) return make(side, std::move(side->call));
    if (account->tokens) return ask_token(side);
    refuse(thread, side->done, "the account has no credentials to ask for a token with");
}

}  // namespace postern::egress
