#include "adapters/email/unsubscribe.h"

#include <algorithm>
#include <utility>

#include "adapters/shared/encoding.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/form.h"
#include "adapters/shared/hmac.h"

namespace postern::adapters::email {
namespace {

constexpr std::string_view parameter = "unsubscribe";
constexpr std::string_view version = "u1|";
constexpr std::size_t mac_bytes = 16;
constexpr std::size_t token_max = 1024;

std::string to_base64url(std::string_view bytes) {
    std::string out = shared::to_base64(bytes);
    std::ranges::replace(out, '+', '-');
    std::ranges::replace(out, '/', '_');
    while (out.ends_with('=')) out.pop_back();
    return out;
}

Secret mac_of(std::string_view text, const Secret& key) {
    return Secret(
        std::string(shared::hmac(shared::Digest::sha256, key, text).bytes().substr(0, mac_bytes)));
}

std::string_view take_field(std::string_view& text) {
    const std::size_t bar = text.find('|');
    const std::string_view field = text.substr(0, bar);
    text.remove_prefix(bar == std::string_view::npos ? text.size() : bar + 1);
    return field;
}

std::optional<std::string> token_of(const WebhookRequest& request) {
    const auto form = shared::parse_form(request.query);
    if (!form || !form->has(parameter)) return std::nullopt;
    return std::string(form->value(parameter));
}

HandshakeReply page(int status, std::string_view words, std::string_view form) {
    std::string body =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">"
        "<title>Unsubscribe</title><body style=\"font-family:sans-serif;margin:4em auto;"
        "max-width:30em\"><p>";
    body.append(words).append("</p>").append(form).append("</body></html>");
    return {status, "text/html; charset=utf-8", std::move(body)};
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '"') {
            out += "&quot;";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

std::string unsubscribe_url(std::string_view base, const Unsubscription& what, const Secret& key) {
    if (key.empty() || !shared::is_printable_ascii(base) || base.empty()) return {};
    std::string text(version);
    text.append(what.account).append("|").append(what.address).append("|").append(what.category);
    const std::string token = to_base64url(text) + "." + to_base64url(mac_of(text, key).reveal());
    return shared::with_parameter(base, parameter, token);
}

bool is_unsubscribe(const WebhookRequest& request) {
    return token_of(request).has_value();
}

std::optional<Unsubscription> unsubscribe_link(const WebhookRequest& request,
                                               std::string_view account,
                                               std::span<const Secret> keys) {
    const auto token = token_of(request);
    const std::size_t dot = token ? token->find('.') : std::string::npos;
    if (dot == std::string::npos || token->size() > token_max) return std::nullopt;
    const std::string_view whole(*token);
    const auto text = shared::from_base64url(whole.substr(0, dot));
    const auto mac = shared::from_base64url(whole.substr(dot + 1));
    if (!text || !mac || !text->starts_with(version)) return std::nullopt;
    const bool ours = std::ranges::any_of(
        keys, [&](const Secret& key) { return !key.empty() && mac_of(*text, key).equals(*mac); });
    if (!ours) return std::nullopt;
    std::string_view rest = std::string_view(*text).substr(version.size());
    Unsubscription out;
    out.account = take_field(rest);
    // The category stands last, and an address may hold a bar.
    const std::size_t bar = rest.rfind('|');
    if (bar == std::string_view::npos || out.account != account) return std::nullopt;
    out.address = rest.substr(0, bar);
    out.category = rest.substr(bar + 1);
    return out;
}

std::optional<HandshakeReply> unsubscribe_page(const WebhookRequest& request,
                                               std::string_view account,
                                               std::span<const Secret> keys) {
    if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
    const auto what = unsubscribe_link(request, account, keys);
    // No error: the gateway takes that of a GET for a provider's failed handshake.
    if (!what) return page(200, "This link is not valid any more.", "");
    // Without an action the form posts to where it came from, query and all.
    return page(200, "Stop mail of this kind to <b>" + escaped(what->address) + "</b>?",
                "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" "
                "value=\"One-Click\"><button>Unsubscribe</button></form>");
}

InboundBatch unsubscribe_batch(const WebhookRequest& request, const Unsubscription& what,
                               Instant now) {
    InboundSignal signal;
    signal.kind = SignalKind::opted_out;
    // The link is the same as often as it is followed: once is enough, unless they came back and
    // follow it again, on another day.
    const auto day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
    signal.dedupe_id =
        "unsubscribe." + shared::fingerprint(request.query) + "." + std::to_string(day);
    Sender& sender = signal.sender.emplace();
    sender.aliases.push_back({what.address, IdentityScope::channel});
    signal.category = what.category;
    signal.provider_type = "list_unsubscribe";
    signal.provider_time = now;
    InboundBatch batch;
    batch.items.push_back({std::move(signal), {}, request.body});
    return batch;
}

}  // namespace postern::adapters::email
