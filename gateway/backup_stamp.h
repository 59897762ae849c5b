// When the last backup was made: a small file in the storage folder, since whoever is to miss a
// backup must know of it after a restart. Without one it counts from its first look.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "gateway/model/time.h"

namespace postern {

class BackupStamp final {
  public:
    /// Reads the file, or makes it with `now`. A time ahead of `now` counts as now.
    BackupStamp(const std::string& folder, model::Instant now);

    /// Any thread.
    void made(model::Instant now);
    [[nodiscard]] model::Instant last() const {
        return model::Instant{std::chrono::microseconds{last_us_.load()}};
    }

  private:
    std::string path_;
    std::atomic<std::int64_t> last_us_{0};
};

}  // namespace postern
