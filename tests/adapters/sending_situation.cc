// Reading and rendering by hand: a request is compared as people read it.
#include "tests/adapters/sending_situation.h"

#include <algorithm>

#include "adapters/shared/json.h"
#include "adapters/token_grant.h"
#include "tests/adapters/outbound_json.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

namespace fs = std::filesystem;

void read_settings(json::Object root, AdapterConfig& config) {
    if (const auto settings = json::object(root, "settings")) {
        for (const auto [key, value] : *settings) {
            std::string_view text;
            config.settings[std::string(key)] =
                value.get(text) == simdjson::SUCCESS ? std::string(text) : json::compact(value);
        }
    }
    if (const auto credentials = json::object(root, "credentials")) {
        for (const auto [key, value] : *credentials) {
            std::string_view text;
            if (value.get(text) != simdjson::SUCCESS) continue;
            config.credentials[std::string(key)] = {Secret(std::string(text))};
        }
    }
}

}  // namespace

AdapterConfig sending_config(std::string channel) {
    AdapterConfig config;
    config.account = "main";
    config.channel = std::move(channel);
    const auto credential = [&](const char* name, const char* value) {
        config.credentials[name] = {Secret(value)};
    };
    if (config.channel == "whatsapp") {
        credential("access_token", "EAAtesttoken");
        config.settings["phone_number_id"] = "300200";
    } else if (config.channel == "messenger") {
        credential("access_token", "EAAtesttoken");
        config.settings["page_id"] = "400300";
    } else if (config.channel == "instagram") {
        credential("access_token", "IGAAtesttoken");
        config.settings["instagram_id"] = "17840001";
    } else if (config.channel == "telegram") {
        credential("bot_token", "123456:test-token");
    } else if (config.channel == "line") {
        credential("access_token", "line-access-token");
    } else if (config.channel == "viber") {
        credential("auth_token", "viber-auth-token");
    } else if (config.channel == "wechat") {
        credential("app_secret", "wechat-app-secret");
        config.settings["app_id"] = "wx0000000000000001";
    } else if (config.channel == "twilio") {
        credential("auth_token", "00112233445566778899aabbccddeeff");
        config.settings["account_sid"] = "AC00000000000000000000000000000002";
        config.settings["from"] = "+15005550006";
    } else if (config.channel == "vonage") {
        credential("api_secret", "vonage-api-secret");
        config.settings["api_key"] = "abcd1234";
        config.settings["from"] = "+447700900000";
    } else if (config.channel == "smpp") {
        credential("password", "smpp-pw");
        config.settings["system_id"] = "acme";
    } else if (config.channel == "email") {
        config.settings["from"] = "Acme <avisos@acme.example>";
    } else if (config.channel == "webchat") {
        credential("visitor_secret", "webchat-visitor-secret-01");
        config.settings["origins"] = R"(["https://www.example.com"])";
    } else if (config.channel == "http") {
        credential("secret", "http-secret");
    }
    return config;
}

Instant sending_now() {
    return Instant(std::chrono::seconds(1'767'312'000));
}

std::vector<fs::path> sending_situation_files() {
    std::vector<fs::path> found;
    const fs::path root = fs::path(POSTERN_SOURCE_DIR) / "tests" / "adapters" / "sending";
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.path().extension() == ".json") found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

SendingSituation read_sending_situation(const fs::path& path) {
    SendingSituation out;
    const std::string channel = path.parent_path().filename().string();
    out.name = channel + "_" + path.stem().string();
    out.expectation = path.parent_path() / (path.stem().string() + ".expect.txt");
    out.config = sending_config(channel);
    std::string text = read_file(path);
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    const auto parsed = json::parse(text);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!root) return out;
    read_settings(*root, out.config);
    out.to = json::text(*root, "to");
    out.reply_to = json::text(*root, "reply_to");
    out.echo = json::text(*root, "echo");
    out.status_url = json::text(*root, "status_url");
    out.ask = json::text(*root, "ask");
    if (const auto details = json::object(*root, "details")) out.details = json::compact(*details);
    out.human_agent = json::flag(*root, "human_agent");
    out.proactive = json::flag(*root, "proactive");
    if (const auto content = json::object(*root, "content")) out.content = read_outbound(*content);
    return out;
}

SendRequest SendingSituation::request() const {
    return {to, content, reply_to, echo, status_url, sending_now(), human_agent, proactive};
}

OwnedAnswer::OwnedAnswer(int status, std::string_view body,
                         std::vector<std::pair<std::string, std::string>> headers)
    : status_(status), body_(body), bytes_(body.size()), headers_(std::move(headers)) {
    body_.append(64, '\0');
}

ProviderAnswer OwnedAnswer::view() {
    views_.clear();
    for (const auto& [name, value] : headers_) views_.push_back({name, value});
    return {status_, views_, std::string_view(body_).substr(0, bytes_)};
}

SendOutcome outcome_of_answer(const SendingAdapter& adapter, OwnedAnswer answer) {
    OutboundContent content;
    content.text = "Hola";
    const SendRequest request{"+573001234567", content, {}, "att_1", {}, sending_now()};
    auto next = adapter.answered(request, 0, answer.view());
    if (auto* outcome = std::get_if<SendOutcome>(&next)) return std::move(*outcome);
    SendOutcome none;
    none.code = "a further step";
    return none;
}

std::string render(ProviderCall call) {
    bear(call, Secret("prepared-token"));
    std::string out = call.method + " " + call.url + "\n";
    for (const auto& [name, value] : call.headers) out.append(name + ": " + value + "\n");
    return out + "\n" + call.body + "\n";
}

}  // namespace postern::adapters
