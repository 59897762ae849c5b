// The part of an attempt that has to do with an upload: its URL, or its bytes. A file whose name at
// the provider is known is not read at all; one that somebody else uploads just now is waited for.
#include "gateway/egress/attempt.h"
#include "gateway/model/media_name.h"

namespace postern::egress {

using adapters::SendResult;
using adapters::Uploads;

namespace {

/// Counts what was given of it. Thread: as its request's.
class CountedSource final : public net::BodySource {
  public:
    CountedSource(std::shared_ptr<net::BodySource> source, std::shared_ptr<std::uint64_t> bytes)
        : source_(std::move(source)), bytes_(std::move(bytes)) {}
    void read(net::IoThread& thread, std::function<void(std::string)> done) override {
        source_->read(thread, [bytes = bytes_, done = std::move(done)](std::string piece) {
            *bytes += piece.size();
            done(std::move(piece));
        });
    }

  private:
    const std::shared_ptr<net::BodySource> source_;
    const std::shared_ptr<std::uint64_t> bytes_;
};

}  // namespace

Attempt::~Attempt() {
    if (finished_) return;
    // Cut off by the end of the clients: where nothing that counts can have left, the message is
    // not to be left in doubt.
    if (!at_risk_ && !around_->over.load()) {
        finish(outcome_of(SendResult::transient, "stopping", "the gateway is shutting down"));
    } else if (uploading_) {
        around_->held.release(held_key());
    }
}

/// Whether the request under way has certainly not been given whole to its connection.
bool Attempt::cut_short() const {
    return streamed_ && *streamed_ < file_.size;
}

/// The URL is fresh for each attempt: a message may have waited longer than one lives.
bool Attempt::give_media() {
    model::UploadId upload;
    if (content_.upload.empty()) return true;
    const Uploads taken = account_->sending->send_traits().uploads;
    if (around_->media_url && taken != Uploads::always && model::parse_id(content_.upload, upload))
        content_.url = around_->media_url(account_->status_url, upload);
    if (!content_.url.empty()) {
        content_.url += "/" + model::url_name(content_);
        return true;
    }
    by_bytes_ = taken != Uploads::by_url;
    if (by_bytes_) return true;
    // A configuration can be mended, and the message waits until it expires.
    finish(outcome_of(SendResult::transient, "no_public_url",
                      "set media.public_url: the provider cannot fetch the upload"));
    return false;
}

void Attempt::find_file() {
    model::UploadId upload;
    if (!model::parse_id(content_.upload, upload) || around_->uploads == nullptr)
        return on_file(std::nullopt, UploadTrouble::gone);
    around_->uploads->find(
        upload, thread_,
        [self = shared_from_this()](std::optional<UploadFile> file, UploadTrouble trouble) {
            self->on_file(std::move(file), trouble);
        });
}

void Attempt::on_file(std::optional<UploadFile> file, UploadTrouble trouble) {
    if (!file) return finish(outcome_of(trouble));
    file_ = std::move(*file);
    sha256_ = model::hex_of(file_.sha256);
    if (content_.mime.empty()) content_.mime = file_.mime;
    if (content_.filename.empty()) content_.filename = file_.filename;
    file_name_ = model::url_name(content_);
    given_ = {sha256_, file_.size, file_.mime, file_name_, {}};
    if (!account_->sending->send_traits().holds_uploads) return start();
    ask_held();
}

HeldFiles::Key Attempt::held_key() const {
    return {account_->number, file_.sha256, content_.media};
}

void Attempt::ask_held() {
    const HeldFiles::Asked asked = around_->held.ask(
        held_key(), around_->clock().wall, held_id_,
        [self = shared_from_this()] { self->thread_.post([self] { self->ask_held(); }); });
    if (asked == HeldFiles::Asked::later) return;
    if (asked == HeldFiles::Asked::closed) {
        return finish(
            outcome_of(SendResult::transient, "stopping", "the gateway is shutting down"));
    }
    uploading_ = asked == HeldFiles::Asked::yours;
    given_.held_id = held_id_;
    start();
}

void Attempt::hold(adapters::HeldFile file) {
    uploading_ = false;
    around_->held.keep(held_key(), std::move(file));
}

/// Opened anew for each request that has it: bytes are read once.
void Attempt::open_file(adapters::ProviderCall call) {
    if (!by_bytes_ || *call.file_at > call.body.size()) {
        return finish(outcome_of(SendResult::permanent, "unsendable",
                                 "the request wants a file that the message does not have"));
    }
    around_->uploads->open(
        file_, thread_,
        [self = shared_from_this(), call = std::move(call)](std::shared_ptr<net::BodySource> source,
                                                            UploadTrouble trouble) mutable {
            if (!source) return self->on_file(std::nullopt, trouble);
            self->streamed_ = std::make_shared<std::uint64_t>(0);
            source = std::make_shared<CountedSource>(std::move(source), self->streamed_);
            self->make_call(std::move(call), std::move(source));
        });
}

}  // namespace postern::egress
