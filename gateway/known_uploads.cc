#include "gateway/known_uploads.h"

#include <algorithm>
#include <utility>

namespace postern {

KnownUploads::Key KnownUploads::key_of(const model::UploadId& upload) {
    return {upload.ulid.sequence, upload.ulid.milliseconds, upload.ulid.epoch};
}

KnownUploads::Asked KnownUploads::ask(const model::UploadId& upload, egress::UploadFile& file,
                                      net::IoThread& thread, Done done) {
    const std::lock_guard lock(mutex_);
    const Key key = key_of(upload);
    if (const auto found = known_.find(key); found != known_.end()) {
        found->second.asked = ++asked_;
        file = found->second.file;
        return Asked::known;
    }
    const auto [reading, first] = reading_.try_emplace(key);
    reading->second.waiting.push_back({&thread, std::move(done)});
    return first ? Asked::yours : Asked::later;
}

void KnownUploads::settle(const model::UploadId& upload,
                          const std::optional<egress::UploadFile>& file,
                          egress::UploadTrouble trouble) {
    Reading read;
    {
        const std::lock_guard lock(mutex_);
        const auto found = reading_.find(key_of(upload));
        if (found == reading_.end()) return;
        read = std::move(found->second);
        if (file && !read.forgotten) {
            make_room();
            known_[found->first] = {*file, ++asked_};
        }
        reading_.erase(found);
    }
    for (Waiter& waiter : read.waiting) {
        waiter.thread->post(
            [done = std::move(waiter.done), file, trouble] { done(file, trouble); });
    }
}

void KnownUploads::forget() {
    const std::lock_guard lock(mutex_);
    known_.clear();
    for (auto& [key, reading] : reading_) reading.forgotten = true;
}

void KnownUploads::make_room() {
    if (known_.size() < files_max) return;
    const auto longer_ago = [](const auto& a, const auto& b) {
        return a.second.asked < b.second.asked;
    };
    known_.erase(std::min_element(known_.begin(), known_.end(), longer_ago));
}

}  // namespace postern
