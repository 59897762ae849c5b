// WeChat Official Account, the side that takes messages: access tokens that end, customer-service
// and template messages, uploads. Errors are HTTP 200 with an errcode.
#include <algorithm>

#include <fmt/format.h>

#include "gateway/sim/agenda.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/wechat_media.h"
#include "gateway/sim/wechat_messages.h"
#include "gateway/sim/wechat_webhook.h"

namespace postern::sim {
namespace {

constexpr std::size_t retry_keys_max = 100'000;

struct TokenWish {
    std::string app_id;
    std::string secret;
    bool fresh = true;  // even if the one before is still good
};

net::Response issue_token(const TokenWish& wish, Accounts& accounts) {
    SimAccount* account =
        wish.app_id.starts_with("wx") ? accounts.find("wechat", wish.app_id) : nullptr;
    if (account == nullptr) return wechat_failure(40013, "invalid appid");
    const std::string& own = account->endpoint.token;
    if (wish.secret.empty() || (!own.empty() && own != wish.secret))
        return wechat_failure(40125, "invalid appsecret");
    const std::int64_t now_us = steady_now_us();
    if (wish.fresh || account->access_token.empty() || account->access_until_us <= now_us) {
        account->access_token = fmt::format("SIM-{}-{}", wish.app_id, ++account->tokens_issued);
        const double life_s = accounts.faults_of(*account).token_life_s;
        account->access_until_us = now_us + static_cast<std::int64_t>(life_s * 1e6);
    }
    JsonText json;
    json.begin_object().field("access_token", account->access_token);
    json.field("expires_in", (account->access_until_us - now_us) / 1'000'000);
    return json_answer(200, json.end_object().take());
}

/// Token requests: `true` if the path is one, answered then.
bool read_token(const net::Request& request, std::string_view path, Accounts& accounts,
                Call& call) {
    TokenWish wish;
    std::string grant;
    if (path == "cgi-bin/token" && request.method == "GET") {
        wish = {request.query_value("appid"), request.query_value("secret"), true};
        grant = request.query_value("grant_type");
    } else if (path == "cgi-bin/stable_token" && request.method == "POST") {
        JsonObject body;
        if (!parse_object(request.body, body)) {
            call.answer = wechat_failure(47001, "data format error");
            return true;
        }
        bool fresh = false;
        if (body.at_key("force_refresh").get(fresh) != simdjson::SUCCESS) fresh = false;
        wish = {std::string(text_of(body, "appid")), std::string(text_of(body, "secret")), fresh};
        grant = text_of(body, "grant_type");
    } else {
        return false;
    }
    if (grant != "client_credential") {
        call.answer = wechat_failure(40002, "invalid grant_type");
        return true;
    }
    call.kind = Call::Kind::other;
    call.what = "token";
    call.answer = issue_token(wish, accounts);
    return true;
}

/// Whose token the query shows; else `answer` says why not.
SimAccount* account_of(const net::Request& request, Accounts& accounts, net::Response& answer) {
    const std::string token = request.query_value("access_token");
    if (token.empty()) {
        answer = wechat_failure(41001, "access_token missing");
        return nullptr;
    }
    for (const SimAccount& known : accounts.all()) {
        if (known.endpoint.channel != "wechat" || known.access_token != token) continue;
        if (known.access_until_us > steady_now_us())
            return accounts.find("wechat", known.endpoint.own_id);
        answer = wechat_failure(42001, "access_token expired");
        return nullptr;
    }
    answer = wechat_failure(40001, "invalid credential, access_token is invalid or not latest");
    return nullptr;
}

net::Response template_answer(std::string_view msgid) {
    return json_answer(200, fmt::format(R"({{"errcode":0,"errmsg":"ok","msgid":{}}})", msgid));
}

void read_message(const net::Request& request, bool of_template, Call& call) {
    JsonObject body;
    if (!parse_object(request.body, body)) {
        call.answer = wechat_failure(47001, "data format error");
        return;
    }
    const WechatProblem problem =
        of_template ? check_wechat_template(body, call) : check_wechat_message(body, call);
    if (problem) {
        call.answer = wechat_failure(problem.code, problem.message);
        return;
    }
    const auto known = call.account->retry_keys.find(call.retry_key);
    if (!call.retry_key.empty() && known != call.account->retry_keys.end()) {
        call.kind = Call::Kind::other;
        call.answer = template_answer(known->second);
        return;
    }
    call.kind = Call::Kind::send;
}

void read_typing(const net::Request& request, Call& call) {
    JsonObject body;
    if (!parse_object(request.body, body)) {
        call.answer = wechat_failure(47001, "data format error");
        return;
    }
    const std::string_view command = text_of(body, "command");
    if (text_of(body, "touser").empty()) {
        call.answer = wechat_failure(40003, "invalid openid");
    } else if (command != "Typing" && command != "CancelTyping") {
        call.answer = wechat_failure(45072, "invalid command");
    } else {
        call.kind = Call::Kind::other;
        call.what = "typing";
        call.answer = json_answer(200, R"({"errcode":0,"errmsg":"ok"})");
    }
}

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    Call call;
    if (read_token(request, path, accounts, call)) return call;
    call.account = account_of(request, accounts, call.answer);
    if (call.account == nullptr) return call;
    if (request.method != "POST") {
        call.answer = wechat_failure(43002, "require POST method");
    } else if (path == "cgi-bin/message/custom/send") {
        read_message(request, false, call);
    } else if (path == "cgi-bin/message/template/send") {
        read_message(request, true, call);
    } else if (path == "cgi-bin/message/custom/typing") {
        read_typing(request, call);
    } else if (path == "cgi-bin/media/upload") {
        read_wechat_upload(request, call);
    } else {
        call.answer = wechat_failure(40066, "invalid url");
    }
    return call;
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return std::to_string(200'000'000'000'000'000ULL + (run & 0xffffu) * 10'000'000'000ULL +
                          number);
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t) {
    // Customer-service messages have no id.
    if (call.method != "template") return json_answer(200, R"({"errcode":0,"errmsg":"ok"})");
    auto& keys = call.account->retry_keys;
    if (keys.size() >= retry_keys_max) keys.erase(keys.begin());
    if (!call.retry_key.empty()) keys.emplace(call.retry_key, provider_id);
    return template_answer(provider_id);
}

net::Response refuse(const Call& call, SendFault fault, std::int64_t) {
    switch (fault) {
        case SendFault::rate_limited:
            return wechat_failure(45011, "api minute-quota reach limit, must slower");
        case SendFault::pair_limited:
            return call.method == "template" ? wechat_failure(43117, "too frequent to this openid")
                                             : wechat_failure(45047, "out of response count limit");
        case SendFault::closed_window:
            return wechat_failure(45015, "response out of time limit or subscription is canceled");
        case SendFault::blocked:
            return wechat_failure(43004, "require subscribe");
        case SendFault::unreachable:
            return wechat_failure(40003, "invalid openid");
        case SendFault::revoked:
            // The next token is another one.
            if (call.account != nullptr) call.account->access_token.clear();
            return wechat_failure(40001,
                                  "invalid credential, access_token is invalid or not latest");
        case SendFault::unavailable:
            return json_answer(503, "{}");
        default:
            return wechat_failure(-1, "system error");
    }
}

/// What a template's job finds out when it runs.
bool refuses_later(const Call& call, SendFault fault) {
    return call.method == "template" && fault == SendFault::blocked;
}

bool receipt(const Receipt& receipt, Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    const bool failed = receipt.state == "failed";
    const bool told = receipt.method == "template" && (failed || receipt.state == "delivered");
    if (endpoint.url.empty() || endpoint.secret.empty() || !told) return false;
    WechatXml xml(endpoint, receipt.to, receipt.time_s, "event");
    xml.text("Event", "TEMPLATESENDJOBFINISH").number("MsgID", receipt.provider_id);
    xml.text("Status", !failed                               ? "success"
                       : receipt.cause == SendFault::blocked ? "failed:user block"
                                                             : "failed: system failed");
    webhook.endpoint = endpoint;
    webhook.body = xml.end();
    webhook.headers = {{"Content-Type", "text/xml"}};
    sign_as_wechat(webhook, endpoint.secret, receipt.time_s);
    return true;
}

}  // namespace

const Receiver wechat_receiver = {
    .channel = "wechat",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_later,
    .receipt = receipt,
};

}  // namespace postern::sim
