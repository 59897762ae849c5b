// Rules first, then the way out: nothing leaves before both are there.
#include "gateway/sending_service.h"

#include <algorithm>
#include <array>
#include <bit>
#include <fstream>

#include "adapters/registry.h"
#include "adapters/token_grant.h"
#include "gateway/couriers.h"
#include "gateway/metrics/log.h"
#include "gateway/proxy_setup.h"
#include "gateway/random_bytes.h"
#include "gateway/runtime/check.h"
#include "gateway/runtime/clock.h"
#include "gateway/sending_setup.h"
#include "gateway/setup.h"

namespace postern {
namespace {

using namespace std::chrono_literals;

/// A provider's answer may take as long as a request may (egress options).
constexpr std::chrono::milliseconds grace = 16s;
/// Goodbyes to peers; nothing is under way any more.
constexpr std::chrono::milliseconds lines_grace = 4s;

std::uint64_t random_number() {
    std::array<std::uint8_t, sizeof(std::uint64_t)> bytes;
    fill_random(bytes);
    return std::bit_cast<std::uint64_t>(bytes);
}

/// Without its authorities an account would reach nobody.
bool trust_is_readable(const conf::Config& config, std::string& problems) {
    for (const conf::Account& account : config.accounts) {
        if (account.ca_file.empty() || std::ifstream(account.ca_file).good()) continue;
        problems +=
            "account \"" + account.id + "\": ca_file: " + account.ca_file + " cannot be read\n";
    }
    return problems.empty();
}

/// The owner in force stays while the account asks for its token the same way.
std::shared_ptr<tokens::TokenSource> tokens_of(const ingress::Account& from,
                                               const egress::Account& way,
                                               const egress::Account* known, net::IoPool& io) {
    auto grant = adapters::make_token_grant(from.config);
    if (!grant) return nullptr;
    const bool same = known != nullptr && known->tokens != nullptr &&
                      known->ca_file == way.ca_file && known->proxy == way.proxy &&
                      known->tokens->asks_as(*grant);
    if (same) return known->tokens;
    net::ClientOptions options;
    options.ca_file = way.ca_file;
    options.proxy = way.proxy;
    return tokens::make_token_source(io.at(from.number % io.size()), std::move(grant),
                                     std::move(options), runtime::read_clocks);
}

egress::Account way_out(const ingress::Account& from, const egress::AccountTable& before,
                        const conf::Config& config, net::IoPool& io) {
    egress::Account account;
    account.name = from.name;
    account.number = from.number;
    std::string problem;
    account.sending = adapters::make_sending_adapter(from.config, problem);
    account.status_url = from.config.setting("public_url");
    const auto named = [&from](const conf::Account& other) { return other.id == from.name; };
    const auto written = std::find_if(config.accounts.begin(), config.accounts.end(), named);
    if (written != config.accounts.end()) {
        account.ca_file = written->ca_file;
        account.proxy = account_proxy(config, *written);
    }
    const egress::Account* known = before.find(from.number);
    account.health = known ? known->health : std::make_shared<egress::Health>();
    account.tokens = tokens_of(from, account, known, io);
    return account;
}

lines::Settings line_settings(const ingress::Account& from, const egress::Account& way) {
    lines::Settings settings;
    settings.number = from.number;
    settings.config = from.config;
    settings.ca_file = way.ca_file;
    settings.proxy = way.proxy;
    settings.health = way.health;
    settings.tokens = way.tokens;
    return settings;
}

/// `uploads` is looked at whenever a line is made: it is told after this was.
lines::Kept::Make maker(lines::Ground ground, egress::UploadFiles* const& uploads) {
    return [ground = std::move(ground), &uploads](const lines::Settings& settings,
                                                  std::string& problem) {
        lines::Ground whole = ground;
        whole.uploads = uploads;
        return make_line(whole, settings, problem);
    };
}

}  // namespace

SendingService::SendingService(runtime::Pipeline& pipeline, net::IoPool& io,
                               const storage::KeyBytes& master, ingress::Intake& intake,
                               const ingress::Accounts& accounts, webchat::Hub& chats)
    : io_(io),
      egress_(std::make_unique<egress::Egress>(io, pipeline, master, runtime::read_clocks,
                                               random_number)),
      lines_(maker({io, intake, accounts, runtime::read_clocks, random_number, &chats, nullptr},
                   uploads_)) {
    calls_ = std::make_unique<EgressCalls>(*egress_, chats);
    desk_ = std::make_unique<ConfiguredDesk>(
        [sealer = std::make_shared<storage::Sealer>(master)](auto domain, auto value) {
            return sealer->blind(domain, value);
        });
    pipeline.set_egress([this](std::vector<core::Dispatch> dispatches) {
        egress_->dispatch(std::move(dispatches));
    });
}

bool SendingService::prepare(const conf::Config& config, const ingress::AccountTable& accounts,
                             std::string& problems) {
    std::string unread;
    calendars_ = load_calendars(config, unread);
    if (!calendars_) {
        problems += "calendars: " + unread + "\n";
        return false;
    }
    settings_ = make_sending_settings(config, accounts, calendars_, problems);
    if (!settings_ || !trust_is_readable(config, problems)) return false;
    const auto before = egress_->accounts();
    std::vector<egress::Account> ways;
    std::vector<lines::Settings> drivers;
    for (const auto& account : accounts.all()) {
        ways.push_back(way_out(*account, *before, config, io_));
        drivers.push_back(line_settings(*account, ways.back()));
    }
    if (!lines_.prepare(std::move(drivers), problems)) return false;
    for (egress::Account& way : ways) way.courier = lines_.courier(way.number);
    accounts_ = std::make_shared<const egress::AccountTable>(std::move(ways));
    desk_table_ = std::make_shared<DeskTable>();
    for (const conf::Account& from : config.accounts) {
        const ingress::Account* account = accounts.find(from.id);
        if (!account) continue;
        std::string problem;
        desk_table_->add(account->config, account->number,
                         adapters::make_sending_adapter(account->config, problem),
                         from.default_category);
    }
    desk_table_->set_test_recipients(config.test_recipients);
    desk_table_->set_calendars(calendars_);
    desk_table_->set_routes(route_rules(config));
    return true;
}

core::Command SendingService::apply() {
    for (const std::string& problem : egress_->reload(accounts_))
        log::error("ca_file_unreadable", {{"problem", problem}});
    desk_->store(desk_table_);
    in_force_.store(settings_);
    return {core::Configure{settings_}, {}};
}

std::vector<core::Command> SendingService::recover(const std::vector<model::SlotRow>& slots) {
    std::vector<core::Command> commands;
    commands.reserve(slots.size());
    for (const model::SlotRow& slot : slots) {
        commands.push_back({core::RecoverIntent{slot.message, slot.attempt}, {}});
    }
    return commands;
}

void SendingService::stop() {
    if (!egress_->stop(grace)) {
        log::warn("sends_cut", {{"detail",
                                 "requests without an answer are unknown until the next "
                                 "start clears them up"}});
    }
    if (!lines_.stop(lines_grace))
        log::warn("lines_cut", {{"detail", "connections that did not end in time are dropped"}});
}

}  // namespace postern
