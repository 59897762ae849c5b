#include "gateway/smtp/attachment.h"

#include <algorithm>
#include <utility>

#include "gateway/egress/classify.h"

namespace postern::smtp {

using adapters::SendResult;
using egress::UploadTrouble;

namespace {

/// Of the file, not of the relay.
egress::Handed ours(SendResult result, std::string_view code, std::string_view detail) {
    egress::Handed out = handed(result, code, detail);
    out.end = egress::CallEnd::cancelled;
    return out;
}

}  // namespace

Attachment::Attachment(egress::UploadFiles& files, net::IoThread& thread,
                       std::shared_ptr<const adapters::email::SmtpAccount> account,
                       egress::Parcel parcel)
    : files_(files), thread_(thread), account_(std::move(account)), parcel_(std::move(parcel)) {}

void Attachment::prepare(const adapters::email::SmtpExtensions& server,
                         std::function<void(Made)> done) {
    done_ = std::move(done);
    model::UploadId id;
    if (!model::parse_id(parcel_.content.upload, id)) {
        thread_.post([weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->fail(UploadTrouble::gone);
        });
        return;
    }
    files_.find(id, thread_,
                [weak = weak_from_this(), server](const std::optional<egress::UploadFile>& file,
                                                  UploadTrouble trouble) {
                    if (const auto self = weak.lock()) self->found(server, file, trouble);
                });
}

void Attachment::found(const adapters::email::SmtpExtensions& server,
                       const std::optional<egress::UploadFile>& file, UploadTrouble trouble) {
    if (!file) return fail(trouble);
    file_ = *file;
    const adapters::SendRequest request = parcel_.request();
    if (!adapters::email::takes_file(*account_, request, server, file_.size)) {
        if (!parcel_.content.url.empty()) return end({});
        // A configuration can be mended, and the message waits until it expires.
        return end({{},
                    ours(SendResult::transient, "no_public_url",
                         "the file is too large for a mail: set media.public_url to send links")});
    }
    const adapters::OutboundContent& content = parcel_.content;
    auto letter = adapters::email::attach_file(
        *account_, request, server,
        {content.filename.empty() ? file_.filename : content.filename,
         content.mime.empty() ? file_.mime : content.mime, file_.size});
    if (!letter) {
        return end({{},
                    ours(SendResult::permanent, "unsendable",
                         "the address or the content makes no mail")});
    }
    letter_ = std::move(*letter);
    if (!letter_->is_signed()) return open([this] { give(); });
    open([this] { hash(file_.size); });
}

void Attachment::open(std::function<void()> then) {
    source_.reset();
    files_.open(file_, thread_,
                [weak = weak_from_this(), then = std::move(then)](
                    std::shared_ptr<net::BodySource> source, UploadTrouble trouble) {
                    const auto self = weak.lock();
                    if (!self) return;
                    if (!source) return self->fail(trouble);
                    self->source_ = std::move(source);
                    then();
                });
}

/// `left`: bytes of the file that were not read yet.
void Attachment::hash(std::uint64_t left) {
    if (left == 0) return open([this] { give(); });
    source_->read(thread_, [weak = weak_from_this(), left](const std::string& bytes) {
        const auto self = weak.lock();
        if (!self) return;
        if (bytes.empty()) return self->fail(UploadTrouble::unreadable);
        const std::uint64_t taken = std::min<std::uint64_t>(left, bytes.size());
        self->letter_->hash(std::string_view(bytes).substr(0, taken));
        self->hash(left - taken);
    });
}

void Attachment::give() {
    auto letter = letter_->letter();
    if (!letter) {
        return end({{}, ours(SendResult::permanent, "unsendable", "the mail could not be signed")});
    }
    end({std::move(*letter), {}});
}

void Attachment::read(std::function<void(std::string)> done) {
    source_->read(thread_,
                  [weak = weak_from_this(), done = std::move(done)](const std::string& bytes) {
                      if (const auto self = weak.lock()) done(self->letter_->encoded(bytes));
                  });
}

void Attachment::fail(UploadTrouble trouble) {
    egress::Handed out;
    out.outcome = egress::outcome_of(trouble);
    out.end = egress::CallEnd::cancelled;
    out.sent = false;
    end({{}, std::move(out)});
}

void Attachment::end(Made made) {
    const auto self = shared_from_this();
    std::exchange(done_, nullptr)(std::move(made));
}

}  // namespace postern::smtp
