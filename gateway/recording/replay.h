// Applies a recording to a new core and compares what leaves it, group by group. A defect that was
// recorded once happens again here, under a debugger, without the machine that it happened on.
// One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/core/sending_settings.h"
#include "gateway/recording/format.h"

namespace postern::recording {

struct ReplayOptions {
    std::string path;
    std::string version;  // of this program
    storage::KeyBytes master{};
    Hash configuration{};
    Hash time_zones{};
    /// The rules and limits of the configuration, for the accounts that the core knows by now.
    std::function<std::shared_ptr<const core::SendingSettings>(const core::Core&)> settings;
    std::function<void(std::uint64_t groups)> progress{};
};

struct ReplayResult {
    std::uint64_t commands = 0;
    std::uint64_t groups = 0;
    std::uint64_t rows_loaded = 0;
    std::string
        problem;  // why it could not be read to its end, or where it differs; empty: the same
    std::string warning;  // what may make it differ
    bool cut = false;     // the last entry is not whole: the recorder was killed
};

[[nodiscard]] ReplayResult replay(const ReplayOptions& options);

}  // namespace postern::recording
