// Entries are appended to a text; batches go to the writing thread.
#include "gateway/recording/recorder.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gateway/core/sending_settings.h"
#include "gateway/recording/fields.h"
#include "storage/seal_keys.h"

namespace postern::recording {
namespace {

std::string words_of(int error) {
    return std::strerror(error);
}

/// All of it, or errno.
int write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(file, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n < 0 ? errno : EIO;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

}  // namespace

storage::RowKey frame_key(std::uint64_t number) {
    return storage::KeyWriter(storage::Family::cold, 'R').u64(number);
}

std::uint64_t hash_of(const core::Effects& effects) {
    thread_local std::string bytes;
    bytes.clear();
    put(bytes, effects);
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325;  // FNV-1a
    for (const char c : bytes) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x0000'0100'0000'01B3;
    }
    return hash;
}

std::unique_ptr<Recorder> Recorder::open(const std::string& path, const storage::KeyBytes& master,
                                         const Start& start, std::string& problem) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        problem = "cannot record to " + path + ": " + words_of(errno) +
                  (errno == EEXIST ? "; name a file that is not there yet" : "");
        return nullptr;
    }
    if (const int error = write_all(file, magic); error != 0) {
        problem = "cannot record to " + path + ": " + words_of(error);
        ::close(file);
        return nullptr;
    }
    std::unique_ptr<Recorder> made(new Recorder(file, master, start.options.epoch));
    made->begin(Entry::start);
    put(made->pending_, start);
    made->hand_on();
    return made;
}

Recorder::Recorder(int file, const storage::KeyBytes& master, std::uint32_t epoch)
    : file_(file), sealer_(storage::derive_key(master, key_label)), epoch_(epoch) {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "recorder");
}

Recorder::~Recorder() {
    hand_on();
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    more_.notify_one();
    thread_.join();
    ::close(file_);
}

void Recorder::begin(Entry kind) {
    put(pending_, kind);
}

void Recorder::loaded(const storage::RowKey& key, const model::RecordPtr& record) {
    if (off_) return;
    begin(Entry::loaded);
    put(pending_, key);
    put(pending_, record);
}

void Recorder::applied(const core::Command& command, model::Now now) {
    if (off_) return;
    begin(Entry::applied);
    put(pending_, now);
    put(pending_, command);
}

void Recorder::ran_due(model::Now now) {
    if (off_) return;
    begin(Entry::ran_due);
    put(pending_, now);
}

void Recorder::gave_up(const core::Command& command) {
    if (off_) return;
    begin(Entry::gave_up);
    put(pending_, command);
}

void Recorder::closed(const core::Effects& effects) {
    if (off_) return;
    begin(Entry::closed);
    put(pending_, hash_of(effects));
}

void Recorder::floor(model::Sequence sequence) {
    if (off_) return;
    begin(Entry::floor);
    put(pending_, sequence);
    hand_on();
}

void Recorder::hand_on() {
    if (off_ || pending_.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        off_ = !problem_.empty();
        if (!off_ && waiting_.size() + pending_.size() > backlog_bytes_max) {
            problem_ = "the disk did not keep up";
            off_ = true;
        }
        if (!off_) waiting_ += pending_;
    }
    pending_.clear();
    more_.notify_one();
}

void Recorder::run() {
    std::string clear;
    std::string sealed;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            more_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            clear.clear();
            clear.swap(waiting_);
            if (!problem_.empty()) continue;
        }
        write_frame(clear, sealed);
    }
}

/// A frame may end within an entry: a reader puts them together again.
void Recorder::write_frame(const std::string& clear, std::string& sealed) {
    for (std::string_view rest = clear; !rest.empty();) {
        const std::string_view part = rest.substr(0, frame_bytes_max / 2);
        rest.remove_prefix(part.size());
        sealer_.seal_workspace(frame_key(frames_), epoch_, frames_, part, sealed);
        ++frames_;
        std::string head;
        put(head, static_cast<std::uint32_t>(sealed.size()));
        int error = write_all(file_, head);
        if (error == 0) error = write_all(file_, sealed);
        if (error != 0) return fail(words_of(error));
    }
}

void Recorder::fail(std::string why) {
    const std::lock_guard lock(mutex_);
    problem_ = std::move(why);
}

std::string Recorder::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

}  // namespace postern::recording
