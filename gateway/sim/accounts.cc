// A list: a simulator has a handful of accounts, and the one of the last send is looked at first by
// the caches anyway.
#include "gateway/sim/accounts.h"

namespace postern::sim {
namespace {

constexpr std::size_t accounts_max = 10'000;

void take_over(std::string& ours, const std::string& theirs) {
    if (!theirs.empty()) ours = theirs;
}

}  // namespace

Accounts::Accounts(const std::vector<Endpoint>& named) {
    for (const Endpoint& endpoint : named) remember(endpoint);
}

SimAccount* Accounts::by_own_id(std::string_view channel, std::string_view own_id) {
    const bool by_name = channel == "http";
    SimAccount* first = nullptr;
    for (SimAccount& account : accounts_) {
        const Endpoint& endpoint = account.endpoint;
        if (endpoint.channel != channel) continue;
        if ((by_name ? endpoint.account : endpoint.own_id) == own_id) return &account;
        if (first == nullptr) first = &account;
    }
    return by_name ? first : nullptr;
}

SimAccount* Accounts::find(std::string_view channel, std::string_view own_id) {
    if (SimAccount* account = by_own_id(channel, own_id)) return account;
    if (accounts_.size() >= accounts_max) return nullptr;
    Endpoint& endpoint = accounts_.emplace_back().endpoint;
    endpoint.channel = channel;
    endpoint.own_id = own_id;
    endpoint.account = own_id;
    return &accounts_.back();
}

SimAccount* Accounts::with_token(std::string_view channel, std::string_view token) {
    SimAccount* any = nullptr;
    bool some = false;
    for (SimAccount& account : accounts_) {
        if (account.endpoint.channel != channel) continue;
        some = true;
        if (account.endpoint.token == token) return &account;
        if (any == nullptr && account.endpoint.token.empty()) any = &account;
    }
    return some ? any : find(channel, channel);
}

SimAccount* Accounts::with_key(std::string_view channel, std::string_view key) {
    for (SimAccount& account : accounts_) {
        const Endpoint& endpoint = account.endpoint;
        const std::string& own = endpoint.token.empty() ? endpoint.secret : endpoint.token;
        if (!key.empty() && endpoint.channel == channel && own == key) return &account;
    }
    return nullptr;
}

const SendFaults& Accounts::faults_of(const SimAccount& account) const {
    static constexpr SendFaults none;
    if (account.faults) return *account.faults;
    return everybody != nullptr ? *everybody : none;
}

SimAccount* Accounts::named(std::string_view account) {
    for (SimAccount& candidate : accounts_) {
        if (candidate.endpoint.account == account) return &candidate;
    }
    return nullptr;
}

void Accounts::remember(const Endpoint& endpoint) {
    SimAccount* known = nullptr;
    for (SimAccount& account : accounts_) {
        const Endpoint& ours = account.endpoint;
        if (ours.channel != endpoint.channel) continue;
        const bool same_id = !endpoint.own_id.empty() && ours.own_id == endpoint.own_id;
        if (same_id || ours.account == endpoint.account) known = &account;
    }
    const bool polls = endpoint.url.starts_with("poll:");
    if (known == nullptr) {
        if (accounts_.size() >= accounts_max) return;
        accounts_.emplace_back().endpoint = endpoint;
        accounts_.back().polls = polls;
        return;
    }
    known->polls = known->polls || polls;
    Endpoint& ours = known->endpoint;
    take_over(ours.account, endpoint.account);
    take_over(ours.url, endpoint.url);
    take_over(ours.secret, endpoint.secret);
    take_over(ours.signed_url, endpoint.signed_url);
    take_over(ours.own_id, endpoint.own_id);
    take_over(ours.own_address, endpoint.own_address);
    take_over(ours.token, endpoint.token);
    take_over(ours.aes_key, endpoint.aes_key);
    take_over(ours.application, endpoint.application);
    take_over(ours.public_key, endpoint.public_key);
}

}  // namespace postern::sim
