// The configuration as plain values: what conf/loader.h reads from TOML and nothing else reads.
// Immutable once loaded; SIGHUP loads a new one and swaps it whole or not at all.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::conf {

using Duration = std::chrono::milliseconds;

/// Where a secret comes from; the value is read when the configuration is loaded.
struct SecretSource {
    enum class Kind : unsigned char { file, env, credential, inline_ };
    Kind kind = Kind::file;
    std::string name;   // path read (file, credential) or variable; empty for inline_
    std::string value;  // never printed
};

struct Listen {
    std::string webhooks = "0.0.0.0:8443";
    std::string api = "127.0.0.1:8080";
    std::string metrics = "127.0.0.1:9464";
    std::vector<std::string> trusted_proxies;  // CIDR
    bool proxy_protocol = false;               // on the webhook listener
    bool plain_http = false;       // allow webhooks without TLS beyond loopback (behind a proxy)
    std::uint32_t io_threads = 0;  // 0: one a core, at least 1, at most 16
    std::uint32_t connections_max = 16384;
    std::uint32_t connections_per_address_max = 1024;
};

struct Tls {
    std::string certificate;
    std::string key;
};

enum class LogKind : unsigned char { commit, rocksdb };

struct Storage {
    std::string path = "/var/lib/postern";
    bool sync = true;
    LogKind log = LogKind::commit;
    std::uint64_t log_segment_bytes = 64ull << 20;
    std::uint32_t log_segments_max = 16;
    std::uint64_t ballast_bytes = 256ull << 20;
    std::uint64_t memtable_bytes = 40ull << 20;  // a family's write buffer
    std::uint64_t cache_bytes = 96ull << 20;     // RocksDB's block cache; the kernel's is behind it
    std::uint64_t contacts_cached = 100'000;     // rows of active persons kept by the core
    std::optional<SecretSource> master_key;      // absent: {path}/master.key, made at first start
};

struct Api {
    std::optional<SecretSource> bootstrap_key;
    std::uint32_t requests_per_second = 1000;  // a key's own limit where it names none
};

/// What events may be delivered to (gateway/subscriptions).
struct Subscriptions {
    bool allow_http = false;                  // plain HTTP, and this machine: laboratories
    std::vector<std::string> allow_networks;  // CIDR, of apps on private addresses
    std::string ca_file;                      // trusted beside the system's certificates
    bool use_proxy = false;                   // deliver through egress.proxy
};

/// The way out: to providers, to the alarm hook, and to subscriptions if they say so.
struct Egress {
    std::string proxy;                              // "http://host:port"; empty: none
    std::optional<SecretSource> proxy_credentials;  // "user:password"
    std::vector<std::string> no_proxy;              // hosts, networks
};

/// Who is told when something needs a person.
struct Alarm {
    std::string url;  // empty: nobody
    std::optional<SecretSource> secret;
    std::string email_account;          // an account of channel email that can send
    std::vector<std::string> email_to;  // empty: nobody is told by e-mail
    std::chrono::hours repeat_every{4};
    std::chrono::hours backup_age{0};  // 0: backups are not watched
};

struct Retention {
    std::chrono::hours messages{400 * 24};
    std::chrono::hours events{7 * 24};
    std::chrono::hours media{90 * 24};
    std::chrono::hours quarantine{30 * 24};
    std::chrono::hours requests{24};  // refused webhooks, in memory
    std::chrono::hours audit{400 * 24};
};

/// Files: uploads that providers fetch from here, attachments that are fetched from them.
struct Media {
    std::string public_url;  // how providers reach the webhook port; empty: accounts may say
    std::chrono::hours url_expires{24};
    bool allow_http = false;                  // fetch over plain HTTP, from this machine too
    std::vector<std::string> allow_networks;  // CIDR, of media hosts on private addresses
};

struct Limits {
    std::uint64_t memory_bytes_max = 0;        // 0: from the cgroup, else 3/4 of the machine
    std::uint32_t inbox_commands_max = 16384;  // queued for the core before 503
    std::string memory_files;          // folder of memory.max and its like; empty: our own cgroup
    std::uint32_t requests_kept = 20;  // refused webhooks an account
};

struct Logging {
    std::string level = "info";   // error warn info debug
    std::string format = "auto";  // auto (journald under systemd, else text) text json
};

/// One `[[account]]`. `credentials` hold one value, or two while one is being rotated
/// (`credentials.app_secret = [{file = …}, {file = …}]`). `settings` are the channel's own keys;
/// tables among them (send, receive, form, dkim …) are kept as JSON text.
struct Account {
    std::string id;
    std::string channel;
    std::string base_url;
    std::map<std::string, std::vector<SecretSource>, std::less<>> credentials;
    std::map<std::string, std::string, std::less<>> settings;
    std::string default_category = "transactional";
    bool eager_media = false;                       // attachments are fetched unasked
    std::string ca_file;                            // trusted beside the system's certificates
    std::string proxy;                              // instead of egress.proxy; "none": directly
    std::optional<SecretSource> proxy_credentials;  // for `proxy`, never for egress.proxy
    /// rate, window, quiet_hours, retry, soft_bounces, on_unknown, long_text: checked here, kept as
    /// JSON text.
    std::map<std::string, std::string, std::less<>> policy_json;
    std::uint32_t line = 0;  // in the file, for later messages
};

/// One `[[route]]`: the accounts of a message that names none.
struct Route {
    std::string category;               // empty: every category without a route of its own
    std::vector<std::string> accounts;  // ids, "last_inbound", "recent"; the preferred one first
    std::uint32_t line = 0;
};

struct Config {
    std::string file;
    std::string mode = "active";
    std::vector<std::string> test_recipients;
    std::string holidays;  // folder of calendars beside the shipped ones; empty: none
    bool allow_inline_secrets = false;
    Listen listen;
    Tls tls;
    Storage storage;
    Api api;
    Retention retention;
    Subscriptions subscriptions;
    Media media;
    Egress egress;
    Alarm alarm;
    Limits limits;
    Logging log;
    std::vector<Account> accounts;
    std::vector<Route> routes;
};

/// Why a configuration was refused: every problem of the file, not only the first.
struct ConfError {
    std::string file;
    std::uint32_t line = 0;
    std::string key;      // dotted
    std::string problem;  // what is wrong and what to write instead
    std::string nearest;  // for an unknown key: the nearest known one, or empty

    /// "file:line: key: problem (did you mean …?)"
    [[nodiscard]] std::string text() const;
};

}  // namespace postern::conf
