// `postern doctor`: is this machine fit for the promise, and does each account work? One line a
// question, and what to do.
#include <ctime>
#include <memory>

#include <fmt/format.h>

#include "conf/loader.h"
#include "gateway/cli/account_checks.h"
#include "gateway/cli/api.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/doctor_probes.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/output.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

/// The daemon's own loader, so that the doctor and `posternd --check` never disagree.
conf::Config read_config(const std::string& file, std::vector<Check>& checks) {
    if (file.empty()) {
        checks.push_back({Grade::unknown, "configuration",
                          "none was named: the folder and the ports are the defaults'",
                          "postern doctor --config FILE, as the daemon has it"});
        return {};
    }
    conf::Loaded loaded = conf::load(file);
    Check check{Grade::ok, "configuration", file + " is good", {}};
    for (const conf::ConfError& error : loaded.errors) {
        checks.push_back({Grade::fail, "configuration", error.text(), "correct the file"});
    }
    if (loaded.errors.empty()) checks.push_back(std::move(check));
    return std::move(loaded.config);
}

void check_storage(const conf::Config& config, std::vector<Check>& checks) {
    const std::string folder = existing_folder(config.storage.path);
    checks.push_back(judge_sync(folder, measure_sync(folder)));
    const auto space = storage::probe_disk(folder);
    if (space) checks.push_back(judge_disk(folder, *space));
}

void check_ports(const conf::Config& config, std::vector<Check>& checks) {
    Api api("http://" + config.listen.api, {});
    const bool running = api.get("/healthz").status == 200;
    const std::pair<std::string, std::string> listeners[] = {{"webhooks", config.listen.webhooks},
                                                             {"api", config.listen.api},
                                                             {"metrics", config.listen.metrics}};
    for (const auto& [name, address] : listeners) {
        checks.push_back(judge_port(name, address, probe_port(address), running));
    }
}

/// Those of `wanted`, or all if a daemon runs here; what their providers say is asked now.
void examine_accounts(const Context& context, std::vector<std::string> wanted,
                      std::vector<Check>& checks) {
    Api api(context.api, context.key);
    if (wanted.empty()) {
        if (api.get("/healthz").status != 200) return;
        Answer problem;
        if (!list_accounts(api, wanted, problem)) {
            checks.push_back(
                {Grade::warn, "accounts", "not checked: " + problem.problem,
                 "the doctor needs a key with accounts:read and accounts:write for them"});
            return;
        }
    }
    for (const AccountCheck& check : check_accounts(context, wanted)) add_findings(check, checks);
}

/// With a key that may list them; nobody is blamed for one that may not.
void examine_keys(const Context& context, std::vector<Check>& checks) {
    Api api(context.api, context.key);
    std::vector<KeyFacts> keys;
    Page page;
    page.limit = 200;
    do {
        const Answer answer = api.get(paged("/v1/keys", page));
        Document document;
        if (!answer.ok() || !document.parse(answer.body)) return;
        for_each_at(document.root(), "/data", [&keys](Element key) {
            KeyFacts facts{text_at(key, "/name"), text_at(key, "/state") == "active"};
            facts.expires = !text_at(key, "/expires_at").empty();
            for_each_at(key, "/scopes",
                        [&facts](Element scope) { facts.owner |= text_at(scope, "") == "*"; });
            keys.push_back(std::move(facts));
        });
        page.cursor = text_at(document.root(), "/next_cursor");
    } while (!page.cursor.empty());
    checks.push_back(judge_keys(keys));
}

std::vector<Check> examine_machine(const std::string& config_file) {
    std::vector<Check> checks;
    const conf::Config config = read_config(config_file, checks);
    check_storage(config, checks);
    checks.push_back(judge_clock(read_clock()));
    check_ports(config, checks);
    checks.push_back(judge_descriptors(descriptor_limit()));
    checks.push_back(judge_memlock(memlock_limit()));
    std::string why;
    const bool rings = net::rings_allowed(why);
    checks.push_back(judge_rings(rings, why));
    if (!config.tls.certificate.empty()) {
        std::int64_t expires_s = 0;
        const bool readable = certificate_end(config.tls.certificate, expires_s);
        checks.push_back(
            judge_certificate(config.tls.certificate, readable, expires_s, std::time(nullptr)));
    }
    return checks;
}

void print_json(const std::vector<Check>& checks) {
    sim::JsonText json;
    json.begin_object().field("result", to_string(worst(checks))).key("checks").begin_array();
    for (const Check& check : checks) {
        json.begin_object().field("grade", to_string(check.grade)).field("name", check.name);
        json.field("found", check.found).field("advice", check.advice).end_object();
    }
    json.end_array().end_object();
    fmt::print("{}\n", json.text());
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
    auto file = std::make_shared<std::string>();
    auto accounts = std::make_shared<std::vector<std::string>>();
    CLI::App* command = app.add_subcommand(
        "doctor",
        "Is this machine fit, and each account? Disk, clock, ports, certificate, credentials");
    command->add_option("--config", *file, "The daemon's configuration; without it the defaults")
        ->type_name("FILE");
    command
        ->add_option("--account", *accounts,
                     "Only this account, from end to end, and nothing of the machine")
        ->type_name("ID");
    command->footer(
        "Examples:\n  postern doctor\n  postern doctor --config /etc/postern/postern.toml\n"
        "  postern doctor --account wa-main\n\n"
        "Exit code 1 if any line says fail. With a key, all accounts are checked, too: the daemon\n"
        "asks their providers.");
    command->callback([&context, file, accounts] {
        std::vector<Check> checks;
        if (accounts->empty()) checks = examine_machine(*file);
        if (accounts->empty() && !context.key.empty()) examine_keys(context, checks);
        examine_accounts(context, *accounts, checks);
        if (context.json) {
            print_json(checks);
        } else {
            std::vector<std::vector<std::string>> rows;
            for (const Check& check : checks) {
                rows.push_back({std::string(to_string(check.grade)), check.name, check.found});
                if (!check.advice.empty()) rows.push_back({"", "", "-> " + check.advice});
            }
            fmt::print("{}", table_text(rows));
        }
        if (worst(checks) == Grade::fail) context.exit_code = exit_failed;
    });
}

}  // namespace postern::cli
