// WeChat: an access token proves AppID, AppSecret and this machine's address; getcallbackip proves
// the token. The server URL can neither be read nor set by the API: a person types it.
#include <array>

#include "adapters/connect/plan.h"
#include "adapters/shared/endpoint.h"
#include "adapters/wechat/send.h"

namespace postern::adapters::connect {
namespace {

void look(Inquiry& inquiry) {
    if (inquiry.has("app_secret") && !inquiry.config.setting("app_id").empty()) return;
    inquiry.ended = true;
    inquiry.unknown("credentials", "without app_id and app_secret the account only receives",
                    "mp.weixin.qq.com → Settings → Basic configuration");
}

std::optional<ProviderCall> ask_token(Inquiry& inquiry) {
    return wechat::token_call(inquiry.config);
}

std::string advice_of(std::int64_t code) {
    switch (code) {
        case 40164:
            return "Basic configuration → IP whitelist: add this machine's public address";
        case 40125:
        case 40001:
            return "credentials.app_secret is not this AppID's: reset it and write the new one";
        case 40013:
            return "app_id is no AppID (wx…)";
        default:
            return "mp.weixin.qq.com → Settings → Basic configuration";
    }
}

void read_token(Inquiry& inquiry, const ProviderAnswer& answer) {
    const std::string token = wechat::token_of(answer);
    if (token.empty()) {
        const auto root = object_of(answer);
        const auto code = root ? json::integer(*root, "errcode").value_or(0) : 0;
        inquiry.ended = true;
        return inquiry.wrong("credentials", refusal(inquiry, answer, {}), advice_of(code));
    }
    inquiry.struck_out.emplace_back(token);
    inquiry.identity = inquiry.config.setting("app_id");
    inquiry.good("credentials", "WeChat gives a token to " + inquiry.identity);
}

std::optional<ProviderCall> ask_addresses(Inquiry& inquiry) {
    const std::string base = shared::base_url(inquiry.config, wechat::usual_base);
    ProviderCall call = get(base + "/cgi-bin/getcallbackip", {});
    call.token_in = "access_token";
    return call;
}

void read_addresses(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const auto list = root ? json::array(*root, "ip_list") : std::nullopt;
    if (!list || list->size() == 0)
        return inquiry.warn("token", refusal(inquiry, answer, {}), "the token was not taken");
    inquiry.good("token", "it is taken; WeChat calls from " + std::to_string(list->size()) +
                              " networks of its own");
    inquiry.unknown("webhook", "WeChat does not tell which URL it calls");
}

void console(const Inquiry& inquiry, std::vector<ConsoleField>& out) {
    const std::string where =
        "mp.weixin.qq.com → Settings and development → Basic configuration → Server";
    out.push_back({where, "URL",
                   inquiry.webhook.empty() ? "https://…/webhooks/" + inquiry.config.account
                                           : inquiry.webhook});
    out.push_back({where, "Token", "what credentials.token says"});
    const bool sealed = inquiry.has("encoding_aes_key");
    out.push_back({where, "EncodingAESKey",
                   sealed ? "what credentials.encoding_aes_key says" : "none: plain mode"});
    out.push_back({where, "Message encryption", sealed ? "safe mode" : "plain mode"});
}

constexpr std::array steps = {
    Step{"credentials", ask_token, read_token},
    Step{"token", ask_addresses, read_addresses},
};

}  // namespace

const Plan wechat_plan = {"wechat", steps, look, console};

}  // namespace postern::adapters::connect
