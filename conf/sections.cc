// The reader tables. A new key is one line here and one member in config.h; README.md says how.
#include "conf/sections.h"

#include <algorithm>
#include <array>

#include "conf/loader.h"

// A place in Config as a captureless lambda, which a pointer to a nested member cannot be.
#define POSTERN_AT(place)     \
    [](Config & c) -> auto& { \
        return c.place;       \
    }

namespace postern::conf {
namespace {

using std::chrono::hours;
inline constexpr hours day{24};
inline constexpr std::uint64_t mebibyte = 1ull << 20;
inline constexpr std::uint64_t gibibyte = 1ull << 30;
inline constexpr std::uint64_t tebibyte = 1ull << 40;

constexpr std::array<std::string_view, 2> modes{"active", "inactive"};
constexpr std::array<std::string_view, 4> levels{"error", "warn", "info", "debug"};
constexpr std::array<std::string_view, 4> formats{"auto", "journald", "text", "json"};

constexpr KeySpec top_keys[] = {
    {"mode", ChoiceField{POSTERN_AT(mode), modes}, Applies::restart,
     "inactive: only messages marked \"test\" leave, and to test_recipients alone."},
    {"test_recipients", TextsField{POSTERN_AT(test_recipients)}, Applies::reload,
     "Addresses that test messages may go to while the mode is inactive."},
    {"holidays", PathField{POSTERN_AT(holidays)}, Applies::reload,
     "Folder of holiday calendars of your own, for quiet_hours.holidays: acme.ics (iCalendar) is "
     "\"acme\"; a .txt file has lines like CO 2026-12-08 Name public. They add to the shipped "
     "ones."},
    {"allow_inline_secrets", FlagField{POSTERN_AT(allow_inline_secrets)}, Applies::reload,
     "Accept secrets written into the file itself. For demos and tests."},
};

constexpr KeySpec listen_keys[] = {
    {"webhooks", ListenField{POSTERN_AT(listen.webhooks)}, Applies::restart,
     "Where providers call. Beyond loopback it needs [tls] or plain_http."},
    {"api", ListenField{POSTERN_AT(listen.api)}, Applies::restart,
     "The local API, the console and the health checks."},
    {"metrics", ListenField{POSTERN_AT(listen.metrics)}, Applies::restart,
     "Prometheus scrapes here."},
    {"trusted_proxies", NetworksField{POSTERN_AT(listen.trusted_proxies)}, Applies::restart,
     "Networks whose X-Forwarded-For and X-Forwarded-Proto are believed."},
    {"proxy_protocol", FlagField{POSTERN_AT(listen.proxy_protocol)}, Applies::restart,
     "The webhook listener expects a PROXY protocol header on each connection."},
    {"plain_http", FlagField{POSTERN_AT(listen.plain_http)}, Applies::restart,
     "Allow webhooks without TLS beyond loopback, because a proxy in front terminates it."},
    {"io_threads", CountField{POSTERN_AT(listen.io_threads), 0, 16}, Applies::restart,
     "0: one a core."},
    {"connections_max", CountField{POSTERN_AT(listen.connections_max), 16, 1'000'000},
     Applies::restart, "Open connections of a listener; more are closed at once."},
    {"connections_per_address_max",
     CountField{POSTERN_AT(listen.connections_per_address_max), 1, 1'000'000}, Applies::restart,
     "Open connections from one client address; trusted proxies are exempt."},
};

constexpr KeySpec tls_keys[] = {
    {"certificate", PathField{POSTERN_AT(tls.certificate)}, Applies::reload,
     "PEM, the whole chain, of the webhook listener. Absent: plain HTTP."},
    {"key", PathField{POSTERN_AT(tls.key)}, Applies::reload,
     "PEM, the private key; refused if everybody may read it."},
};

constexpr KeySpec storage_keys[] = {
    {"path", PathField{POSTERN_AT(storage.path)}, Applies::restart,
     "The data folder. One daemon a folder."},
    {"sync", FlagField{POSTERN_AT(storage.sync)}, Applies::restart,
     "false: acknowledge before the disk confirms; a power cut then loses the last moments."},
    {"log", LogKindField{POSTERN_AT(storage.log)}, Applies::restart,
     "commit: Postern's own log. rocksdb: RocksDB's write-ahead log, slower and plainer."},
    {"log_segment_bytes",
     SizeField{POSTERN_AT(storage.log_segment_bytes), 8 * mebibyte, 4 * gibibyte}, Applies::restart,
     "Size of a segment of the commit log; pre-written, then recycled."},
    {"log_segments_max", CountField{POSTERN_AT(storage.log_segments_max), 2, 4096},
     Applies::restart, "When all of them wait for a flush, acknowledgements wait too."},
    {"ballast_bytes", SizeField{POSTERN_AT(storage.ballast_bytes), 0, 64 * gibibyte},
     Applies::restart, "Space set aside, given back when the disk is full."},
    {"memtable_bytes", SizeField{POSTERN_AT(storage.memtable_bytes), mebibyte, 4 * gibibyte},
     Applies::restart, "The write buffer of a column family."},
    {"cache_bytes", SizeField{POSTERN_AT(storage.cache_bytes), 8 * mebibyte, tebibyte},
     Applies::restart, "RocksDB's block cache."},
    {"contacts_cached", LargeCountField{POSTERN_AT(storage.contacts_cached), 1000, 1'000'000'000},
     Applies::restart, "Active contacts whose rows stay in memory: about 1.5 KB each."},
    {"master_key", SecretField{POSTERN_AT(storage.master_key)}, Applies::restart,
     "Seals what is stored: a file of 32 bytes. Absent: master.key in the data folder, made once."},
};

constexpr KeySpec api_keys[] = {
    {"bootstrap_key", SecretField{POSTERN_AT(api.bootstrap_key)}, Applies::restart,
     "Becomes an owner's key at the first start, when there is no other key."},
    {"requests_per_second", CountField{POSTERN_AT(api.requests_per_second), 1, 1'000'000},
     Applies::restart, "The limit of a key that names none of its own."},
};

constexpr KeySpec retention_keys[] = {
    {"messages", AgeField{POSTERN_AT(retention.messages), day, 36500 * day}, Applies::restart,
     "Messages and their attempts."},
    {"events", AgeField{POSTERN_AT(retention.events), hours(1), 3650 * day}, Applies::restart,
     "The event stream; an older cursor is answered with cursor_expired."},
    {"media", AgeField{POSTERN_AT(retention.media), hours(1), 36500 * day}, Applies::restart,
     "Attachments."},
    {"quarantine", AgeField{POSTERN_AT(retention.quarantine), day, 3650 * day}, Applies::restart,
     "Webhooks that verified and could not be understood."},
    {"requests", AgeField{POSTERN_AT(retention.requests), hours(1), 30 * day}, Applies::restart,
     "Refused webhooks in memory; a restart forgets them."},
    {"audit", AgeField{POSTERN_AT(retention.audit), 30 * day, 36500 * day}, Applies::restart,
     "Who changed what: GET /v1/audit."},
};

constexpr KeySpec subscription_keys[] = {
    {"allow_http", FlagField{POSTERN_AT(subscriptions.allow_http)}, Applies::restart,
     "true: plain HTTP, and this machine too. For laboratories and tests."},
    {"allow_networks", NetworksField{POSTERN_AT(subscriptions.allow_networks)}, Applies::restart,
     "Private addresses that events may be delivered to: networks of your own apps."},
    {"ca_file", PathField{POSTERN_AT(subscriptions.ca_file)}, Applies::restart,
     "PEM: certificates that are trusted beside the system's, for apps with a private authority. "
     "The file is read again on a reload."},
    {"use_proxy", FlagField{POSTERN_AT(subscriptions.use_proxy)}, Applies::restart,
     "true: deliver through egress.proxy, which then also decides what may be called."},
};

constexpr KeySpec egress_keys[] = {
    {"proxy", UrlField{POSTERN_AT(egress.proxy), true}, Applies::reload,
     "http://host:port of the HTTP proxy that providers and the alarm hook are called through: "
     "https by CONNECT. An account may name another, or \"none\"."},
    {"proxy_credentials", SecretField{POSTERN_AT(egress.proxy_credentials)}, Applies::reload,
     "user:password for that proxy."},
    {"no_proxy", TextsField{POSTERN_AT(egress.no_proxy)}, Applies::reload,
     "Called directly: names with what ends in them, addresses, networks."},
};

constexpr KeySpec alarm_keys[] = {
    {"url", UrlField{POSTERN_AT(alarm.url)}, Applies::reload,
     "Is posted to when something needs a person, and when that is over. Absent: no URL is told."},
    {"secret", SecretField{POSTERN_AT(alarm.secret)}, Applies::reload,
     "whsec_ and base64: signs as subscriptions are signed. Absent: not signed."},
    {"email_account", ChoiceField{POSTERN_AT(alarm.email_account), {}}, Applies::reload,
     "The e-mail account whose relay takes the same as mails. They pass by the queue: no rule "
     "holds them, and they leave while nothing else does."},
    {"email_to", TextsField{POSTERN_AT(alarm.email_to)}, Applies::reload,
     "Addresses, ten at most. One mail a minute; what begins meanwhile stands in the next one."},
    {"repeat_every", AgeField{POSTERN_AT(alarm.repeat_every), hours(1), 7 * day}, Applies::reload,
     "While a condition lasts it is told again."},
    {"backup_age", AgeField{POSTERN_AT(alarm.backup_age), hours(0), 365 * day}, Applies::reload,
     "The last backup may be this old. 0h: backups are not watched."},
};

constexpr KeySpec media_keys[] = {
    {"public_url", UrlField{POSTERN_AT(media.public_url)}, Applies::restart,
     "https://host[:port] at which providers reach the webhook listener: uploads are fetched "
     "there. Absent: the host of an account's public_url, else only channels that take the bytes "
     "themselves get uploads (WhatsApp, Telegram, WeChat, mail)."},
    {"url_expires", AgeField{POSTERN_AT(media.url_expires), hours(1), 30 * day}, Applies::restart,
     "A signed URL of an upload ends by itself; each attempt gets a fresh one."},
    {"allow_http", FlagField{POSTERN_AT(media.allow_http)}, Applies::restart,
     "true: fetch attachments over plain HTTP, and from this machine too. For laboratories."},
    {"allow_networks", NetworksField{POSTERN_AT(media.allow_networks)}, Applies::restart,
     "Private addresses that attachments may be fetched from. An account's own base_url always "
     "may be called."},
};

constexpr KeySpec limits_keys[] = {
    {"memory_bytes_max", SizeField{POSTERN_AT(limits.memory_bytes_max), 0, 64 * tebibyte},
     Applies::restart,
     "At three quarters of it callers read 503. 0: what the control group allows, else the "
     "machine's memory."},
    {"inbox_commands_max", CountField{POSTERN_AT(limits.inbox_commands_max), 64, 1 << 20},
     Applies::restart, "Commands that may wait for the core before callers read 503."},
    {"memory_files", PathField{POSTERN_AT(limits.memory_files)}, Applies::restart,
     "Folder with the control group's memory.max, memory.current and memory.stat. Absent: the one "
     "that the daemon runs in."},
    {"requests_kept", CountField{POSTERN_AT(limits.requests_kept), 0, 1000}, Applies::restart,
     "Refused and quarantined webhooks of an account that are kept to be looked at, in memory."},
};

constexpr KeySpec log_keys[] = {
    {"level", ChoiceField{POSTERN_AT(log.level), levels}, Applies::restart, "The least to log."},
    {"format", ChoiceField{POSTERN_AT(log.format), formats}, Applies::restart,
     "auto: journald under systemd, else text."},
};

constexpr Section all[] = {
    {"", "Before the first section.", top_keys},
    {"listen", "Where the daemon listens: numeric addresses; port 0 picks one.", listen_keys},
    {"tls", "The certificate of the webhook listener.", tls_keys},
    {"storage", "Data on disk.", storage_keys},
    {"api", "The local API.", api_keys},
    {"retention", "How long things are kept.", retention_keys},
    {"subscriptions", "Where events may be delivered: the URLs of `POST /v1/subscriptions`.",
     subscription_keys},
    {"egress", "The way out to providers.", egress_keys},
    {"alarm", "Who is told when something needs a person.", alarm_keys},
    {"media", "Files: uploads to send, attachments that came in.", media_keys},
    {"limits", "What the daemon may take.", limits_keys},
    {"log", "Logging; never content, credentials or whole addresses.", log_keys},
};

const KeySpec* find_key(std::span<const KeySpec> keys, std::string_view name) {
    for (const KeySpec& spec : keys) {
        if (spec.key == name) return &spec;
    }
    return nullptr;
}

std::vector<std::string_view> names(std::span<const KeySpec> keys) {
    std::vector<std::string_view> out;
    for (const KeySpec& spec : keys) out.push_back(spec.key);
    return out;
}

void read_top(const Node& root, Context& context, Config& config) {
    const auto top = sections().front().keys;
    std::vector<std::string_view> known = names(top);
    for (const Section& section : sections().subspan(1)) known.push_back(section.name);
    known.emplace_back("account");
    known.emplace_back("route");
    for (std::size_t i = 0; i < root.keys.size(); ++i) {
        const std::string& key = root.keys[i];
        const Node& value = root.items[i];
        if (const KeySpec* spec = find_key(top, key)) {
            store(spec->field, value, key, context, config);
        } else if (std::find(known.begin(), known.end(), key) == known.end()) {
            context.problems.add_unknown(
                value.line, key, value.kind == Node::Kind::table ? "section" : "key", key, known);
        }
    }
    context.allow_inline_secrets = config.allow_inline_secrets;
}

void read_section(const Section& section, const Node& node, Context& context, Config& config) {
    if (node.kind != Node::Kind::table) {
        context.problems.add(node.line, std::string(section.name),
                             "must be a section: [" + std::string(section.name) + "]");
        return;
    }
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const std::string key = std::string(section.name) + "." + node.keys[i];
        if (const KeySpec* spec = find_key(section.keys, node.keys[i])) {
            store(spec->field, node.items[i], key, context, config);
        } else {
            context.problems.add_unknown(node.items[i].line, key, "key", node.keys[i],
                                         names(section.keys));
        }
    }
}

}  // namespace

std::span<const Section> sections() {
    return all;
}

void read_sections(const Node& root, Context& context, Config& config) {
    read_top(root, context, config);
    for (const Section& section : sections().subspan(1)) {
        if (const Node* node = root.find(section.name)) {
            read_section(section, *node, context, config);
        }
    }
}

std::vector<std::string> needs_restart(Config before, Config after) {
    std::vector<std::string> out;
    for (const Section& section : sections()) {
        for (const KeySpec& spec : section.keys) {
            if (spec.applies == Applies::reload) continue;
            if (show(spec.field, before) == show(spec.field, after)) continue;
            const std::string prefix = section.name.empty() ? "" : std::string(section.name) + ".";
            out.push_back(prefix + std::string(spec.key));
        }
    }
    return out;
}

}  // namespace postern::conf
