#include "tests/polling/bot_api.h"

#include <algorithm>
#include <cstdlib>

namespace postern::polling {
namespace {

net::Response error_of(int code, const std::string& description, const std::string& parameters) {
    net::Response out;
    out.status = code;
    out.body = R"({"ok":false,"error_code":)" + std::to_string(code) + R"(,"description":")" +
               description + "\"" + (parameters.empty() ? "" : ",\"parameters\":" + parameters) +
               "}";
    return out;
}

std::int64_t offset_in(const std::string& body) {
    const auto at = body.find("\"offset\":");
    return at == std::string::npos ? 0 : std::strtoll(body.c_str() + at + 9, nullptr, 10);
}

}  // namespace

BotApi::BotApi() {
    server_.handler.on_request = [this](const net::Request& request, net::Responder responder) {
        on_request(request, std::move(responder));
    };
}

/// Whoever still waits goes before the server does.
BotApi::~BotApi() {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
    taps_.clear();
}

void BotApi::on_request(const net::Request& request, net::Responder responder) {
    const std::lock_guard lock(mutex_);
    constexpr std::string_view bot = "/bot123456:good/";
    if (!request.path.starts_with(bot)) {
        return responder.send(error_of(401, "Unauthorized", {}));
    }
    Call call;
    call.method = request.path.substr(bot.size());
    call.body = request.body;
    call.offset = offset_in(call.body);
    calls_.push_back(call);
    if (call.method == "deleteWebhook") {
        webhook_ = false;
        return responder.send({.body = R"({"ok":true,"result":true})"});
    }
    if (hold_taps_ && call.method == "answerCallbackQuery")
        return taps_.push_back(std::move(responder));
    if (call.method != "getUpdates") return responder.send(error_of(404, "Not Found", {}));
    if (webhook_) {
        return responder.send(error_of(409,
                                       "Conflict: can't use getUpdates method while webhook is "
                                       "active; use deleteWebhook to delete the webhook first",
                                       {}));
    }
    if (!refusals_.empty()) {
        net::Response refusal = std::move(refusals_.front());
        refusals_.pop_front();
        return responder.send(std::move(refusal));
    }
    std::erase_if(updates_, [&](const Update& update) { return update.id < call.offset; });
    answer_poll(std::move(responder));
}

void BotApi::answer_poll(net::Responder responder) {
    if (updates_.empty()) return waiting_.push_back(std::move(responder));
    responder.send({.body = pending_updates()});
}

std::string BotApi::pending_updates() const {
    std::string body = R"({"ok":true,"result":[)";
    for (const Update& update : updates_) {
        if (body.back() == '}') body += ',';
        body += update.text;
    }
    return body + "]}";
}

void BotApi::add(std::int64_t id, const std::string& payload) {
    const std::lock_guard lock(mutex_);
    updates_.push_back({id, R"({"update_id":)" + std::to_string(id) +
                                (payload.empty() ? "" : "," + payload) + "}"});
    for (net::Responder& responder : std::exchange(waiting_, {})) {
        auto shared = std::make_shared<net::Responder>(std::move(responder));
        auto body = std::make_shared<std::string>(pending_updates());
        shared->thread().post([shared, body] { shared->send({.body = *body}); });
    }
}

void BotApi::add_text(std::int64_t id, const std::string& text) {
    add(id, R"("message":{"message_id":)" + std::to_string(id) +
                R"(,"date":1767225600,"chat":{"id":700,"type":"private","first_name":"Ana"},)" +
                R"("from":{"id":700,"is_bot":false,"first_name":"Ana"},"text":")" + text + "\"}");
}

void BotApi::set_webhook() {
    const std::lock_guard lock(mutex_);
    webhook_ = true;
}

void BotApi::hold_taps() {
    const std::lock_guard lock(mutex_);
    hold_taps_ = true;
}

void BotApi::refuse(int code, const std::string& description, const std::string& parameters) {
    const std::lock_guard lock(mutex_);
    refusals_.push_back(error_of(code, description, parameters));
}

std::vector<BotApi::Call> BotApi::calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
}

std::size_t BotApi::polls() {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(
        calls_.begin(), calls_.end(), [](const Call& c) { return c.method == "getUpdates"; }));
}

std::size_t BotApi::unconfirmed() {
    const std::lock_guard lock(mutex_);
    return updates_.size();
}

bool BotApi::has_webhook() {
    const std::lock_guard lock(mutex_);
    return webhook_;
}

}  // namespace postern::polling
