#include "gateway/egress/side_call.h"

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

}  // namespace

void begin_side_call(SideCallGround ground, adapters::ProviderCall call, net::IoThread& thread,
                     Done done) {
    const Account* account = ground.accounts->find(ground.account);
    if (account == nullptr) return refuse(thread, done, "the account is not configured any more");
    const auto url = net::parse_url(call.url);
    if (!url) return refuse(thread, done, "the account's base_url makes no URL");
    const auto client = ground.clients->find(account->way);
    if (client == ground.clients->end() || !ground.around->enter())
        return refuse(thread, done, "the gateway is shutting down");
    const std::string origin = url->origin();
    const ratelimit::Permit permit =
        account->health->breakers.ask(origin, ground.around->clock().steady);
    if (!permit.granted) {
        ground.around->leave();
        return refuse(thread, done, "it failed lately and is left alone for a while");
    }
    net::ClientRequest out;
    out.method = std::move(call.method);
    out.url = std::move(call.url);
    out.headers = std::move(call.headers);
    out.body = std::move(call.body);
    out.connect_timeout = ground.around->options.connect_timeout;
    out.total_timeout = ground.around->options.total_timeout;
    net::HttpClient& http = *client->second;
    http.send(std::move(out), [ground = std::move(ground), health = account->health, origin,
                               probe = permit.probe,
                               done = std::move(done)](net::ClientResponse response) {
        health->breakers.end(origin, end_of(response), probe, ground.around->clock().steady);
        done(answer_of(std::move(response)));
        ground.around->leave();
    });
}

}  // namespace postern::egress
