// One webhook from the last byte of its body to its 200.
#include "gateway/ingress/webhook.h"

#include <algorithm>
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

runtime::Admit admit_of(const Account& account) {
    return account.adapter->traits().redelivers ? runtime::Admit::first_shed
                                                : runtime::Admit::last_shed;
}

}  // namespace

struct WebhookHandler::Taking {
    std::shared_ptr<const AccountTable> table;  // keeps the account
    const Account* account;
    net::Request request;  // its views live until the answer
    net::Responder responder;
    std::vector<std::uint64_t> taken;  // marks of the items that come in
    std::string set_aside;             // why the rest does not
    runtime::RequestTrace trace;       // without an id nobody notes it
};

WebhookHandler::WebhookHandler(const Accounts& accounts, runtime::CoreInbox& inbox,
                               const IntakeGate& gate, const storage::KeyBytes& master,
                               const runtime::PoisonSlot& poison, std::size_t io_threads,
                               std::function<model::Instant()> now)
    : accounts_(accounts), inbox_(inbox), gate_(gate), poison_(poison), now_(std::move(now)) {
    for (std::size_t i = 0; i < io_threads; ++i)
        makers_.push_back(std::make_unique<CommandMaker>(master));
}

net::Admission WebhookHandler::admit(const net::Request& head) {
    const auto name = account_name(head.path);
    if (!name) return {false, 0, named(problem(404, "Not Found", "not_found", false), make_id(0))};
    const auto table = accounts_.load();
    const Account* account = table->find(*name);
    const runtime::Admit admit = account ? admit_of(*account) : runtime::Admit::first_shed;
    if (!gate_.webhooks.load(std::memory_order_relaxed) || inbox_.overloaded(admit)) {
        if (account) account->health->refused_overload.fetch_add(1, std::memory_order_relaxed);
        return {false, 0, named(overloaded(), make_id(0))};
    }
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
    thread_local std::vector<adapters::HeaderView> headers;
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
    auto taking =
        std::make_shared<Taking>(Taking{table, account, request, std::move(responder), {}, {}, {}});
    taking->trace.id = std::move(id);
    taking->trace.peer = taking->request.peer;
    taking->trace.received = now;
    receive(taking, now);
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

void WebhookHandler::receive(const std::shared_ptr<Taking>& taking, model::Instant now) {
    const Account& account = *taking->account;
    account.health->webhooks.fetch_add(1, std::memory_order_relaxed);
    account.health->last_inbound_us.store(now.time_since_epoch().count(),
                                          std::memory_order_relaxed);
    net::IoThread& thread = taking->responder.thread();
    std::vector<adapters::HeaderView> headers;
    std::vector<core::Command> commands;
    auto batch = account.adapter->decode(view_of(taking->request, headers), now);
    if (batch.has_error()) {
        taking->set_aside = batch.error().message();
    } else {
        commands =
            makers_[thread.index()]->make(*taking->table, account, *batch, now, taking->set_aside);
        for (const adapters::Undecoded& u : batch->undecoded) taking->set_aside = u.reason;
    }
    // Whole, as long as it is here whole: what killed the core twice is not given to it again.
    const bool poison = std::any_of(commands.begin(), commands.end(), [this](const auto& command) {
        return poison_.is_poison(core::fingerprint_of(command));
    });
    if (poison) {
        poisoned.fetch_add(1, std::memory_order_relaxed);
        commands.clear();
        taking->set_aside = "applying it ended the process twice";
    }
    if (commands.empty()) return finish(taking);
    for (const core::Command& command : commands) taking->taken.push_back(mark_of(command));
    auto durable = [this, taking](const std::vector<core::Reply>& replies) {
        note(replies, *taking);
        finish(taking);
    };
    if (inbox_.post(std::move(commands), admit_of(account), thread, std::move(durable))) return;
    refuse(*taking);
}

/// Counts redeliveries, and strikes out what the core could not take.
void WebhookHandler::note(const std::vector<core::Reply>& replies, Taking& taking) const {
    std::vector<std::uint64_t> taken;
    if (traces_ != nullptr) taking.trace.durable = now_();
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (replies[i].code == core::ReplyCode::unreadable) {
            taking.set_aside = "a stored row that it needs is damaged";
            continue;
        }
        taken.push_back(taking.taken[i]);
        if (traces_ != nullptr && replies[i].id.sequence != 0)
            taking.trace.made.push_back(replies[i].id);
        if (replies[i].code != core::ReplyCode::duplicate) continue;
        taking.account->health->duplicates.fetch_add(1, std::memory_order_relaxed);
    }
    taking.taken = std::move(taken);
}

void WebhookHandler::finish(const std::shared_ptr<Taking>& taking) {
    const auto answer = [this, taking](const auto&) {
        net::Response ok;
        ok.fixed = taking->trace.id.empty()
                       ? taking->account->ok_reply
                       : named_ok(*taking->account->ok_reply, taking->trace.id);
        note_answer(*taking);
        taking->responder.send(std::move(ok));
    };
    if (taking->set_aside.empty()) return answer(0);
    const Account& account = *taking->account;
    account.health->error("set aside: " + taking->set_aside, now_());
    turn_away(account, taking->request, taking->trace.id, 200, "set aside: " + taking->set_aside,
              now_());
    std::vector<adapters::HeaderView> headers;
    std::vector<core::Command> commands;
    commands.push_back(CommandMaker::quarantine(account, view_of(taking->request, headers),
                                                taking->set_aside, taking->taken));
    // A request that is half taken is shed last.
    const auto admit = taking->taken.empty() ? admit_of(account) : runtime::Admit::last_shed;
    if (inbox_.post(std::move(commands), admit, taking->responder.thread(), answer)) {
        account.health->quarantined.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    refuse(*taking);
}

void WebhookHandler::refuse(Taking& taking) {
    taking.account->health->refused_overload.fetch_add(1, std::memory_order_relaxed);
    taking.responder.send(named(overloaded(), taking.trace.id));
}

}  // namespace postern::ingress
