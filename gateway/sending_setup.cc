// Limits that an account does not name are the provider's own, where it publishes them
// (adapters' READMEs).
#include "gateway/sending_setup.h"

#include <array>
#include <filesystem>

#include "gateway/policy/calendars_load.h"
#include "gateway/policy/settings.h"

namespace postern {
namespace {

namespace fs = std::filesystem;

/// Beside a build tree's programs, or where the package puts them.
std::string holiday_folder() {
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (const fs::path& folder :
         std::array<fs::path, 2>{self / "../conf/holidays", "/usr/share/postern/holidays"}) {
        if (fs::is_directory(folder, error)) return folder.lexically_normal().string();
    }
    return {};
}

/// What the provider itself allows, where the account says nothing.
void add_default_rate(std::string_view channel, policy::Rate& rate) {
    if (rate.per_second > 0) return;
    if (channel == "whatsapp") {
        rate.per_second = 80;
        rate.burst = 8;
    } else if (channel == "telegram") {
        rate.per_second = 30;
        rate.burst = 3;
    } else if (channel == "messenger") {
        rate.per_second = 300;
        rate.burst = 30;
    } else if (channel == "instagram") {
        rate.per_second = 100;
        rate.burst = 10;
    }
}

}  // namespace

std::shared_ptr<const policy::Calendars> load_calendars(const conf::Config& config,
                                                        std::string& problem) {
    auto calendars = std::make_shared<policy::Calendars>();
    problem = policy::load_zones(calendars->zones);
    if (!problem.empty()) return nullptr;
    if (const std::string folder = holiday_folder(); !folder.empty())
        problem = policy::load_holiday_folder(folder, calendars->holidays);
    if (problem.empty() && !config.holidays.empty())
        problem = policy::load_holiday_folder(config.holidays, calendars->holidays);
    if (!problem.empty()) return nullptr;
    return calendars;
}

std::shared_ptr<const core::SendingSettings> make_sending_settings(
    const conf::Config& config, const ingress::AccountTable& accounts,
    std::shared_ptr<const policy::Calendars> calendars, std::string& problems) {
    auto settings = std::make_shared<core::SendingSettings>();
    settings->active = config.mode == "active";
    settings->calendars = std::move(calendars);
    for (const conf::Account& from : config.accounts) {
        const ingress::Account* account = accounts.find(from.id);
        if (!account) continue;
        policy::SettingsResult parsed = policy::parse_settings(from.policy_json);
        std::string problem = parsed.problem;
        if (problem.empty())
            problem = policy::missing_calendar(parsed.policy, *settings->calendars);
        if (!problem.empty()) {
            problems += config.file + ":" + std::to_string(from.line) + ": account \"" + from.id +
                        "\": " + problem + "\n";
            continue;
        }
        core::AccountSettings& to = settings->accounts[account->number];
        to.channel = from.channel;
        to.policy = std::move(parsed.policy);
        add_default_rate(from.channel, to.policy.rate);
        to.counts_inbound = from.channel == "whatsapp";  // a number's throughput is of both
        to.sends = account->sending != nullptr;
        if (account->sending) to.traits = account->sending->send_traits();
    }
    return problems.empty() ? settings : nullptr;
}

std::vector<policy::RouteRule> route_rules(const conf::Config& config) {
    std::vector<policy::RouteRule> rules;
    for (const conf::Route& route : config.routes) {
        policy::RouteRule& rule = rules.emplace_back();
        rule.accounts = route.accounts;
        model::Category category{};
        if (model::parse_category(route.category, category)) rule.category = category;
    }
    return rules;
}

}  // namespace postern
