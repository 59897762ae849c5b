// From a file to a Config: read, parse, sections, accounts, and what only makes sense together.
#include "conf/loader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "conf/accounts.h"
#include "conf/address.h"
#include "conf/problems.h"
#include "conf/routes.h"
#include "conf/secrets.h"
#include "conf/sections.h"
#include "conf/tree.h"

namespace postern::conf {
namespace {

std::uint32_t line_of(const Node& root, std::string_view section, std::string_view key) {
    const Node* table = root.find(section);
    if (table == nullptr) return 0;
    const Node* value = table->find(key);
    return value == nullptr ? table->line : value->line;
}

void check_tls_file(const Node& root, std::string_view key, const std::string& path, mode_t mask,
                    Problems& problems) {
    if (path.empty()) return;
    const std::uint32_t line = line_of(root, "tls", key);
    const std::string dotted = "tls." + std::string(key);
    struct stat facts {};
    if (path.find('\0') != std::string::npos || ::stat(path.c_str(), &facts) != 0 ||
        ::access(path.c_str(), R_OK) != 0) {
        problems.add(line, dotted, "cannot read " + path + ": " + std::strerror(errno));
    } else if ((facts.st_mode & mask) != 0) {
        problems.add(line, dotted, path + " can be read by everybody; run: chmod 640 " + path);
    }
}

// The key may belong to a group (Debian's ssl-cert), not to everybody.
void check_tls(const Node& root, const Config& config, Problems& problems) {
    const bool certificate = !config.tls.certificate.empty();
    const bool key = !config.tls.key.empty();
    if (certificate != key && root.find("tls") != nullptr) {
        problems.add(root.find("tls")->line, certificate ? "tls.key" : "tls.certificate",
                     "is missing; [tls] needs certificate and key");
    }
    check_tls_file(root, "certificate", config.tls.certificate, 0, problems);
    check_tls_file(root, "key", config.tls.key, 0007, problems);
}

void check_plain_http(const Node& root, const Config& config, Problems& problems) {
    std::string host;
    std::uint16_t port = 0;
    if (!config.tls.certificate.empty() || config.listen.plain_http) return;
    if (!parse_listen(config.listen.webhooks, host, port) || is_loopback(host)) return;
    problems.add(
        line_of(root, "listen", "webhooks"), "listen.webhooks",
        config.listen.webhooks +
            " is reachable from other machines and there is no [tls]; "
            "add [tls], listen on 127.0.0.1, or set listen.plain_http = true behind a proxy");
}

// Only trusted proxies are heard, so without one every header would be refused.
void check_proxy_protocol(const Node& root, const Config& config, Problems& problems) {
    if (!config.listen.proxy_protocol || !config.listen.trusted_proxies.empty()) return;
    problems.add(line_of(root, "listen", "proxy_protocol"), "listen.proxy_protocol",
                 "needs listen.trusted_proxies: the networks that send the PROXY header");
}

// Storage reads the key from its file, byte by byte; an environment leaks into children and dumps.
void check_master_key(const Node& root, const Config& config, Problems& problems) {
    if (!config.storage.master_key) return;
    const SecretSource::Kind kind = config.storage.master_key->kind;
    if (kind == SecretSource::Kind::file || kind == SecretSource::Kind::credential) return;
    problems.add(line_of(root, "storage", "master_key"), "storage.master_key",
                 "must be { file = … } or { credential = … }: 32 bytes, never in the environment");
}

void check_mode(const Node& root, const Config& config, Problems& problems) {
    if (config.mode != "inactive" || !config.test_recipients.empty()) return;
    const Node* mode = root.find("mode");
    const Node* recipients = root.find("test_recipients");
    if (recipients == nullptr) return;  // nothing at all leaves: a choice
    problems.add(mode == nullptr ? recipients->line : mode->line, "test_recipients",
                 "is empty, so an inactive Postern would send nothing; name one or remove the key");
}

}  // namespace

Loaded parse(std::string_view toml, const std::string& name, const std::string& base) {
    Loaded out;
    out.config.file = name;
    Problems problems(name);
    Node root;
    TreeError error;
    if (!parse_tree(toml, root, error)) {
        problems.add(error.line, "", error.problem);
        out.errors = problems.take();
        return out;
    }
    Context context{problems, base, false};
    read_sections(root, context, out.config);
    read_accounts(root, context, out.config.accounts);
    read_routes(root, out.config.accounts, context, out.config.routes);
    check_tls(root, out.config, problems);
    check_plain_http(root, out.config, problems);
    check_proxy_protocol(root, out.config, problems);
    check_master_key(root, out.config, problems);
    check_mode(root, out.config, problems);
    out.errors = problems.take();
    return out;
}

Loaded load(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    // read() notes what goes wrong (a folder opens like a file), an iterator throws it.
    std::string text;
    char piece[4096];
    while (file.read(piece, sizeof piece) || file.gcount() > 0)
        text.append(piece, static_cast<std::size_t>(file.gcount()));
    if (!file.is_open() || file.bad()) {
        Loaded out;
        out.config.file = path;
        const std::string reason = errno != 0 ? std::strerror(errno) : "input/output error";
        out.errors.push_back({path, 0, "", "cannot read the configuration: " + reason, ""});
        return out;
    }
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return parse(text, path, ".");
    return parse(text, path, slash == 0 ? "/" : path.substr(0, slash));
}

}  // namespace postern::conf
