// Reading situations. A missing or malformed file is an empty situation, which no expectation
// meets.
#include "tests/adapters/situation.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "adapters/shared/json.h"

namespace postern::adapters {
namespace {

namespace fs = std::filesystem;

/// After every time in the samples, which are of January 2026 (1767225600 and on).
constexpr Instant default_now{std::chrono::seconds(1'767'312'000)};

/// What a channel's samples are signed with unless they say otherwise.
void add_defaults(AdapterConfig& config) {
    const auto credential = [&](const char* name, const char* value) {
        config.credentials[name] = {Secret(value)};
    };
    config.account = "main";
    if (config.channel == "whatsapp") {
        credential("app_secret", "gw-app-secret-01");
        credential("verify_token", "check-me");
        config.settings["phone_number_id"] = "300200";
    } else if (config.channel == "messenger") {
        credential("app_secret", "gw-app-secret-01");
        credential("verify_token", "check-me");
        config.settings["page_id"] = "400300";
    } else if (config.channel == "instagram") {
        credential("app_secret", "gw-ig-app-secret");
        credential("verify_token", "check-me");
        config.settings["instagram_id"] = "17840001";
    } else if (config.channel == "telegram") {
        credential("secret_token", "gw_secret-2026");
    } else if (config.channel == "line") {
        credential("channel_secret", "line-channel-secret-01");
    } else if (config.channel == "viber") {
        credential("auth_token", "4453b6ac12345678-e02c5f12174805f9-aaec63c5a1b2c3d4");
    } else if (config.channel == "vonage") {
        credential("signature_secret", "vonage-signature-secret-0123456789abcdef");
        config.settings["api_key"] = "abcd1234";
    } else if (config.channel == "webchat") {
        credential("visitor_secret", "webchat-visitor-secret-01");
        config.settings["origins"] = R"(["https://www.example.com"])";
    } else if (config.channel == "wechat") {
        credential("token", "gwtoken2026");
    } else if (config.channel == "email") {
        credential("inbound_secret", "mail-secret-01");
        config.settings["from"] = "Acme <avisos@acme.example>";
    }
}

/// Who delivers a mail is the first word of its name; a whole message comes as it is.
void add_mail_defaults(const fs::path& body, Situation& situation) {
    const std::string stem = body.stem().string();
    const std::string scheme = stem.substr(0, stem.find('_'));
    const bool whole = body.extension() == ".eml";
    situation.config.settings["inbound"] = whole ? "raw" : scheme;
    auto& headers = situation.request.headers;
    if (whole) headers.emplace_back("Content-Type", "message/rfc822");
    if (body.extension() == ".multipart")
        headers.emplace_back("Content-Type", "multipart/form-data; boundary=xYzZY");
}

void read_pairs(json::Object from, std::map<std::string, std::string, std::less<>>& to) {
    for (const auto [key, value] : from) {
        std::string_view text;
        to[std::string(key)] =
            value.get(text) == simdjson::SUCCESS ? std::string(text) : json::compact(value);
    }
}

void read_credentials(json::Object from, AdapterConfig& config) {
    for (const auto [key, value] : from) {
        std::vector<Secret>& secrets = config.credentials[std::string(key)];
        secrets.clear();
        json::Array list;
        std::string_view text;
        if (value.get(list) == simdjson::SUCCESS) {
            for (const json::Value secret : list) {
                if (secret.get(text) == simdjson::SUCCESS) secrets.emplace_back(std::string(text));
            }
        } else if (value.get(text) == simdjson::SUCCESS) {
            secrets.emplace_back(std::string(text));
        }
    }
}

void read_request(std::string text, Situation& situation) {
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    const auto parsed = json::parse(text);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!root) return;
    OwnedRequest& request = situation.request;
    if (json::member(*root, "method")) request.method = json::text(*root, "method");
    if (json::member(*root, "path")) request.path = json::text(*root, "path");
    request.query = json::text(*root, "query");
    if (const auto headers = json::object(*root, "headers")) {
        for (const auto [name, value] : *headers) {
            std::string_view line;
            if (value.get(line) != simdjson::SUCCESS) continue;
            request.headers.emplace_back(name, line);
        }
    }
    if (const auto settings = json::object(*root, "settings")) {
        read_pairs(*settings, situation.config.settings);
    }
    if (const auto credentials = json::object(*root, "credentials")) {
        read_credentials(*credentials, situation.config);
    }
    if (const auto now = json::integer(*root, "now")) {
        situation.now = Instant(std::chrono::seconds(*now));
    }
    situation.verify = json::flag(*root, "verify");
}

}  // namespace

void OwnedRequest::set_body(std::string_view body) {
    body_.assign(body);
    body_bytes_ = body.size();
    body_.append(64, '\0');
}

WebhookRequest OwnedRequest::view() {
    header_views_.clear();
    for (const auto& [name, value] : headers) header_views_.push_back({name, value});
    target_ = query.empty() ? path : path + "?" + query;
    WebhookRequest request;
    request.method = method;
    request.target = target_;
    request.path = path;
    request.query = query;
    request.headers = header_views_;
    request.body = std::string_view(body_).substr(0, body_bytes_);
    return request;
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

std::vector<fs::path> situation_files() {
    std::vector<fs::path> found;
    const fs::path root = fs::path(POSTERN_SOURCE_DIR) / "tests" / "adapters";
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        // What goes out has a runner and a shape of its own.
        if (entry.path().parent_path().parent_path().filename() == "sending") continue;
        const std::string name = entry.path().filename().string();
        const bool aside = name.ends_with(".expect.json") || name.ends_with(".request.json");
        const bool body = name.ends_with(".json") || name.ends_with(".form") ||
                          name.ends_with(".xml") || name.ends_with(".eml") ||
                          name.ends_with(".multipart");
        if (!aside && body) {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

Situation read_situation(const fs::path& body) {
    Situation situation;
    const std::string stem = body.stem().string();
    situation.config.channel = body.parent_path().filename().string();
    situation.name = situation.config.channel + "_" + stem;
    situation.expectation = body.parent_path() / (stem + ".expect.json");
    situation.now = default_now;
    add_defaults(situation.config);
    if (body.extension() == ".form") {
        situation.request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    }
    if (situation.config.channel == "email") add_mail_defaults(body, situation);
    std::string bytes = read_file(body);
    if (bytes.ends_with('\n')) bytes.pop_back();
    situation.request.set_body(bytes);
    read_request(read_file(body.parent_path() / (stem + ".request.json")), situation);
    return situation;
}

}  // namespace postern::adapters
