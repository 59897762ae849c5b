// Names of the scenario's enums and the accounts that the demo and the command line start from.
#include "gateway/sim/scenario.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace postern::sim {
namespace {

constexpr std::array<std::string_view, 15> kind_names = {
    "text",   "image", "voice",   "document",   "location", "contacts", "reaction", "button",
    "status", "edit",  "opt_out", "group_text", "opt_in",   "echo",     "opened"};
constexpr std::array<std::string_view, 5> defect_names = {"none", "bad_signature", "truncated",
                                                          "wrong_shape", "unknown_kind"};

struct DemoAccount {
    std::string_view channel, account, secret, own_id, own_address, signed_url;
};

// Obviously not credentials of anybody: the demo writes the same into its own configuration.
constexpr std::array<DemoAccount, 12> demo_accounts = {{
    {"whatsapp", "wa-main", "demo-app-secret", "300200", "15550001111", ""},
    {"telegram", "tg-main", "demo_secret_token", "7000001", "", ""},
    {"twilio", "sms-main", "00112233445566778899aabbccddeeff", "AC00000000000000000000000000000002",
     "+15005550001", "https://gateway.example/webhooks/sms-main"},
    {"http", "web-main", "demo-http-secret", "", "", ""},
    {"messenger", "fb-main", "demo-app-secret", "400300", "", ""},
    {"instagram", "ig-main", "demo-app-secret", "17840001", "", ""},
    {"line", "line-main", "demo-channel-secret", "U00000000000000000000000000000001", "", ""},
    {"viber", "viber-main", "4453b6ac12345678-e02c5f12174805f9-aaec63c5a1b2c3d4", "demo", "", ""},
    {"smpp", "smpp-main", "", "postern", "15005550002", ""},
    {"vonage", "vonage-main", "demo-signature-secret", "abcd1234", "447700900000", ""},
    {"email", "mail-main", "demo-inbound-token", "mail@gateway.example", "mail@gateway.example",
     ""},
    {"wechat", "wechat-main", "demoWechatToken", "wx0000000000000001", "gh_demo", ""},
}};

bool set_part(Endpoint& endpoint, std::string_view name, std::string_view value) {
    if (name == "channel") return true;  // read before
    if (name == "id" || name == "account") {
        endpoint.account = value;
    } else if (name == "secret") {
        endpoint.secret = value;
    } else if (name == "own_id" || name == "phone_number_id" || name == "account_sid") {
        endpoint.own_id = value;
    } else if (name == "own_address" || name == "to") {
        endpoint.own_address = value;
    } else if (name == "signed_url" || name == "public_url") {
        endpoint.signed_url = value;
    } else if (name == "url") {
        endpoint.url = value;
    } else if (name == "token" || name == "access_token" || name == "bot_token") {
        endpoint.token = value;
    } else if (name == "aes_key") {
        endpoint.aes_key = value;
    } else if (name == "application" || name == "application_id") {
        endpoint.application = value;
    } else if (name == "public_key") {
        endpoint.public_key = value;
    } else {
        return false;
    }
    return true;
}

std::vector<std::pair<std::string_view, std::string_view>> split_parts(std::string_view text) {
    std::vector<std::pair<std::string_view, std::string_view>> parts;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const std::size_t equals = std::min(part.find('='), part.size());
        parts.emplace_back(part.substr(0, equals), part.substr(std::min(part.size(), equals + 1)));
    }
    return parts;
}

}  // namespace

std::string_view to_string(Kind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

bool kind_from(std::string_view name, Kind& kind) {
    const auto* found = std::find(kind_names.begin(), kind_names.end(), name);
    if (found == kind_names.end()) return false;
    kind = static_cast<Kind>(found - kind_names.begin());
    return true;
}

std::string_view to_string(Defect defect) {
    return defect_names[static_cast<std::size_t>(defect)];
}

std::span<const std::string_view> demo_channels() {
    static constexpr std::array<std::string_view, 4> channels = {"whatsapp", "telegram", "twilio",
                                                                 "http"};
    return channels;
}

Endpoint demo_endpoint(std::string_view channel, std::string_view base) {
    Endpoint endpoint;
    endpoint.channel = channel;
    for (const DemoAccount& demo : demo_accounts) {
        if (demo.channel != channel) continue;
        endpoint.account = demo.account;
        endpoint.secret = demo.secret;
        endpoint.own_id = demo.own_id;
        endpoint.own_address = demo.own_address;
        endpoint.signed_url = demo.signed_url;
    }
    if (!base.empty()) endpoint.url = fmt::format("{}/{}", base, endpoint.account);
    // Nothing is posted there: it comes over the account's bind.
    if (channel == "smpp") endpoint.url = fmt::format("smpp:{}", endpoint.account);
    return endpoint;
}

bool parse_endpoint(std::string_view text, std::string_view base, Endpoint& endpoint,
                    std::string& problem) {
    const auto parts = split_parts(text);
    std::string_view channel;
    for (const auto& [name, value] : parts) {
        if (name == "channel") channel = value;
    }
    endpoint = demo_endpoint(channel, {});
    if (endpoint.account.empty()) {
        problem = fmt::format(
            "'{}' names no channel: write channel=whatsapp or another that it can simulate", text);
        return false;
    }
    for (const auto& [name, value] : parts) {
        if (set_part(endpoint, name, value)) continue;
        problem = fmt::format(
            "'{}' is no part of an account: use channel, id, secret, own_id, "
            "own_address, signed_url, url, token, aes_key, application, public_key",
            name);
        return false;
    }
    if (endpoint.url == "poll") endpoint.url = fmt::format("poll:{}", endpoint.account);
    if (endpoint.url.empty() && !base.empty()) {
        endpoint.url = fmt::format("{}/{}", base, endpoint.account);
    }
    return true;
}

}  // namespace postern::sim
