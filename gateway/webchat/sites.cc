#include "gateway/webchat/sites.h"

namespace postern::webchat {

void Sites::reload(const ingress::AccountTable& accounts) {
    auto table = std::make_shared<SiteTable>();
    for (const auto& account : accounts.all()) {
        if (account->channel != "webchat") continue;
        auto site = std::make_shared<Site>();
        site->name = account->name;
        site->number = account->number;
        site->secrets = account->config.credential("visitor_secret");
        std::string problem;  // the adapter was made of the same settings
        site->origins =
            adapters::webchat::Origins::parse(account->config.setting("origins"), problem);
        site->form = adapters::webchat::Form::parse(account->config.setting("form"), problem);
        if (problem.empty() && !site->secrets.empty()) (*table)[site->name] = std::move(site);
    }
    table_.store(std::move(table));
}

std::shared_ptr<const Site> Sites::find(std::string_view name) const {
    const auto table = table_.load();
    const auto found = table->find(name);
    return found == table->end() ? nullptr : found->second;
}

}  // namespace postern::webchat
