// Written with the model's JSON writer, so that each is one well-formed object.
#include "gateway/core/audit_facts.h"

#include "gateway/model/json.h"

namespace postern::core {
namespace {

void write_texts(model::JsonWriter& json, std::string_view name,
                 const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const std::string& text : texts) json.value(text);
    json.end_array();
}

/// "https://user:secret@app.example/in?token=…" → "https://app.example"
std::string origin_of(std::string_view url) {
    const std::size_t begin = url.find("://");
    if (begin == std::string_view::npos) return {};
    std::string_view host = url.substr(begin + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    const std::size_t at = host.rfind('@');
    if (at != std::string_view::npos) host.remove_prefix(at + 1);
    return std::string(url.substr(0, begin + 3)).append(host);
}

}  // namespace

std::string facts_of(const model::ApiKeyRow& row) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("name", row.name);
    write_texts(json, "scopes", row.scopes);
    json.member("expires_at", row.expires).member("revoked_at", row.revoked);
    if (row.per_second != 0) json.member("rate_per_second", row.per_second);
    if (row.previous_until != model::Instant{})
        json.member("previous_valid_until", row.previous_until);
    json.end_object();
    return out;
}

std::string facts_of(const model::SubscriptionRow& row) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("state", to_string(row.state));
    json.member_or_null("origin", origin_of(row.url));
    write_texts(json, "types", row.types);
    if (row.previous_until != model::Instant{})
        json.member("previous_valid_until", row.previous_until);
    json.end_object();
    return out;
}

std::string facts_of(const model::TemplateRow& row, std::string_view account) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member_or_null("account", account).member("name", row.name);
    json.member("language", row.language).member("category", to_string(row.category));
    json.member("status", to_string(row.status)).member("version", row.version).end_object();
    return out;
}

std::string facts_of(const model::AccountRow& row) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("state", row.paused ? "paused" : "active");
    json.member("credentials_refused", row.broken).end_object();
    return out;
}

std::string fact(std::string_view name, std::string_view value) {
    std::string out;
    model::JsonWriter(out).begin_object().member(name, value).end_object();
    return out;
}

}  // namespace postern::core
