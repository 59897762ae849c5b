// Where the way out finds an upload whose bytes a provider wants: its row, then the file. The
// daemon has it; the disk is read on threads of its own, never on an I/O thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/model/media.h"
#include "gateway/net/http.h"
#include "gateway/net/io_thread.h"

namespace postern::egress {

struct UploadFile {
    model::Sha256 sha256{};
    std::uint64_t size = 0;  // bytes
    std::string mime;
    std::string filename;  // may be empty
};

enum class UploadTrouble : unsigned char {
    none,
    gone,        // no such row, or no such file: it will not come back
    unreadable,  // too much waits, or the disk does not read: another time
};

class UploadFiles {
  public:
    virtual ~UploadFiles() = default;

    /// I/O threads; `done` comes on `thread`, later.
    virtual void find(const model::UploadId& upload, net::IoThread& thread,
                      std::function<void(std::optional<UploadFile>, UploadTrouble)> done) = 0;
    /// All bytes from the first, once; null with the trouble.
    virtual void open(
        const UploadFile& file, net::IoThread& thread,
        std::function<void(std::shared_ptr<net::BodySource>, UploadTrouble)> done) = 0;
};

}  // namespace postern::egress
