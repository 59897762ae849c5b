// Quiet hours of 15 minutes in every 40, so that a seed of two hours meets many of them.
#include "tests/simulation/sending_rules.h"

namespace postern::simulation {
namespace {

using namespace std::chrono_literals;

constexpr unsigned cycle_minutes = 40;
constexpr unsigned open_minutes = 25;
constexpr model::Categories quiet =
    model::only(model::Category::marketing) | model::only(model::Category::transactional);

std::int64_t offset_of(std::string_view zone) {
    return zone == "Test/East" ? 19'800 : -18'000;
}

policy::HoursRule short_hours() {
    policy::HoursRule rule;
    rule.categories = quiet;
    for (unsigned from = 0; from < policy::day_minutes; from += cycle_minutes) {
        policy::open(rule.week, policy::every_day, static_cast<std::uint16_t>(from),
                     static_cast<std::uint16_t>(from + open_minutes));
    }
    return rule;
}

void add(core::SendingSettings& settings, model::AccountNumber number, double per_second,
         std::uint32_t burst) {
    core::AccountSettings& a = settings.accounts[number];
    a.channel = "whatsapp";
    a.sends = true;
    a.traits.receipts = a.traits.echo = true;
    a.policy.window = 0h;
    a.policy.rate.per_second = per_second;
    a.policy.rate.burst = burst;
    a.policy.retry = {2s, 2.0, 60s, 30min};
    if (number < accounts_max) a.policy.quiet.rules.push_back(short_hours());
}

}  // namespace

std::shared_ptr<const core::SendingSettings> make_rules(bool all) {
    auto settings = std::make_shared<core::SendingSettings>();
    auto calendars = std::make_shared<policy::Calendars>();
    for (const std::string_view zone : {"Test/East", "Test/West"}) {
        calendars->zones.add(std::string(zone),
                             policy::Zone({{0, static_cast<std::int32_t>(offset_of(zone))}}));
    }
    settings->calendars = std::move(calendars);
    add(*settings, 1, 4, 3);
    policy::FrequencyCap cap;
    cap.categories = model::only(model::Category::marketing);
    cap.count = 4;
    cap.period = 1h;
    settings->accounts[1].policy.caps.push_back(cap);
    add(*settings, 2, 1, 1);
    settings->accounts[2].policy.rate.per_recipient = {1, 5s};
    if (!all) return settings;
    add(*settings, 3, 10, 1);
    settings->accounts[3].traits.idempotent = true;
    settings->accounts[3].in_flight_max = 2;
    settings->accounts[3].policy.rate.per_day = 30;
    settings->accounts[3].policy.rate.per_recipient = {3, 90s};
    return settings;
}

bool is_open(model::AccountNumber account, model::Category category, std::string_view zone,
             model::Instant at) {
    if (account == accounts_max || (quiet & model::only(category)) == 0) return true;
    const std::int64_t local =
        std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count() + offset_of(zone);
    return local % 86'400 / 60 % cycle_minutes < open_minutes;
}

std::size_t carried(model::AccountNumber account, std::chrono::microseconds window) {
    constexpr std::size_t rates[] = {0, 4, 1, 10}, bursts[] = {0, 3, 1, 1};
    return bursts[account] + static_cast<std::size_t>(window.count()) * rates[account] / 1'000'000;
}

std::size_t carried_to_one(model::AccountNumber account, std::chrono::microseconds window) {
    if (account == 1) return ~std::size_t{0};
    const std::chrono::microseconds period = account == 2 ? 5s : 90s;
    const std::size_t count = account == 2 ? 1 : 3;
    return count + static_cast<std::size_t>(window.count()) * count /
                       static_cast<std::size_t>(period.count());
}

std::size_t day_max(model::AccountNumber account) {
    return account == 3 ? 30 : ~std::size_t{0};
}

}  // namespace postern::simulation
