// The channels without a provider's API to ask: SMPP and e-mail, whose connections the gateway
// itself watches; the web chat, which it serves; and a provider that is described by documents.
#include <array>

#include "adapters/connect/plan.h"

namespace postern::adapters::connect {
namespace {

std::string webhook_or_dots(const Inquiry& inquiry) {
    return inquiry.webhook.empty() ? "https://…/webhooks/" + inquiry.config.account
                                   : inquiry.webhook;
}

void look_at_smpp(Inquiry& inquiry) {
    const std::string_view host = inquiry.config.setting("host");
    if (host.empty())
        return inquiry.wrong("centre", "no message centre is configured", "write host");
    inquiry.identity =
        std::string(inquiry.config.setting("system_id")) + " at " + std::string(host);
    inquiry.unknown("webhook", "there is none: what comes comes over the binds");
}

void look_at_email(Inquiry& inquiry) {
    inquiry.identity = inquiry.config.setting("from");
    if (inquiry.config.setting("smtp_host").empty()) {
        inquiry.unknown("relay", "there is no smtp_host: the account only receives");
    }
    if (!inquiry.config.setting("dkim").empty()) return;
    inquiry.warn("dkim", "mails are not signed here", "unless the relay signs them, write dkim");
}

void email_console(const Inquiry& inquiry, std::vector<ConsoleField>& out) {
    const std::string_view scheme = inquiry.config.setting("inbound");
    if (scheme.empty()) return;
    static constexpr std::array<std::array<std::string_view, 3>, 5> places = {{
        {"sendgrid", "Settings → Inbound Parse → Add host & URL", "Destination URL"},
        {"mailgun", "Receiving → Routes → Forward", "URL"},
        {"postmark", "Server → Inbound stream → Settings", "Webhook"},
        {"ses", "SNS → the topic of the receipt rule → Create subscription (HTTPS)", "Endpoint"},
        {"raw", "Whatever hands mail over", "POST with Authorization: Bearer inbound_secret"},
    }};
    for (const auto& [name, where, field] : places) {
        if (name != scheme) continue;
        out.push_back({std::string(where), std::string(field), webhook_or_dots(inquiry)});
    }
}

void look_at_webchat(Inquiry& inquiry) {
    if (inquiry.config.setting("origins").empty()) {
        return inquiry.warn("origins", "no web page may open a chat",
                            "write origins = [\"https://www.example.com\"]");
    }
    inquiry.good("origins",
                 "a chat may be opened from " + std::string(inquiry.config.setting("origins")));
}

void look_at_http(Inquiry& inquiry) {
    if (inquiry.config.setting("send").empty())
        inquiry.unknown("send", "there is no send document: the account only receives");
}

/// Scheme, host and port of the `send` document's URL; empty where a placeholder stands in it.
std::string origin_of(const Inquiry& inquiry) {
    std::string padded(inquiry.config.setting("send"));
    padded.reserve(padded.size() + simdjson::SIMDJSON_PADDING);
    const auto parsed = json::parse(padded);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    std::string url(root ? json::text(*root, "url") : std::string_view{});
    if (url.starts_with('/')) url.insert(0, inquiry.config.setting("base_url"));
    const std::size_t scheme = url.find("://");
    if (scheme == std::string::npos) return {};
    const std::string origin = url.substr(0, url.find_first_of("/?#", scheme + 3));
    return origin.find_first_of("{@") == std::string::npos ? origin : std::string{};
}

/// GET of the root: no path of the provider's is touched, and any answer shows that it is there.
std::optional<ProviderCall> ask_http(Inquiry& inquiry) {
    const std::string origin = origin_of(inquiry);
    if (origin.empty()) return std::nullopt;
    inquiry.notes["origin"] = origin;
    return get(origin + "/", {});
}

void read_http(Inquiry& inquiry, const ProviderAnswer& answer) {
    inquiry.good("provider", std::string(inquiry.note("origin")) + " answers (" +
                                 std::to_string(answer.status) + ")");
    inquiry.unknown(
        "credentials", "whether the provider takes them shows with a message",
        "send a test: postern accounts connect " + inquiry.config.account + " --test-to ADDRESS");
}

void http_console(const Inquiry& inquiry, std::vector<ConsoleField>& out) {
    out.push_back({"The provider's settings", "Webhook (POST, signed with credentials.secret)",
                   webhook_or_dots(inquiry)});
}

constexpr std::array http_steps = {Step{"provider", ask_http, read_http}};

}  // namespace

const Plan smpp_plan = {"smpp", {}, look_at_smpp, nullptr};
const Plan email_plan = {"email", {}, look_at_email, email_console};
const Plan webchat_plan = {"webchat", {}, look_at_webchat, nullptr};
const Plan http_plan = {"http", http_steps, look_at_http, http_console};

}  // namespace postern::adapters::connect
