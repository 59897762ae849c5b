#include "gateway/media/media_sink.h"

#include <fmt/format.h>

#include "gateway/media/sniff.h"
#include "gateway/model/json.h"
#include "gateway/net/reply.h"

namespace postern::media {
namespace {

Trouble busy() {
    return {503, "overload", "Too many media are being written; try again in a moment."};
}

}  // namespace

MediaSink::MediaSink(DiskThread& disk, MediaStore& store, Claim claim, std::uint64_t bytes_max,
                     bool strict)
    : disk_(disk), store_(store), claim_(std::move(claim)), bytes_max_(bytes_max), strict_(strict) {
    if (!claim_.boundary.empty()) multipart_.emplace(claim_.boundary);
}

MediaSink::~MediaSink() {
    if (writer_ == nullptr) return;
    // Closing and removing a file is the media thread's work.
    disk_.post_always([writer = std::shared_ptr<SealedWriter>(std::move(writer_))] {});
}

void MediaSink::write(std::string bytes, net::IoThread& thread, std::function<void(bool)> done) {
    if (trouble_) return done(false);
    auto held = std::make_shared<std::string>(std::move(bytes));
    const bool posted = disk_.post([self = shared_from_this(), held, &thread, done] {
        const bool wanted = self->take(*held);
        thread.post([self, done, wanted] { done(wanted); });
    });
    if (posted) return;
    trouble_ = busy();
    done(false);
}

bool MediaSink::take(const std::string& bytes) {
    if (writer_ == nullptr) {
        auto begun = store_.begin();
        if (!begun) return fail(begun.error());
        writer_ = std::move(*begun);
    }
    if (!multipart_) return keep(bytes);
    if (parts_ == MultipartFile::State::done) return true;
    std::string file;
    parts_ = multipart_->feed(bytes, file);
    if (parts_ == MultipartFile::State::malformed) {
        return fail({400, "malformed_multipart", "The form has no readable part named file."});
    }
    return keep(file);
}

bool MediaSink::keep(std::string_view bytes) {
    if (writer_->size() + bytes.size() > bytes_max_) {
        return fail({413, "body_too_large", fmt::format("At most {} bytes.", bytes_max_)});
    }
    if (first_bytes_.size() < sniffed_bytes)
        first_bytes_.append(bytes.substr(0, sniffed_bytes - first_bytes_.size()));
    const auto written = writer_->write(bytes);
    return written ? true : fail(written.error());
}

bool MediaSink::fail(const boost::system::error_code& error) {
    if (error == storage::Errc::full)
        return fail({507, "storage_full", "There is no room on the disk for this."});
    return fail({500, "storage_failed", "The file could not be written: " + error.message()});
}

bool MediaSink::fail(Trouble trouble) {
    trouble_ = std::move(trouble);
    return false;
}

net::Response MediaSink::refusal() {
    net::Response response;
    response.status = trouble_.status;
    response.content_type = "application/problem+json";
    model::JsonWriter json(response.body);
    json.begin_object().member("type", "urn:postern:problem:" + trouble_.code);
    json.member("title", net::reason_of(trouble_.status)).member("status", trouble_.status);
    json.member("detail", trouble_.detail).member("code", trouble_.code).end_object();
    if (trouble_.status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
}

void MediaSink::finish(net::IoThread& thread,
                       std::function<void(const Taken&, const Trouble&)> done) {
    const bool posted = disk_.post([self = shared_from_this(), &thread, done] {
        auto taken = std::make_shared<Taken>(self->complete());
        thread.post([self, taken, done] { done(*taken, self->trouble_); });
    });
    if (!posted) done({}, busy());
}

Taken MediaSink::complete() {
    Taken taken;
    if (trouble_) return taken;
    if (multipart_ && parts_ != MultipartFile::State::done) {
        (void)fail({400, "malformed_multipart", "The form has no readable part named file."});
        return taken;
    }
    if (writer_ == nullptr || writer_->size() == 0) {
        (void)fail({422, "empty", "There are no bytes in this."});
        return taken;
    }
    const std::string& type = multipart_ ? multipart_->content_type() : claim_.type;
    Judged judged = judge_type(type, first_bytes_);
    if (!judged.problem.empty() && strict_) {
        (void)fail({422, "type_mismatch", "Not taken: " + judged.problem + "."});
        return taken;
    }
    if (judged.mime.empty()) judged.mime = "application/octet-stream";
    auto kept = store_.keep(*writer_);
    if (!kept) {
        (void)fail(kept.error());
        return taken;
    }
    writer_ = nullptr;
    taken.content = *kept;
    taken.mime = std::move(judged.mime);
    const bool named = multipart_ && claim_.filename.empty();
    taken.filename = safe_filename(named ? multipart_->filename() : claim_.filename);
    return taken;
}

}  // namespace postern::media
