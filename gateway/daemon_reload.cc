// Accounts come into force as a whole or not at all, at a start and on a reload: everything that
// can be refused is made first, and only then is anything written down or exchanged. Main thread.
#include <algorithm>

#include <fmt/format.h>

#include "conf/loader.h"
#include "gateway/daemon_parts.h"
#include "gateway/media_setup.h"
#include "gateway/metrics/log.h"
#include "gateway/model/json.h"
#include "gateway/runtime/check.h"
#include "gateway/setup.h"

namespace postern {

/// With the numbers that the storage knows, and those that new ones are going to get: in their
/// order behind the last one, as the core gives them. Null with `problems`, one a line.
std::shared_ptr<const ingress::AccountTable> Daemon::number_accounts(
    std::vector<std::unique_ptr<ingress::Account>> accounts, std::string& problems) const {
    const auto known = registered_->accounts();
    const auto current = accounts_.load();
    model::AccountNumber last = 0;
    for (const auto& [name, row] : known) last = std::max(last, row.number);
    for (auto& account : accounts) {
        const std::string problem = registered_->problem_of(account->name, account->channel);
        if (!problem.empty()) {
            log::error("account_refused", {{"problem", problem}});
            problems += problem + "\n";
        }
        const auto row = known.find(account->name);
        account->number = row != known.end() ? row->second.number : ++last;
        // Counters go on over a reload.
        if (const ingress::Account* before = current->find(account->name))
            account->health = before->health;
    }
    if (!problems.empty()) return nullptr;
    return std::make_shared<const ingress::AccountTable>(std::move(accounts));
}

/// Writes down those that are new. False: the core takes nothing.
bool Daemon::register_accounts(const ingress::AccountTable& accounts) {
    // A command registers at most 60 (bounded apply).
    constexpr std::size_t per_command = 60;
    const auto& all = accounts.all();
    std::vector<core::Command> commands;
    for (std::size_t i = 0; i < all.size(); i += per_command) {
        core::RegisterAccounts c;
        for (std::size_t j = i; j < std::min(i + per_command, all.size()); ++j)
            c.accounts.push_back({all[j]->name, all[j]->channel});
        commands.push_back({std::move(c), {}, {model::ActorKind::config}});
    }
    if (!commands.empty() && !commit(std::move(commands))) return false;
    const auto known = registered_->accounts();
    for (const auto& account : all) {
        POSTERN_CHECK(known.at(account->name).number == account->number,
                      "an account got another number than was made ready for it");
    }
    return true;
}

/// Ways in and out are in force, or nothing has changed: with `problems`, or because the core takes
/// nothing. Of the rest only sending_->apply() is still to follow, which cannot be refused.
bool Daemon::take_accounts(const conf::Config& config,
                           std::vector<std::unique_ptr<ingress::Account>> accounts,
                           std::string& problems) {
    auto table = number_accounts(std::move(accounts), problems);
    if (!table || !sending_->prepare(config, *table, problems)) return false;
    if (!register_accounts(*table)) {
        sending_->discard();
        return false;
    }
    accounts_.store(std::move(table));
    return true;
}

void Daemon::reload_sending(const conf::Config& config) {
    pipeline_->post_always(sending_->apply());
    sending_->open_lines();
    media_->reload(fetch_accounts(config, *accounts_.load(), *sending_->egress().accounts()));
    web_chat_->reload(*accounts_.load());
}

/// Names of keys alone: a value may be a secret.
void Daemon::audit_reload(const conf::Config& wanted) {
    std::string after;
    model::JsonWriter json(after);
    json.begin_object().key("changed").begin_array();
    for (const std::string& key : conf::changed_keys(loaded_, wanted)) json.value(key);
    json.end_array().end_object();
    loaded_ = wanted;
    core::NoteAudit note{"config.reloaded", "configuration", {}, std::move(after)};
    pipeline_->post_always(core::Command{std::move(note), {}, {model::ActorKind::config}});
}

void Daemon::reload() {
    service_.tell("RELOADING=1");
    conf::Config wanted;
    std::string problems;
    std::vector<std::unique_ptr<ingress::Account>> accounts;
    const bool usable = load_config(options_.config_file, wanted, problems) &&
                        make_accounts(wanted, accounts, problems);
    if (usable && read_only_) {
        alarms_->configure(wanted);
        log::warn("reload_incomplete", {{"detail", "read-only: accounts stay as they are"}});
    } else if (usable && take_accounts(wanted, std::move(accounts), problems)) {
        audit_reload(wanted);
        reload_sending(wanted);
        alarms_->configure(wanted);
        deliverer_->reload_trust();
        for (const std::string& key : conf::needs_restart(config_, wanted)) {
            log::warn("reload_incomplete",
                      {{"key", key}, {"detail", "takes effect at the next start"}});
        }
        log::info("reloaded", {{"accounts", accounts_.load()->all().size()}});
    } else {
        exit_code_ = 0;  // what was served before is served on
        if (problems.empty()) problems = "the core takes no command now: reload again";
        log::error("reload_refused", {{"problem", problems}});
    }
    std::string problem;
    if (webhook_server_->reload_tls(problem).has_error()) {
        log::error("certificate_refused", {{"problem", problem}});
    }
    service_.tell("READY=1");
}

}  // namespace postern
