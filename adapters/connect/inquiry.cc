#include "adapters/connect/inquiry.h"

#include <algorithm>
#include <array>

#include "adapters/shared/form.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::connect {
namespace {

ProviderCall call(std::string method, std::string url, std::string body, Fields headers) {
    ProviderCall out;
    out.method = std::move(method);
    out.url = std::move(url);
    out.body = std::move(body);
    for (const auto& [name, value] : headers) out.headers.emplace_back(name, value);
    return out;
}

}  // namespace

std::string_view to_string(Grade grade) {
    static constexpr std::array<std::string_view, 4> names = {"ok", "unknown", "warn", "fail"};
    return names[static_cast<std::size_t>(grade)];
}

std::string_view Inquiry::note(std::string_view name) const {
    const auto found = notes.find(name);
    return found == notes.end() ? std::string_view{} : std::string_view(found->second);
}

void Inquiry::good(std::string_view check, std::string found) {
    findings.push_back({std::string(check), Grade::good, std::move(found), {}});
}

void Inquiry::unknown(std::string_view check, std::string found, std::string advice) {
    findings.push_back({std::string(check), Grade::unknown, std::move(found), std::move(advice)});
}

void Inquiry::warn(std::string_view check, std::string found, std::string advice) {
    findings.push_back({std::string(check), Grade::warning, std::move(found), std::move(advice)});
}

void Inquiry::wrong(std::string_view check, std::string found, std::string advice) {
    findings.push_back({std::string(check), Grade::wrong, std::move(found), std::move(advice)});
}

std::string Inquiry::words(std::string_view text) const {
    std::vector<Secret> all = struck_out;
    for (const auto& [name, secrets] : config.credentials)
        all.insert(all.end(), secrets.begin(), secrets.end());
    return shared::detail_of(text, all);
}

bool Inquiry::has(std::string_view credential) const {
    const std::vector<Secret>& secrets = config.credential(credential);
    return !secrets.empty() && !secrets.front().empty();
}

std::string shown_url(std::string_view url) {
    static constexpr std::string_view hidden = "…";
    const std::size_t scheme = url.find("://");
    const std::size_t host = scheme == url.npos ? 0 : scheme + 3;
    const std::size_t host_end = std::min(url.find_first_of("/?#", host), url.size());
    const std::string_view authority = url.substr(host, host_end - host);
    const std::size_t at = authority.rfind('@');
    std::string out(url.substr(0, host));
    out += authority.substr(at == authority.npos ? 0 : at + 1);
    const std::size_t fragment = std::min(url.find('#', host_end), url.size());
    const std::size_t query = std::min(url.find('?', host_end), fragment);
    out += url.substr(host_end, query - host_end);
    std::string_view rest = url.substr(query, fragment - query);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&', 1), rest.size());
        const std::string_view pair = rest.substr(0, end);
        const std::size_t equals = pair.find('=');
        // What is no pair is all value, but for what parts it from the one before.
        out.append(pair.substr(0, equals == pair.npos ? 1 : equals + 1)).append(hidden);
        rest.remove_prefix(end);
    }
    return out.append(url.substr(fragment));
}

void judge_webhook(Inquiry& inquiry, std::string_view provider, std::string_view url) {
    const std::string name(provider);
    const std::string shown = inquiry.words(shown_url(url));
    const std::string set_it =
        "set it: postern accounts connect " + inquiry.config.account + " --url https://…";
    if (url.empty()) {
        inquiry.wrong("webhook", name + " has no webhook for this account", set_it);
    } else if (inquiry.webhook.empty()) {
        const std::string ending = "/webhooks/" + inquiry.config.account;
        inquiry.webhook_set = url.ends_with(ending);
        if (inquiry.webhook_set) return inquiry.good("webhook", name + " sends to " + shown);
        inquiry.warn("webhook", name + " sends to " + shown + ", which does not end in " + ending,
                     "unless a proxy rewrites it, " + set_it);
    } else if (url == inquiry.webhook) {
        inquiry.webhook_set = true;
        inquiry.good("webhook", name + " sends to " + shown);
    } else {
        const std::string wanted = inquiry.words(shown_url(inquiry.webhook));
        const std::string but = shown == wanted ? " with another user or other values in its query"
                                                : ", not to " + wanted;
        inquiry.wrong("webhook", name + " sends to " + shown + but, set_it);
    }
}

std::string refusal(const Inquiry& inquiry, const ProviderAnswer& answer, std::string_view detail) {
    const std::string said = inquiry.words(detail.empty() ? answer.body : detail);
    const std::string status = "the provider answered " + std::to_string(answer.status);
    return said.empty() ? status : status + ": " + said;
}

std::optional<json::Object> object_of(const ProviderAnswer& answer) {
    const auto parsed = json::parse(answer.body);
    return parsed ? json::as_object(*parsed) : std::nullopt;
}

std::optional<json::Object> first_of(json::Array list) {
    for (const json::Value value : list) return json::as_object(value);
    return std::nullopt;
}

ProviderCall get(std::string url, Fields headers) {
    return call("GET", std::move(url), {}, headers);
}

ProviderCall post_json(std::string url, std::string body, Fields headers) {
    ProviderCall out = call("POST", std::move(url), std::move(body), headers);
    out.headers.emplace_back("Content-Type", "application/json");
    return out;
}

ProviderCall post_form(std::string url, Fields fields, Fields headers) {
    std::vector<shared::FormField> form;
    for (const auto& [name, value] : fields)
        form.push_back({std::string(name), std::string(value)});
    ProviderCall out = call("POST", std::move(url), shared::encode_form(form), headers);
    out.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return out;
}

}  // namespace postern::adapters::connect
