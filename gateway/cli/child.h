// A program that we start and must not outlive us: its standard output is read line by line, its
// standard error goes to a file. Used by the demo for the daemon.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace postern::cli {

/// Made on the program's main thread: the kernel kills the child when the thread that started it
/// ends.
class Child final {
  public:
    /// `arguments[0]` is the program's path; `environment` ("NAME=value") is added to ours. Null on
    /// an error, and `problem` says which. A program that cannot be executed ends with code 127.
    [[nodiscard]] static std::unique_ptr<Child> start(const std::vector<std::string>& arguments,
                                                      const std::vector<std::string>& environment,
                                                      const std::string& log_file,
                                                      std::string& problem);
    /// Kills what still runs.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next line of its output, without the line end; false if it ended or the time is over.
    [[nodiscard]] bool read_line(std::string& line, std::chrono::milliseconds timeout);
    /// SIGKILL, and waits until it is gone.
    void kill();
    /// SIGTERM, then after `grace` SIGKILL. The exit code; 128 + signal if one ended it.
    int terminate(std::chrono::milliseconds grace);
    /// Waits for an end of its own; false if the time is over.
    [[nodiscard]] bool ended(std::chrono::milliseconds timeout);
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    Child(pid_t pid, int output) : pid_(pid), output_(output) {}

    pid_t pid_;
    int output_;
    int status_ = -1;
    bool running_ = true;
    std::string buffered_;
};

}  // namespace postern::cli
