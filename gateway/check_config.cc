// `posternd --check`: what a start would refuse, without starting.
#include <cstdio>

#include "gateway/daemon.h"
#include "gateway/sending_setup.h"
#include "gateway/setup.h"

namespace postern {
namespace {

constexpr int exit_config = 78;  // EX_CONFIG

/// What rules name (zones, calendars) is there.
bool rules_are_good(const conf::Config& config,
                    std::vector<std::unique_ptr<ingress::Account>> accounts,
                    std::string& problems) {
    std::string problem;
    const auto calendars = load_calendars(config, problem);
    if (!calendars) problems += "calendars: " + problem + "\n";
    const ingress::AccountTable table(std::move(accounts));
    return calendars && make_sending_settings(config, table, calendars, problems) != nullptr;
}

}  // namespace

int check_config(const std::string& config_file) {
    conf::Config config;
    std::string problems;
    std::vector<std::unique_ptr<ingress::Account>> accounts;
    const bool usable = load_config(config_file, config, problems) &&
                        make_accounts(config, accounts, problems) &&
                        rules_are_good(config, std::move(accounts), problems);
    if (!usable) {
        (void)std::fwrite(problems.data(), 1, problems.size(), stderr);
        return exit_config;
    }
    std::printf("%s: good, %zu accounts\n", config_file.c_str(), config.accounts.size());
    return 0;
}

}  // namespace postern
