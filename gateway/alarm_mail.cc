#include "gateway/alarm_mail.h"

#include <algorithm>

#include "adapters/email/send.h"
#include "adapters/email/smtp_address.h"
#include "gateway/metrics/log.h"
#include "gateway/proxy_setup.h"
#include "gateway/setup.h"
#include "gateway/smtp/mail_courier.h"

namespace postern {
namespace {

constexpr std::size_t addresses_max = 10;

const conf::Account* account_of(const conf::Config& config) {
    const auto named = [&](const conf::Account& a) { return a.id == config.alarm.email_account; };
    const auto found = std::find_if(config.accounts.begin(), config.accounts.end(), named);
    return found == config.accounts.end() ? nullptr : &*found;
}

}  // namespace

std::string alarm_mail_problem(const conf::Config& config) {
    const conf::Alarm& alarm = config.alarm;
    const std::string at = config.file + ": alarm.";
    if (alarm.email_to.empty() && alarm.email_account.empty()) return {};
    if (alarm.email_to.empty()) return at + "email_to: must name whoever is to be told\n";
    if (alarm.email_to.size() > addresses_max) return at + "email_to: takes ten addresses\n";
    for (const std::string& address : alarm.email_to) {
        if (!adapters::email::mail_address(address))
            return at + "email_to: \"" + address + "\" must be an address\n";
    }
    const conf::Account* const account = account_of(config);
    if (account == nullptr || account->channel != "email")
        return at + "email_account: must be the id of an account of channel \"email\"\n";
    std::string problem;
    const auto way = adapters::email::smtp_account(adapter_config(*account), problem);
    // What is wrong with the account itself is said of the account.
    if (!way && problem.empty())
        return at + "email_account: \"" + account->id + "\" has no smtp_host, so it cannot send\n";
    return {};
}

std::shared_ptr<egress::Courier> make_alarm_courier(const conf::Config& config, net::IoPool& pool,
                                                    std::function<model::Now()> clock) {
    if (config.alarm.email_to.empty()) return nullptr;
    const conf::Account* const account = account_of(config);
    if (account == nullptr) return nullptr;
    smtp::MailWay way;
    way.ca_file = account->ca_file;
    const adapters::AdapterConfig settings = adapter_config(*account);
    // One of its own, as the courier is: alarms leave where the account itself does not.
    net::ClientOptions client;
    client.ca_file = account->ca_file;
    client.proxy = account_proxy(config, *account);
    way.tokens = tokens::make_token_source(pool.at(0), adapters::make_token_grant(settings),
                                           std::move(client), clock);
    std::string problem;
    auto courier = smtp::make_mail_courier(pool, settings, way, std::move(clock), problem);
    if (!courier) log::error("alarm_mail_refused", {{"problem", problem}});
    return courier;
}

}  // namespace postern
