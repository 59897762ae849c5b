// System calls of the doctor.
#include "gateway/cli/doctor_probes.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <netdb.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <memory>
#include <vector>

#include <fmt/format.h>

namespace postern::cli {
namespace {

constexpr std::size_t block_bytes = 4096;
constexpr int writes = 200;

struct alignas(block_bytes) Block {
    std::array<char, block_bytes> bytes{};
};

int open_probe(std::string& name) {
    const int made = mkstemp(name.data());
    if (made < 0) return made;
    close(made);
    // Some file systems (overlays, tmpfs) refuse O_DIRECT; a synced write is then measured with the
    // page cache in between, as the daemon would write there too.
    const int direct = open(name.c_str(), O_WRONLY | O_DSYNC | O_DIRECT);
    return direct >= 0 ? direct : open(name.c_str(), O_WRONLY | O_DSYNC);
}

std::uint64_t limit_of(__rlimit_resource resource) {
    rlimit limit{};
    return getrlimit(resource, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace

std::string existing_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::path folder = std::filesystem::absolute(path, error);
    while (!std::filesystem::is_directory(folder, error) && folder.has_parent_path() &&
           folder != folder.parent_path()) {
        folder = folder.parent_path();
    }
    return folder.string();
}

SyncLatency measure_sync(const std::string& folder) {
    SyncLatency latency;
    std::string name = folder + "/.postern-doctor-XXXXXX";
    const int file = open_probe(name);
    if (file < 0) {
        latency.problem = fmt::format("cannot write to {}: {}", folder, std::strerror(errno));
        return latency;
    }
    struct statfs system {};
    latency.in_memory = fstatfs(file, &system) == 0 &&
                        (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
    const Block block;
    std::vector<std::int64_t> micros;
    for (int i = 0; i < writes + 8; ++i) {
        const auto start = std::chrono::steady_clock::now();
        // The same 32 blocks over and over, as the commit log rewrites its segments; the first
        // round allocates them and is not counted.
        const off_t place = static_cast<off_t>(block_bytes) * (i % 32);
        if (pwrite(file, block.bytes.data(), block_bytes, place) != block_bytes) {
            latency.problem = fmt::format("cannot write to {}: {}", folder, std::strerror(errno));
            break;
        }
        const auto took = std::chrono::steady_clock::now() - start;
        if (i >= 32) {
            micros.push_back(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
        }
    }
    close(file);
    unlink(name.c_str());
    if (!latency.problem.empty()) return latency;
    std::sort(micros.begin(), micros.end());
    latency.measured = true;
    latency.p50_us = micros[micros.size() / 2];
    latency.p99_us = micros[micros.size() * 99 / 100];
    return latency;
}

ClockState read_clock() {
    timex state{};
    const int answer = adjtimex(&state);
    return {answer != -1 && answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0,
            state.maxerror};
}

PortState probe_port(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos) return PortState::no_such_address;
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    addrinfo hints{};
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found) != 0) {
        return PortState::no_such_address;
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    const int descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return PortState::no_such_address;
    const int yes = 1;  // as the daemon does: a connection in TIME_WAIT is no obstacle
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool bound = bind(descriptor, found->ai_addr, found->ai_addrlen) == 0;
    const bool listening = bound && listen(descriptor, 1) == 0;
    const int error = errno;
    close(descriptor);
    if (listening) return PortState::free;
    if (error == EADDRINUSE) return PortState::in_use;
    return error == EACCES ? PortState::forbidden : PortState::no_such_address;
}

std::uint64_t descriptor_limit() {
    return limit_of(RLIMIT_NOFILE);
}

std::uint64_t memlock_limit() {
    return limit_of(RLIMIT_MEMLOCK);
}

bool certificate_end(const std::string& file, std::int64_t& expires_s) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(
        std::fopen(file.c_str(), "r"), [](std::FILE* f) { return f ? std::fclose(f) : 0; });
    if (!stream) return false;
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_X509(stream.get(), nullptr, nullptr, nullptr), &X509_free);
    std::tm end{};
    if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
        return false;
    }
    expires_s = timegm(&end);
    return true;
}

}  // namespace postern::cli
