// fork and exec by hand: posix_spawn can neither bind the child's life to ours nor clear its
// signals and make its process group at once.
#include "gateway/cli/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

namespace postern::cli {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (const std::string& string : strings) out.push_back(const_cast<char*>(string.c_str()));
    out.push_back(nullptr);
    return out;
}

/// Between fork and exec: async-signal-safe calls alone.
[[noreturn]] void become(char* const* arguments, char* const* environment, int output, int log) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);  // Ctrl-C is for us; we stop the child in order
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    dup2(output, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execve(arguments[0], arguments, environment);
    _exit(127);
}

}  // namespace

std::unique_ptr<Child> Child::start(const std::vector<std::string>& arguments,
                                    const std::vector<std::string>& environment,
                                    const std::string& log_file, std::string& problem) {
    std::vector<std::string> all = environment;
    for (char** name = environ; *name != nullptr; ++name) all.emplace_back(*name);
    const std::vector<char*> argument_pointers = pointers(arguments);
    const std::vector<char*> environment_pointers = pointers(all);
    const int log = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int pipe_ends[2];
    if (log < 0 || pipe2(pipe_ends, O_CLOEXEC) != 0) {
        problem = fmt::format("{}: {}", log_file, std::strerror(errno));
        if (log >= 0) close(log);
        return nullptr;
    }
    const pid_t pid = fork();
    if (pid == 0) become(argument_pointers.data(), environment_pointers.data(), pipe_ends[1], log);
    close(log);
    close(pipe_ends[1]);
    if (pid < 0) {
        problem = fmt::format("fork: {}", std::strerror(errno));
        close(pipe_ends[0]);
        return nullptr;
    }
    return std::unique_ptr<Child>(new Child(pid, pipe_ends[0]));
}

Child::~Child() {
    if (running_) kill();
    close(output_);
}

bool Child::read_line(std::string& line, std::chrono::milliseconds timeout) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
        const std::size_t newline = buffered_.find('\n');
        if (newline != std::string::npos) {
            line = buffered_.substr(0, newline);
            buffered_.erase(0, newline + 1);
            return true;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        pollfd waited{output_, POLLIN, 0};
        if (left.count() <= 0 || poll(&waited, 1, static_cast<int>(left.count())) <= 0)
            return false;
        char bytes[4096];
        const ssize_t got = read(output_, bytes, sizeof bytes);
        if (got <= 0) return false;
        buffered_.append(bytes, static_cast<std::size_t>(got));
    }
}

bool Child::ended(std::chrono::milliseconds timeout) {
    if (!running_) return true;
    // A descriptor of the process turns readable when it ends: no polling, no signal handler.
    const int process = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    pollfd waited{process, POLLIN, 0};
    const int ready = poll(&waited, 1, static_cast<int>(timeout.count()));
    if (process >= 0) close(process);
    if (ready <= 0) return false;
    waitpid(pid_, &status_, 0);
    running_ = false;
    return true;
}

void Child::kill() {
    if (!running_) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, &status_, 0);
    running_ = false;
}

int Child::terminate(std::chrono::milliseconds grace) {
    if (running_) {
        ::kill(pid_, SIGTERM);
        if (!ended(grace)) kill();
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

}  // namespace postern::cli
