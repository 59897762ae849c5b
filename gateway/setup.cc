// Translations, one function a part.
#include "gateway/setup.h"

#include <algorithm>
#include <thread>

#include "adapters/registry.h"
#include "conf/loader.h"
#include "gateway/alarm_mail.h"
#include "gateway/alarm_service.h"
#include "gateway/model/channel.h"
#include "gateway/webchat/media_path.h"

namespace postern {
namespace {

std::unique_ptr<ingress::Account> make_account(const conf::Account& from, std::string& problem) {
    auto account = std::make_unique<ingress::Account>();
    account->name = from.id;
    account->channel = from.channel;
    account->channel_number = model::channel_number(from.channel);
    account->health = std::make_shared<ingress::Health>();
    adapters::AdapterConfig& config = account->config;
    config = adapter_config(from);
    account->adapter = adapters::make(config, problem);
    if (!account->adapter) return nullptr;
    account->sending = adapters::make_sending_adapter(config, problem);
    if (!problem.empty()) return nullptr;
    const adapters::Traits& traits = account->adapter->traits();
    if (!traits.routing_setting.empty()) account->routing = config.setting(traits.routing_setting);
    account->ok_reply = std::make_shared<const std::string>(
        net::format_fixed(200, traits.reply_content_type, traits.reply_body));
    return account;
}

net::ServerOptions server(const conf::Config& config, std::string name, std::string address) {
    net::ServerOptions options;
    options.name = std::move(name);
    options.address = std::move(address);
    options.limits.connections_max = config.listen.connections_max;
    options.limits.connections_per_address_max = config.listen.connections_per_address_max;
    return options;
}

}  // namespace

adapters::AdapterConfig adapter_config(const conf::Account& from) {
    adapters::AdapterConfig config;
    config.account = from.id;
    config.channel = from.channel;
    config.settings = from.settings;
    if (!from.base_url.empty()) config.settings["base_url"] = from.base_url;
    if (from.channel == "webchat") config.settings["public_url"] = webchat::own_port;
    const auto long_text = from.policy_json.find("long_text");
    if (long_text != from.policy_json.end()) {
        // JSON text of one word: the configuration took no other.
        config.settings["long_text"] = long_text->second == R"("split")" ? "split" : "refuse";
    }
    for (const auto& [name, sources] : from.credentials) {
        for (const conf::SecretSource& source : sources) {
            config.credentials[name].emplace_back(source.value);
        }
    }
    return config;
}

bool load_config(const std::string& path, conf::Config& config, std::string& problems) {
    conf::Loaded loaded = conf::load(path);
    for (const conf::ConfError& error : loaded.errors) problems += error.text() + "\n";
    config = std::move(loaded.config);
    std::string secret;
    const bool secret_good = read_alarm_secret(config.alarm, secret);
    if (!secret_good) {
        problems += path + ": alarm.secret: must be whsec_ and base64 of 24 to 64 bytes; " +
                    "make one with: printf whsec_; openssl rand -base64 32\n";
    }
    const std::string mail = loaded.errors.empty() ? alarm_mail_problem(config) : std::string{};
    problems += mail;
    return loaded.errors.empty() && secret_good && mail.empty();
}

bool make_accounts(const conf::Config& config,
                   std::vector<std::unique_ptr<ingress::Account>>& accounts,
                   std::string& problems) {
    for (const conf::Account& from : config.accounts) {
        std::string problem;
        auto account = make_account(from, problem);
        if (account) {
            accounts.push_back(std::move(account));
            continue;
        }
        problems += config.file + ":" + std::to_string(from.line) + ": account \"" + from.id +
                    "\": " + problem + "\n";
    }
    return problems.empty();
}

std::vector<std::unique_ptr<ingress::Account>> known_accounts(
    std::vector<std::unique_ptr<ingress::Account>> configured, const Registered& registered) {
    const auto rows = registered.accounts();
    std::vector<std::unique_ptr<ingress::Account>> known;
    for (auto& account : configured) {
        const auto row = rows.find(account->name);
        if (row == rows.end()) continue;
        account->number = row->second.number;
        known.push_back(std::move(account));
    }
    return known;
}

runtime::RecoveryOptions recovery_options(const conf::Config& config) {
    runtime::RecoveryOptions options;
    options.path = config.storage.path;
    options.sync = config.storage.sync;
    options.rocksdb_log = config.storage.log == conf::LogKind::rocksdb;
    options.segment_bytes = config.storage.log_segment_bytes;
    options.segments_max = config.storage.log_segments_max;
    options.ballast_bytes = config.storage.ballast_bytes;
    options.memtable_bytes = config.storage.memtable_bytes;
    options.cache_bytes = config.storage.cache_bytes;
    if (config.storage.master_key) options.master_key_file = config.storage.master_key->name;
    return options;
}

runtime::PipelineOptions pipeline_options(const conf::Config& config) {
    runtime::PipelineOptions options;
    options.in_flight_max = config.limits.inbox_commands_max;
    // Of each: identity, contact, hot row, and notes on the address or that there are none.
    options.rows_kept_max = config.storage.contacts_cached * 4;
    return options;
}

net::ServerOptions webhook_server(const conf::Config& config) {
    net::ServerOptions options = server(config, "webhooks", config.listen.webhooks);
    options.tls = {config.tls.certificate, config.tls.key};
    options.trusted_proxies = config.listen.trusted_proxies;
    options.proxy_protocol = config.listen.proxy_protocol;
    return options;
}

net::ServerOptions api_server(const conf::Config& config) {
    return server(config, "api", config.listen.api);
}

net::ServerOptions metrics_server(const conf::Config& config) {
    net::ServerOptions options = server(config, "metrics", config.listen.metrics);
    options.limits.connections_max = 64;
    return options;
}

std::size_t io_threads(const conf::Config& config) {
    if (config.listen.io_threads != 0) return std::min<std::size_t>(config.listen.io_threads, 64);
    return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
}

}  // namespace postern
