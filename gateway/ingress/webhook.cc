// One webhook from the last byte of its body to its 200.
#include "gateway/ingress/webhook.h"

#include <optional>

#include <openssl/hmac.h>

namespace postern::ingress {
namespace {

constexpr std::string_view prefix = "/webhooks/";

net::Response problem(int status, std::string_view title, std::string_view code, bool retry) {
    net::Response r;
    r.status = status;
    r.content_type = "application/problem+json";
    r.body = std::string(R"({"type":"about:blank","title":")")
                 .append(title)
                 .append(R"(","status":)")
                 .append(std::to_string(status))
                 .append(R"(,"code":")")
                 .append(code)
                 .append("\"}");
    if (retry) r.headers.emplace_back("Retry-After", "2");
    return r;
}

net::Response named(net::Response response, const std::string& id) {
    if (!id.empty()) response.headers.emplace_back("X-Request-Id", id);
    return response;
}

/// The account's constant with the request's own id behind its first line.
std::shared_ptr<const std::string> named_ok(const std::string& whole, const std::string& id) {
    constexpr std::string_view field = "X-Request-Id: ";
    const std::size_t line = whole.find("\r\n") + 2;
    auto out = std::make_shared<std::string>();
    out->reserve(whole.size() + field.size() + id.size() + 2);
    out->append(whole, 0, line).append(field).append(id).append("\r\n").append(whole, line);
    return out;
}

net::Response unauthorized() {
    return problem(401, "Unauthorized", "unauthorized", false);
}
net::Response overloaded() {
    return problem(503, "Overloaded, try again", "overloaded", true);
}

/// The account name of "/webhooks/{name}"; nullopt for other paths.
std::optional<std::string_view> account_name(std::string_view path) {
    if (!path.starts_with(prefix)) return std::nullopt;
    const std::string_view name = path.substr(prefix.size());
    if (name.empty() || name.size() > 64 || name.find('/') != name.npos) return std::nullopt;
    return name;
}

adapters::WebhookRequest view_of(const net::Request& request,
                                 std::vector<adapters::HeaderView>& headers) {
    headers.clear();
    for (const net::Header& h : request.headers) headers.push_back({h.name, h.value});
    return {request.method, request.target, request.path, request.query, headers, request.body};
}

/// Costs what checking a signature costs, so that an unknown account takes the same time.
void pretend_to_verify(std::string_view body) {
    unsigned char out[32];
    unsigned int size = 0;
    (void)HMAC(EVP_sha256(), "postern", 7, reinterpret_cast<const unsigned char*>(body.data()),
               body.size(), out, &size);
}

}  // namespace

struct WebhookHandler::Taking {
    const Account* account;  // the intake keeps its table
    net::Request request;    // its views live until the answer
    net::Responder responder;
    runtime::RequestTrace trace;  // without an id nobody notes it
};

WebhookHandler::WebhookHandler(const Accounts& accounts, Intake& intake,
                               std::function<model::Instant()> now)
    : accounts_(accounts), intake_(intake), now_(std::move(now)) {}

net::Admission WebhookHandler::admit(const net::Request& head) {
    const auto name = account_name(head.path);
    if (!name) return {false, 0, named(problem(404, "Not Found", "not_found", false), make_id(0))};
    const auto table = accounts_.load();
    const Account* account = table->find(*name);
    if (intake_.is_shut(account)) return {false, 0, named(overloaded(), make_id(0))};
    return {true, webhook_body_bytes_max, {}};
}

void WebhookHandler::handle(const net::Request& request, net::Responder responder) {
    const auto name = account_name(request.path);
    const auto table = accounts_.load();
    const Account* account = name ? table->find(*name) : nullptr;
    std::string id = make_id(responder.thread().index());
    if (!account) {
        unknown_accounts.fetch_add(1, std::memory_order_relaxed);
        pretend_to_verify(request.body);
        return responder.send(named(unauthorized(), id));
    }
    std::vector<adapters::HeaderView> headers;
    const adapters::WebhookRequest view = view_of(request, headers);
    const model::Instant now = now_();
    if (const auto reply = account->adapter->handshake(view)) {
        if (reply->status >= 400) {
            account->health->failed_handshakes.fetch_add(1, std::memory_order_relaxed);
            const std::string reason = "a handshake failed: the verify token is another";
            account->health->error(reason, now);
            turn_away(*account, request, id, reply->status, reason, now);
        }
        net::Response response;
        response.status = reply->status;
        response.content_type = reply->content_type;
        response.body = reply->body;
        return responder.send(named(std::move(response), id));
    }
    const adapters::Verification verified = account->adapter->verify(view, now);
    if (verified.kind != adapters::Verification::Kind::valid) {
        account->health->bad_signatures.fetch_add(1, std::memory_order_relaxed);
        account->health->error(verified.reason, now);
        turn_away(*account, request, id, 401, verified.reason, now);
        return responder.send(named(unauthorized(), id));
    }
    auto taking = std::make_shared<Taking>(Taking{account, request, std::move(responder), {}});
    taking->trace.id = std::move(id);
    taking->trace.peer = taking->request.peer;
    taking->trace.received = now;
    net::IoThread& thread = taking->responder.thread();
    intake_.take({table, account, view, std::move(headers), now}, thread,
                 [this, taking](TakeResult result) { answer(*taking, std::move(result)); });
}

std::string WebhookHandler::make_id(std::size_t thread) const {
    return traces_ != nullptr ? traces_->make_id(thread) : std::string{};
}

/// Keeps it for people, if it is of an account of ours.
void WebhookHandler::turn_away(const Account& account, const net::Request& request,
                               const std::string& id, int status, const std::string& reason,
                               model::Instant now) const {
    if (refused_ != nullptr) refused_->note(account, request, id, status, reason, now);
}

void WebhookHandler::note_answer(Taking& taking) const {
    if (traces_ == nullptr) return;
    taking.trace.what = runtime::webhook_trace(taking.account->name);
    taking.trace.answered = now_();
    taking.trace.status = 200;
    traces_->note(taking.responder.thread().index(), std::move(taking.trace));
}

void WebhookHandler::answer(Taking& taking, TakeResult result) const {
    if (result.taken != Taken::durable)
        return taking.responder.send(named(overloaded(), taking.trace.id));
    if (!result.set_aside.empty()) {
        turn_away(*taking.account, taking.request, taking.trace.id, 200,
                  "set aside: " + result.set_aside, now_());
    }
    net::Response ok;
    ok.fixed = taking.trace.id.empty() ? taking.account->ok_reply
                                       : named_ok(*taking.account->ok_reply, taking.trace.id);
    taking.trace.durable = result.durable_at;
    taking.trace.made = std::move(result.made);
    note_answer(taking);
    taking.responder.send(std::move(ok));
}

}  // namespace postern::ingress
