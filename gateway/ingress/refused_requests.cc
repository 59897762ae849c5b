// Masked when they are kept, so that a secret is not there to be shown.
#include "gateway/ingress/refused_requests.h"

#include <algorithm>

#include "gateway/net/masked.h"

namespace postern::ingress {
namespace {

/// A shorter one is no secret, and would eat ordinary words.
constexpr std::size_t secret_bytes_min = 6;

}  // namespace

std::string without_secrets(std::string_view text, const Account& account) {
    std::string out(text);
    for (const auto& [name, secrets] : account.config.credentials) {
        for (const adapters::Secret& secret : secrets) {
            const std::string_view value = secret.reveal();
            if (value.size() < secret_bytes_min) continue;
            for (std::size_t at = out.find(value); at != std::string::npos;
                 at = out.find(value, at))
                out.replace(at, value.size(), net::mask);
        }
    }
    return out;
}

RefusedRequests::RefusedRequests(std::size_t kept_max, std::chrono::hours age_max)
    : kept_max_(kept_max), age_max_(age_max) {}

bool RefusedRequests::may_note(Kept& kept, model::Instant now) const {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second != kept.second) {
        kept.second = second;
        kept.in_second = 0;
    }
    return kept.in_second++ < refused_per_second_max;
}

void RefusedRequests::drop_old(Kept& kept, model::Instant now) {
    while (!kept.requests.empty()) {
        const Refused& oldest = kept.requests.front();
        if (kept.requests.size() <= kept_max_ && now - oldest.at < age_max_) return;
        bytes_ -= oldest.body.size();
        kept.requests.pop_front();
    }
}

void RefusedRequests::note(const Account& account, const net::Request& request, std::string id,
                           int status, std::string reason, model::Instant now) {
    if (kept_max_ == 0) return;
    {
        const std::lock_guard lock(mutex_);
        if (!may_note(accounts_[account.number], now)) return;
    }
    Refused refused;
    refused.id = std::move(id);
    refused.at = now;
    refused.peer = request.peer;
    refused.method = request.method;
    refused.target = without_secrets(net::masked_target(request.target), account);
    refused.status = status;
    refused.reason = std::move(reason);
    for (const net::Header& header : request.headers) {
        refused.headers.emplace_back(header.name, net::names_secret(header.name)
                                                      ? std::string(net::mask)
                                                      : without_secrets(header.value, account));
    }
    refused.body = without_secrets(request.body.substr(0, refused_body_bytes_max), account);
    refused.body_bytes = request.body.size();
    const std::lock_guard lock(mutex_);
    if (bytes_ + refused.body.size() > refused_bytes_max) refused.body.clear();
    bytes_ += refused.body.size();
    Kept& kept = accounts_[account.number];
    kept.requests.push_back(std::move(refused));
    drop_old(kept, now);
}

std::vector<Refused> RefusedRequests::list(model::AccountNumber account, model::Instant now) const {
    const std::lock_guard lock(mutex_);
    std::vector<Refused> out;
    const auto found = accounts_.find(account);
    if (found == accounts_.end()) return out;
    for (const Refused& refused : found->second.requests) {
        if (now - refused.at < age_max_) out.push_back(refused);
    }
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace postern::ingress
