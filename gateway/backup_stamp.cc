#include "gateway/backup_stamp.h"

#include <algorithm>
#include <fstream>

namespace postern {

BackupStamp::BackupStamp(const std::string& folder, model::Instant now)
    : path_(folder + "/last-backup") {
    std::int64_t us = 0;
    std::ifstream file(path_);
    if (file >> us) {
        last_us_.store(std::min(us, now.time_since_epoch().count()));
        return;
    }
    made(now);
}

void BackupStamp::made(model::Instant now) {
    last_us_.store(now.time_since_epoch().count());
    std::ofstream file(path_, std::ios::trunc);
    file << last_us_.load() << "\n";
}

}  // namespace postern
