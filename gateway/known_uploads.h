// What was read of uploads that go out just now, so that a file which goes to many people costs one
// read of its row and not one a message. Bounded. A row says the same as long as it stands, and
// whoever deletes or sweeps uploads calls forget(), which costs one read more a file.
//
// Life: shared by the daemon's OutgoingFiles and whoever forgets. Any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

#include "gateway/egress/upload_files.h"

namespace postern {

class KnownUploads final {
  public:
    using Done = std::function<void(std::optional<egress::UploadFile>, egress::UploadTrouble)>;

    enum class Asked : unsigned char {
        known,  // `file` is it; the waiter is not called
        yours,  // nobody has read it: whoever was told so does, and then calls settle()
        later,  // somebody reads it just now
    };
    /// `done` is called on `thread`, later, once settle() was, unless the upload is known.
    [[nodiscard]] Asked ask(const model::UploadId& upload, egress::UploadFile& file,
                            net::IoThread& thread, Done done);
    /// Trouble is told and not remembered.
    void settle(const model::UploadId& upload, const std::optional<egress::UploadFile>& file,
                egress::UploadTrouble trouble);
    /// An upload was deleted, or its row went. What is being read is not remembered either: it may
    /// have been read before that.
    void forget();

    static constexpr std::size_t files_max = 1024;

  private:
    struct Known {
        egress::UploadFile file;
        std::uint64_t asked = 0;  // counts up: who was asked for longest ago goes first
    };
    struct Waiter {
        net::IoThread* thread;
        Done done;
    };
    struct Reading {
        std::vector<Waiter> waiting;
        bool forgotten = false;
    };
    using Key = std::tuple<model::Sequence, std::uint64_t, std::uint32_t>;
    [[nodiscard]] static Key key_of(const model::UploadId& upload);
    void make_room();

    std::mutex mutex_;
    std::map<Key, Known> known_;
    std::map<Key, Reading> reading_;
    std::uint64_t asked_ = 0;
};

}  // namespace postern
