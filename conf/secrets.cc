// Secrets from files, environment and systemd credentials. A file that others can read is refused:
// a leaked token is found out too late, a start that fails is found out at once.
#include "conf/secrets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace postern::conf {
namespace {

inline constexpr off_t secret_bytes_max =
    64 << 10;  // systemd allows a credential 1 MiB; keys are small
inline constexpr std::size_t rotation_max = 2;

struct File final {
    explicit File(const std::string& path)
        : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor >= 0) ::close(descriptor);
    }
    int descriptor;
};

std::string read_all(int descriptor, std::string& out) {
    std::array<char, 4096> block{};
    for (;;) {
        const ssize_t got = ::read(descriptor, block.data(), block.size());
        if (got == 0) return {};
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::strerror(errno);
        out.append(block.data(), static_cast<std::size_t>(got));
        if (out.size() > static_cast<std::size_t>(secret_bytes_max)) return "larger than 64 KiB";
    }
}

// The problem, or empty. `private_folder`: systemd's credential folder belongs to the service
// alone, and its files show group bits where the owner's access is granted by an ACL.
std::string read_file(const std::string& path, bool private_folder, std::string& out) {
    if (path.find('\0') != std::string::npos) return "the path holds a NUL byte";
    const File file(path);
    if (file.descriptor < 0) return "cannot read " + path + ": " + std::strerror(errno);
    struct stat facts {};
    if (::fstat(file.descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        return path + " is not a regular file";
    }
    if (!private_folder && (facts.st_mode & 077) != 0) {
        return path + " can be read by others; run: chmod 600 " + path;
    }
    if (facts.st_size > secret_bytes_max) return path + " is larger than 64 KiB";
    const std::string problem = read_all(file.descriptor, out);
    return problem.empty() ? problem : "cannot read " + path + ": " + problem;
}

std::string read_env(const std::string& name, std::string& out) {
    const char* value = ::getenv(name.c_str());
    if (value == nullptr) return "environment variable " + name + " is not set";
    out = value;
    return {};
}

std::string read_credential(std::string& name, std::string& out) {
    // `name` becomes the path.
    if (name.find('/') != std::string::npos) return "a credential's name has no slash";
    const char* folder = ::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) {
        return "no systemd credentials here ($CREDENTIALS_DIRECTORY is not set); "
               "start as a service with LoadCredential=" +
               name + ":…";
    }
    name = std::string(folder) + "/" + name;
    return read_file(name, true, out);
}

std::string fetch(SecretSource& source, const Context& context) {
    std::string problem;
    switch (source.kind) {
        case SecretSource::Kind::file:
            source.name = context.resolve(source.name);
            problem = read_file(source.name, false, source.value);
            break;
        case SecretSource::Kind::env:
            problem = read_env(source.name, source.value);
            break;
        case SecretSource::Kind::credential:
            problem = read_credential(source.name, source.value);
            break;
        case SecretSource::Kind::inline_:
            break;
    }
    if (!problem.empty()) return problem;
    while (source.value.ends_with('\n') || source.value.ends_with('\r')) source.value.pop_back();
    return source.value.empty() ? "the secret is empty" : "";
}

bool read_source(const Node& node, const std::string& key, Context& context, SecretSource& out) {
    static const std::vector<std::string_view> kinds{"file", "env", "credential"};
    if (node.keys.size() != 1) {
        context.problems.add(node.line, key, "names exactly one of file, env or credential");
        return false;
    }
    const std::string& kind = node.keys[0];
    const Node& name = node.items[0];
    if (kind == "file") {
        out.kind = SecretSource::Kind::file;
    } else if (kind == "env") {
        out.kind = SecretSource::Kind::env;
    } else if (kind == "credential") {
        out.kind = SecretSource::Kind::credential;
    } else {
        context.problems.add_unknown(node.line, key + "." + kind, "source of a secret", kind,
                                     kinds);
        return false;
    }
    if (name.kind != Node::Kind::text || name.text.empty()) {
        context.problems.add(name.line, key + "." + kind, "must be a text that is not empty");
        return false;
    }
    out.name = name.text;
    return true;
}

}  // namespace

std::string Context::resolve(std::string_view path) const {
    if (path.starts_with('/') || path.empty() || base.empty()) return std::string(path);
    return base + "/" + std::string(path);
}

bool read_secret(const Node& node, const std::string& key, Context& context, SecretSource& out) {
    if (node.kind == Node::Kind::table) {
        if (!read_source(node, key, context, out)) return false;
    } else if (node.kind != Node::Kind::text) {
        context.problems.add(node.line, key,
                             "must be { file = … }, { env = … } or { credential = … }");
        return false;
    } else if (!context.allow_inline_secrets) {
        context.problems.add(node.line, key,
                             "a secret in the file itself; write { file = … }, { env = … } or "
                             "{ credential = … }, or set allow_inline_secrets = true (tests only)");
        return false;
    } else {
        out.kind = SecretSource::Kind::inline_;
        out.value = node.text;
    }
    const std::string problem = fetch(out, context);
    if (!problem.empty()) context.problems.add(node.line, key, problem);
    return problem.empty();
}

bool read_secrets(const Node& node, const std::string& key, Context& context,
                  std::vector<SecretSource>& out) {
    if (node.kind != Node::Kind::list) {
        SecretSource source;
        if (!read_secret(node, key, context, source)) return false;
        out.push_back(std::move(source));
        return true;
    }
    if (node.items.empty() || node.items.size() > rotation_max) {
        context.problems.add(node.line, key, "a list holds one secret, or two during a rotation");
        return false;
    }
    bool good = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        SecretSource source;
        const std::string item = key + "[" + std::to_string(i) + "]";
        if (read_secret(node.items[i], item, context, source)) {
            out.push_back(std::move(source));
        } else {
            good = false;
        }
    }
    return good;
}

}  // namespace postern::conf
