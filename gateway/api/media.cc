// Media: uploads, what is known of them, their bytes; the same of attachments that came in, which
// are fetched from their provider when somebody asks.
#include "gateway/api/call.h"
#include "gateway/api/media_json.h"
#include "gateway/api/resources.h"
#include "gateway/media/eager.h"
#include "gateway/media/serve.h"
#include "gateway/media/service.h"

namespace postern::api {
namespace {

using media::MediaService;
using media::Trouble;

/// Null if it was answered.
MediaService* media_of(const CallPtr& call) {
    MediaService* media = call->context().services.media;
    if (media == nullptr) call->fail({503, "no_media", "This gateway keeps no media.", {}, {}});
    return media;
}

void fail_with(const CallPtr& call, const Trouble& trouble) {
    Problem problem{trouble.status, trouble.code, trouble.detail, {}, {}};
    if (trouble.status == 503) problem.retry_after = std::chrono::seconds{1};
    call->fail(problem);
}

struct Found {
    Problem problem{.status = 0};
    std::optional<model::MediaRow> row;
    std::size_t uses = 0;
    std::optional<media::FetchJob> job;  // of an attachment
};

Found find_upload(runtime::Reader& reader, const model::UploadId& id, model::Instant now) {
    Found found;
    const auto record = reader.get(storage::keys::media_upload(id.sequence()));
    if (!record) {
        found.problem = storage_unreadable();
        return found;
    }
    const auto* row = *record ? model::get_if<model::MediaRow>(record->get()) : nullptr;
    const bool same =
        row != nullptr && model::make_ulid(row->created, row->epoch, row->id) == id.ulid;
    if (!same || row->deleted != model::Instant{}) {
        found.problem = not_found("upload");
        return found;
    }
    found.row = *row;
    const auto uses = media::count_uses(reader, row->id, now);
    if (!uses) found.problem = storage_unreadable();
    found.uses = uses ? *uses : 0;
    return found;
}

/// What a visitor of a web chat sent is here already, as an upload.
std::optional<model::MediaRow> own_upload(runtime::Reader& reader, const media::FetchJob& job,
                                          const events::AccountTable& accounts) {
    const model::AccountRow* account = accounts.find(job.account);
    model::UploadId upload;
    if (account == nullptr || account->channel != "webchat") return std::nullopt;
    if (!model::parse_id(job.ref.media_id, upload)) return std::nullopt;
    return find_upload(reader, upload, {}).row;
}

Found find_attachment(runtime::Reader& reader, const AttachmentName& name,
                      const events::AccountTable& accounts) {
    Found found;
    const model::Sequence event = name.event.sequence();
    const auto record = reader.get(storage::keys::seq_row(event));
    if (!record) {
        found.problem = storage_unreadable();
        return found;
    }
    for (media::FetchJob& job : media::jobs_of(*record, event)) {
        if (job.place == name.place && is_event(*record, name.event)) found.job = std::move(job);
    }
    if (!found.job) {
        found.problem = missing_attachment(*record, name);
        return found;
    }
    const auto kept = reader.get(storage::keys::media_attachment(event, name.place));
    if (!kept) {
        found.problem = storage_unreadable();
        return found;
    }
    if (*kept != nullptr) {
        if (const auto* row = model::get_if<model::MediaRow>(kept->get())) found.row = *row;
    }
    if (!found.row) found.row = own_upload(reader, *found.job, accounts);
    return found;
}

/// What the call's id names; `then` is not called if there is nothing.
void find(const CallPtr& call, std::function<void(Found&)> then) {
    model::UploadId upload;
    AttachmentName attachment;
    const bool is_upload = model::parse_id(call->parameter(), upload);
    if (!is_upload && !parse_attachment(call->parameter(), attachment))
        return call->fail(not_found("upload"));
    const model::Instant now = call->now().wall;
    const auto accounts = call->context().accounts.load();
    call->read<Found>(
        [is_upload, upload, attachment, now, accounts](runtime::Reader& reader) {
            return is_upload ? find_upload(reader, upload, now)
                             : find_attachment(reader, attachment, *accounts);
        },
        [call, then = std::move(then)](Found& found) {
            if (found.problem.status != 0) return call->fail(found.problem);
            then(found);
        });
}

void fetch_and_serve(const CallPtr& call, MediaService& media, const media::FetchJob& job);

void serve_row(const CallPtr& call, MediaService& media, const model::MediaRow& row,
               const std::optional<media::FetchJob>& job) {
    media::serve(media.disk(), media.store(), row, call->request(), call->thread(),
                 [call, &media, job](std::optional<net::Response> response, media::Unserved why) {
                     if (response) return call->send(std::move(*response));
                     if (why == media::Unserved::busy) return call->fail(overloaded());
                     // The file may be gone for another reason than ours; the provider has it.
                     if (job) return fetch_and_serve(call, media, *job);
                     if (why == media::Unserved::gone)
                         return call->fail({410, "media_gone", "The file is gone.", {}, {}});
                     call->fail(storage_unreadable());
                 });
}

void fetch_and_serve(const CallPtr& call, MediaService& media, const media::FetchJob& job) {
    media.fetcher().fetch(job, call->thread(),
                          [call, &media](const model::MediaRow& row, const Trouble& trouble) {
                              if (trouble) return fail_with(call, trouble);
                              serve_row(call, media, row, std::nullopt);
                          });
}

}  // namespace

void upload_media(const CallPtr& call) {
    MediaService* media = media_of(call);
    if (media == nullptr) return;
    const auto sink = std::static_pointer_cast<media::MediaSink>(call->request().sink);
    sink->finish(call->thread(), [call, media](const media::Taken& taken, const Trouble& trouble) {
        if (trouble) return fail_with(call, trouble);
        core::KeepMedia keep;
        keep.row.sha256 = taken.content.sha256;
        keep.row.size = taken.content.size;
        keep.row.mime = taken.mime;
        keep.row.filename = taken.filename;
        // What stands for a body that nobody has in memory.
        const std::string digest = media::hex(taken.content.sha256) + taken.mime + taken.filename;
        call->begin_idempotent(digest, [call, media, keep = std::move(keep)] {
            call->change(keep, "upload", [call, media](const core::Reply& reply) {
                const auto* row = reply.record != nullptr
                                      ? model::get_if<model::MediaRow>(reply.record.get())
                                      : nullptr;
                if (row == nullptr) return call->fail(overloaded());
                call->ok(upload_json(*row, 0, media->retention()), 201);
            });
        });
    });
}

void get_media(const CallPtr& call) {
    MediaService* media = media_of(call);
    if (media == nullptr) return;
    find(call, [call, media](const Found& found) {
        if (found.job)
            return call->ok(
                attachment_json(call->parameter(), *found.job, found.row, media->retention()));
        call->ok(upload_json(*found.row, found.uses, media->retention()));
    });
}

void get_media_content(const CallPtr& call) {
    MediaService* media = media_of(call);
    if (media == nullptr) return;
    find(call, [call, media](const Found& found) {
        if (found.row) return serve_row(call, *media, *found.row, found.job);
        fetch_and_serve(call, *media, *found.job);
    });
}

void delete_media(const CallPtr& call) {
    MediaService* media = media_of(call);
    if (media == nullptr) return;
    find(call, [call, media](const Found& found) {
        const auto done = [call](const core::Reply&) { call->ok({}, 204); };
        if (found.job) {
            core::DropMedia drop;
            drop.keys.push_back(
                storage::keys::media_attachment(found.job->event, found.job->place));
            return call->change(std::move(drop), "attachment", done);
        }
        // Messages that wait for it keep their file; from now on nobody can name it any more.
        core::KeepMedia keep{*found.row};
        keep.row.deleted = call->now().wall;
        call->change(std::move(keep), "upload", [call, media](const core::Reply&) {
            media->upload_deleted();
            call->ok({}, 204);
        });
    });
}

}  // namespace postern::api
