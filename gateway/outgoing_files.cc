#include "gateway/outgoing_files.h"

#include <utility>

#include "gateway/media/serve.h"

namespace postern {

using egress::UploadFile;
using egress::UploadTrouble;

namespace {

struct Looked {
    std::optional<UploadFile> file;
    UploadTrouble trouble = UploadTrouble::none;
};

/// A deleted upload keeps its row and file as long as a message needs it.
Looked look_up(runtime::Reader& reader, const model::UploadId& upload) {
    const auto record = reader.get(storage::keys::media_upload(upload.sequence()));
    if (!record && !runtime::is_of_one_row(record.error()))
        return {std::nullopt, UploadTrouble::unreadable};
    const auto* row = record && *record ? model::get_if<model::MediaRow>(record->get()) : nullptr;
    const bool there =
        row != nullptr && model::make_ulid(row->created, row->epoch, row->id) == upload.ulid;
    if (!there) return {std::nullopt, UploadTrouble::gone};
    return {UploadFile{row->sha256, row->size, row->mime, row->filename}, UploadTrouble::none};
}

}  // namespace

void OutgoingFiles::find(const model::UploadId& upload, net::IoThread& thread,
                         std::function<void(std::optional<UploadFile>, UploadTrouble)> done) {
    UploadFile file;
    const KnownUploads::Asked asked = known_->ask(upload, file, thread, done);
    if (asked == KnownUploads::Asked::known) {
        thread.post([done = std::move(done), file] { done(file, UploadTrouble::none); });
    }
    if (asked != KnownUploads::Asked::yours) return;
    const bool taken = queries_.post([known = known_, upload](runtime::Reader& reader) {
        const Looked found = look_up(reader, upload);
        known->settle(upload, found.file, found.trouble);
    });
    if (!taken) known_->settle(upload, std::nullopt, UploadTrouble::unreadable);
}

void OutgoingFiles::open(
    const UploadFile& file, net::IoThread& thread,
    std::function<void(std::shared_ptr<net::BodySource>, UploadTrouble)> done) {
    const media::Content content{file.sha256, file.size};
    const bool taken = disk_.post([this, content, &thread, done] {
        auto opened = store_.read(content);
        if (opened) {
            auto source = media::source_of(disk_, std::move(*opened));
            return thread.post([done, source] { done(source, UploadTrouble::none); });
        }
        const bool gone =
            opened.error() == storage::Errc::not_found || opened.error() == storage::Errc::corrupt;
        const auto trouble = gone ? UploadTrouble::gone : UploadTrouble::unreadable;
        thread.post([done, trouble] { done(nullptr, trouble); });
    });
    if (!taken) thread.post([done] { done(nullptr, UploadTrouble::unreadable); });
}

}  // namespace postern
