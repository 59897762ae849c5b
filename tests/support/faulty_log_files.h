// Log files in memory that know what a disk would still have after a power cut: writes are torn at
// sectors of 512 bytes, unsynced ones are forgotten, any operation can be made to fail. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/log_file.h"
#include "tests/support/fault_plan.h"

namespace postern::support {

class FaultyLogFiles final : public storage::LogFileSystem {
  public:
    explicit FaultyLogFiles(FaultPlan& plan) : plan_(plan) {}

    storage::Result<void> create(const std::string& path, std::uint64_t size) override;
    storage::Result<std::unique_ptr<storage::LogFile>> open(const std::string& path,
                                                            bool sync) override;
    storage::Result<std::vector<std::string>> list(const std::string& folder) override;

    /// The disk has room for so many files.
    void limit(std::size_t files);
    /// After a power cut, with nothing open: only what had reached the disk is left.
    void settle();

    /// The bytes on the disk, for tests that damage them; settled files only.
    [[nodiscard]] std::vector<char>& bytes(const std::string& path);
    [[nodiscard]] std::vector<std::string> paths() const;
    void remove(const std::string& path);

    using Contents = std::map<std::string, std::vector<char>>;
    [[nodiscard]] Contents save() const;
    void load(const Contents& contents);
    /// The same, kept in a real file: a disk outlives the process. False: it cannot be written.
    [[nodiscard]] bool save_to(const std::string& path) const;
    void load_from(const std::string& path);

  private:
    friend class FaultyLogFile;
    struct Pending {
        std::uint64_t offset;
        std::vector<char> bytes;
    };
    struct Image {
        std::vector<char> seen;  // what a read returns
        std::vector<char> disk;  // what survives a power cut
        std::vector<Pending> pending;
    };

    storage::Result<void> write(Image& image, bool sync, std::uint64_t offset, const char* data,
                                std::size_t size);
    void tear(std::vector<char>& disk, std::uint64_t offset, const char* data, std::size_t size);

    FaultPlan& plan_;
    mutable std::recursive_mutex mutex_;  // at_cut settles inside a write
    std::map<std::string, std::shared_ptr<Image>> images_;
    std::size_t limit_ = SIZE_MAX;
};

}  // namespace postern::support
