// Rules: https://www.twilio.com/docs/usage/webhooks/webhooks-security, and what Twilio's own
// validators do.
#include "adapters/twilio/signature.h"

#include <algorithm>

namespace postern::adapters::twilio {
namespace {

constexpr std::string_view expected =
    "public_url: write the URL that is configured at Twilio, such as "
    "\"https://gateway.example.com/webhooks/sms-main\"";

/// Where the port begins (its colon) in an authority, or npos. A colon inside user-info or inside
/// the brackets of an IPv6 address is not a port's.
std::size_t port_colon(std::string_view authority) {
    const std::size_t at = authority.rfind('@');
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos) return colon;
    if (at != std::string_view::npos && colon < at) return std::string_view::npos;
    if (bracket != std::string_view::npos && colon < bracket) return std::string_view::npos;
    return colon;
}

std::string rest_of_url(const PublicUrl& url, const WebhookRequest& request) {
    if (url.path.empty()) return std::string(request.target);
    std::string rest = url.path;
    const std::string_view query = request.query.empty() ? url.query : request.query;
    if (!query.empty()) rest.append("?").append(query);
    return rest;
}

void append_variants(const PublicUrl& url, const WebhookRequest& request,
                     std::vector<std::string>& urls) {
    const std::string rest = rest_of_url(url, request);
    const std::size_t colon = port_colon(url.authority);
    const std::string bare = url.authority.substr(0, colon);
    const std::string standard = bare + (url.scheme == "https://" ? ":443" : ":80");
    for (const std::string& authority : {url.authority, bare, standard}) {
        std::string candidate = url.scheme + authority + rest;
        if (std::ranges::find(urls, candidate) == urls.end()) urls.push_back(std::move(candidate));
    }
}

}  // namespace

PublicUrl PublicUrl::parse(std::string_view text, std::string& problem) {
    PublicUrl url;
    if (text.empty()) return url;
    const std::string_view whole = text.substr(0, text.find('#'));
    const bool printable = std::ranges::all_of(whole, [](char c) { return c > 0x20 && c != 0x7f; });
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (whole.starts_with(scheme)) url.scheme = scheme;
    }
    if (url.scheme.empty() || !printable) {
        problem = expected;
        return url;
    }
    std::string_view rest = whole.substr(url.scheme.size());
    const std::size_t authority = std::min(rest.find_first_of("/?"), rest.size());
    url.authority = rest.substr(0, authority);
    rest.remove_prefix(authority);
    if (url.authority.empty() || url.authority.starts_with(':') || url.authority.ends_with('@')) {
        problem = expected;
        return url;
    }
    const std::size_t mark = std::min(rest.find('?'), rest.size());
    url.path = rest.substr(0, mark);
    url.query = rest.substr(std::min(mark + 1, rest.size()));
    if (url.path == "/" && url.query.empty()) url.path.clear();
    if (url.path.empty() && !url.query.empty()) url.path = "/";
    return url;
}

std::vector<std::string> signed_urls(const PublicUrl& url, const WebhookRequest& request) {
    std::vector<std::string> urls;
    if (!url.scheme.empty()) {
        append_variants(url, request, urls);
        return urls;
    }
    const std::string host(request.header("Host"));
    for (const std::string_view scheme : {"https://", "http://"}) {
        append_variants({std::string(scheme), host, {}, {}}, request, urls);
    }
    return urls;
}

std::string signed_fields(const shared::Form& form) {
    std::vector<shared::FormField> fields(form.fields().begin(), form.fields().end());
    std::ranges::sort(fields);
    fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
    std::string text;
    for (const shared::FormField& field : fields) text.append(field.name).append(field.value);
    return text;
}

}  // namespace postern::adapters::twilio
