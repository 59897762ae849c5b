// One webhook from the last byte of its body to its 200.
#include "gateway/ingress/webhook.h"

#include <charconv>
#include <optional>

#include <openssl/hmac.h>

#include "gateway/net/reply.h"

namespace postern::ingress {
namespace {

constexpr std::string_view prefix = "/webhooks/";

/// As the server itself refuses; the connection goes on.
net::Response problem(int status, std::string_view code, std::string_view detail) {
    net::Response r = net::refusal(status, code, detail);
    r.close = false;
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

/// The account's constant, unless the webhook itself wants more said.
net::Response ok_to(const Account& account, const net::Request& request, const std::string& id) {
    net::Response ok;
    adapters::WebhookRequest view;
    view.body = request.body;
    ok.body = account.adapter->reply(view);
    if (!ok.body.empty()) {
        ok.content_type = "application/json";
        return named(std::move(ok), id);
    }
    ok.fixed = id.empty() ? account.ok_reply : named_ok(*account.ok_reply, id);
    return ok;
}

net::Response unauthorized() {
    return problem(401, "unauthorized",
                   "There is no such account, or its secret did not sign this.");
}
net::Response overloaded() {
    net::Response r = problem(503, "overloaded", "Nothing of this was taken; send it again.");
    r.headers.emplace_back("Retry-After", "2");
    return r;
}

/// Not durable yet, so it must come again: a success would be a promise.
net::Response waiting_for_parts() {
    net::Response r = problem(503, "waiting_for_parts",
                              "The other parts of this text have not come; send it again.");
    r.headers.emplace_back("Retry-After", "2");
    return r;
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
    std::shared_ptr<const AccountTable> table;  // keeps the account
    const Account* account;
    net::Request request;  // its views live until the answer
    net::Responder responder;
    runtime::RequestTrace trace;  // without an id nobody notes it
    model::Instant now{};
    std::string once{};  // of a signature that belongs to this body alone
};

WebhookHandler::WebhookHandler(const Accounts& accounts, Intake& intake,
                               std::function<model::Instant()> now)
    : accounts_(accounts), intake_(intake), now_(std::move(now)) {}

net::Admission WebhookHandler::admit(const net::Request& head) {
    const auto name = account_name(head.path);
    if (!name) {
        constexpr std::string_view detail = "Webhooks arrive at /webhooks/{account}.";
        return {false, 0, named(problem(404, "not_found", detail), make_id(0))};
    }
    // HEAD asks as GET does. Whatever else is signed is no provider's webhook.
    if (head.method != "POST" && head.method != "GET" && head.method != "HEAD") {
        net::Response r = problem(405, "method_not_allowed", "Webhooks come by POST or GET.");
        r.headers.emplace_back("Allow", "GET, HEAD, POST");
        return {false, 0, named(std::move(r), make_id(0))};
    }
    const auto table = accounts_.load();
    const Account* account = table->find(*name);
    if (intake_.is_shut(account)) return {false, 0, named(overloaded(), make_id(0))};
    const std::size_t most = account ? account->adapter->traits().body_bytes_max : 0;
    if (most <= webhook_body_bytes_max) return {true, webhook_body_bytes_max, {}};
    const std::string_view length = head.header("Content-Length");
    std::size_t announced = most;
    (void)std::from_chars(length.data(), length.data() + length.size(), announced);
    if (announced <= webhook_body_bytes_max) return {true, webhook_body_bytes_max, {}};
    return {true, most, {}, std::make_shared<LargeBody>(large_bodies_)};
}

void WebhookHandler::handle(const net::Request& request, net::Responder responder) {
    if (request.sink == nullptr) return take(request, std::move(responder));
    net::Request whole = request;
    whole.body = static_cast<LargeBody&>(*request.sink).text();
    take(whole, std::move(responder));
}

void WebhookHandler::take(const net::Request& request, net::Responder responder) {
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
            account->health->refuse(reason, now);
            turn_away(*account, request, id, reply->status, reason, now);
            return responder.send(named(
                problem(reply->status, "handshake_failed", "The verify token is another."), id));
        }
        net::Response response;
        response.status = reply->status;
        response.content_type = reply->content_type;
        response.body = reply->body;
        return responder.send(named(std::move(response), id));
    }
    const adapters::Verification verified = account->adapter->verify(view, now);
    auto taking = std::make_shared<Taking>(
        Taking{table, account, request, std::move(responder), {}, now, verified.once});
    taking->trace.id = std::move(id);
    if (verified.kind == adapters::Verification::Kind::need_fetch && documents_ != nullptr)
        return fetch(taking, verified.fetch_url);
    judge(taking, verified);
}

void WebhookHandler::fetch(const std::shared_ptr<Taking>& taking, const std::string& url) {
    const std::string_view own = taking->account->config.setting("base_url");
    documents_->get(url, own, taking->responder.thread(),
                    [this, taking](const std::string* document, const std::string& problem) {
                        const Account& account = *taking->account;
                        if (document == nullptr) {
                            // Whoever sent it named the certificate, so it proves nothing yet; a
                            // provider's comes again.
                            account.health->refuse("no certificate: " + problem, now_());
                            return taking->responder.send(named(overloaded(), taking->trace.id));
                        }
                        std::vector<adapters::HeaderView> headers;
                        const adapters::WebhookRequest view = view_of(taking->request, headers);
                        judge(taking, account.adapter->verify_with(view, *document, taking->now));
                    });
}

void WebhookHandler::judge(const std::shared_ptr<Taking>& taking,
                           const adapters::Verification& verified) {
    const Account& account = *taking->account;
    std::string reason = verified.reason;
    bool valid = verified.kind == adapters::Verification::Kind::valid;
    if (valid && !taking->once.empty() &&
        !once_.admits(account.number, taking->once, taking->request.body)) {
        valid = false;
        reason = "the signature came with another body before";
    }
    if (!valid) {
        account.health->bad_signatures.fetch_add(1, std::memory_order_relaxed);
        account.health->refuse(reason, taking->now);
        turn_away(account, taking->request, taking->trace.id, 401, reason, taking->now);
        return taking->responder.send(named(unauthorized(), taking->trace.id));
    }
    taking->trace.peer = taking->request.peer;
    taking->trace.received = taking->now;
    std::vector<adapters::HeaderView> headers;
    const adapters::WebhookRequest view = view_of(taking->request, headers);
    net::IoThread& thread = taking->responder.thread();
    intake_.take({taking->table, &account, view, std::move(headers), taking->now}, thread,
                 [this, taking](TakeResult result) { confirm(taking, std::move(result)); });
}

/// A provider that subscribes us wants to be asked for a URL first; if that fails, it sends its
/// wish again.
void WebhookHandler::confirm(const std::shared_ptr<Taking>& taking, TakeResult result) {
    if (result.confirm_url.empty() || result.taken != Taken::durable)
        return answer(*taking, std::move(result));
    if (documents_ == nullptr) {
        result.taken = Taken::overloaded;
        return answer(*taking, std::move(result));
    }
    auto held = std::make_shared<TakeResult>(std::move(result));
    documents_->ask(held->confirm_url, taking->account->config.setting("base_url"),
                    taking->responder.thread(),
                    [this, taking, held](const std::string* document, const std::string& problem) {
                        if (document == nullptr) {
                            taking->account->health->error("not confirmed: " + problem, now_());
                            held->taken = Taken::overloaded;
                        }
                        answer(*taking, std::move(*held));
                    });
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

void WebhookHandler::answer(Taking& taking, TakeResult result) {
    if (result.taken != Taken::durable) {
        net::Response again = result.waits_for_parts ? waiting_for_parts() : overloaded();
        return taking.responder.send(named(std::move(again), taking.trace.id));
    }
    if (!taking.once.empty())
        once_.note(taking.account->number, taking.once, taking.request.body, taking.now);
    if (!result.set_aside.empty()) {
        turn_away(*taking.account, taking.request, taking.trace.id, 200,
                  "set aside: " + result.set_aside, now_());
    }
    net::Response ok = ok_to(*taking.account, taking.request, taking.trace.id);
    taking.trace.durable = result.durable_at;
    taking.trace.made = std::move(result.made);
    note_answer(taking);
    taking.responder.send(std::move(ok));
}

}  // namespace postern::ingress
