// What differs between two configurations, by the names of keys alone: for the audit, which must
// not know a value that may be a secret. Pure.
#include <algorithm>

#include "conf/loader.h"
#include "conf/sections.h"

namespace postern::conf {
namespace {

/// Behind a source may stand another secret than before: a file that was written anew.
bool same_secret(const std::optional<SecretSource>& a, const std::optional<SecretSource>& b) {
    if (!a || !b) return !a && !b;
    return a->kind == b->kind && a->name == b->name && a->value == b->value;
}

bool same_secrets(const std::vector<SecretSource>& a, const std::vector<SecretSource>& b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const SecretSource& x, const SecretSource& y) { return same_secret(x, y); });
}

bool same(const KeySpec& spec, Config& before, Config& after) {
    if (show(spec.field, before) != show(spec.field, after)) return false;
    const auto* secret = std::get_if<SecretField>(&spec.field);
    return secret == nullptr || same_secret(secret->at(before), secret->at(after));
}

/// Names of either map whose values differ, behind `prefix`.
template <class Map, class Same>
void add_differing(const std::string& prefix, const Map& before, const Map& after, Same same_value,
                   std::vector<std::string>& out) {
    for (const auto& [name, value] : before) {
        const auto it = after.find(name);
        if (it == after.end() || !same_value(value, it->second)) out.push_back(prefix + name);
    }
    for (const auto& [name, value] : after) {
        if (!before.contains(name)) out.push_back(prefix + name);
    }
}

void add_account(const Account& before, const Account& after, std::vector<std::string>& out) {
    const std::string prefix = "account." + after.id + ".";
    const auto add = [&](std::string_view key, bool is_same) {
        if (!is_same) out.push_back(prefix + std::string(key));
    };
    const std::equal_to<std::string> same_text;
    add("channel", before.channel == after.channel);
    add("base_url", before.base_url == after.base_url);
    add("default_category", before.default_category == after.default_category);
    add("eager_media", before.eager_media == after.eager_media);
    add("ca_file", before.ca_file == after.ca_file);
    add("proxy", before.proxy == after.proxy);
    add("proxy_credentials", same_secret(before.proxy_credentials, after.proxy_credentials));
    add_differing(prefix + "credentials.", before.credentials, after.credentials, same_secrets,
                  out);
    add_differing(prefix, before.settings, after.settings, same_text, out);
    add_differing(prefix, before.policy_json, after.policy_json, same_text, out);
}

const Account* find(const std::vector<Account>& accounts, const std::string& id) {
    const auto it = std::find_if(accounts.begin(), accounts.end(),
                                 [&id](const Account& account) { return account.id == id; });
    return it == accounts.end() ? nullptr : &*it;
}

void add_accounts(const Config& before, const Config& after, std::vector<std::string>& out) {
    for (const Account& account : before.accounts) {
        if (find(after.accounts, account.id) == nullptr) out.push_back("account." + account.id);
    }
    for (const Account& account : after.accounts) {
        if (const Account* known = find(before.accounts, account.id))
            add_account(*known, account, out);
        else
            out.push_back("account." + account.id);
    }
}

bool same_route(const Route& a, const Route& b) {
    return a.category == b.category && a.accounts == b.accounts;
}

}  // namespace

std::vector<std::string> changed_keys(Config before, Config after) {
    std::vector<std::string> out;
    for (const Section& section : sections()) {
        const std::string prefix = section.name.empty() ? "" : std::string(section.name) + ".";
        for (const KeySpec& spec : section.keys) {
            if (!same(spec, before, after)) out.push_back(prefix + std::string(spec.key));
        }
    }
    add_accounts(before, after, out);
    const bool routes = std::equal(before.routes.begin(), before.routes.end(), after.routes.begin(),
                                   after.routes.end(), same_route);
    if (!routes) out.emplace_back("route");
    return out;
}

}  // namespace postern::conf
