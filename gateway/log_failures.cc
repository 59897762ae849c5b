// Read whole, written whole: it is a line a failure.
#include "gateway/log_failures.h"

#include <algorithm>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace postern {
namespace {

constexpr std::size_t kept_max = 16;

}  // namespace

LogFailures::LogFailures(const std::string& folder) : path_(folder + "/log-failures") {
    std::ifstream file(path_);
    for (std::int64_t us = 0; failures_.size() < 2 * kept_max && file >> us;)
        failures_.emplace_back(std::chrono::microseconds{us});
    std::sort(failures_.begin(), failures_.end());
    if (failures_.size() > kept_max) failures_.erase(failures_.begin(), failures_.end() - kept_max);
}

void LogFailures::note(model::Instant now) const {
    std::string text;
    for (const model::Instant failure : failures_)
        text += std::to_string(failure.time_since_epoch().count()) + "\n";
    text += std::to_string(now.time_since_epoch().count()) + "\n";
    // In place and not by way of a second file: a full disk has room for what is there already.
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_DSYNC, 0600);
    if (file < 0) return;
    const ssize_t written = ::pwrite(file, text.data(), text.size(), 0);
    if (written == static_cast<ssize_t>(text.size())) (void)::ftruncate(file, written);
    (void)::close(file);
}

std::size_t LogFailures::within(std::chrono::seconds back, model::Instant now) const {
    return static_cast<std::size_t>(
        std::count_if(failures_.begin(), failures_.end(),
                      [&](model::Instant failure) { return now - failure < back; }));
}

}  // namespace postern
