#include "gateway/media/service.h"

#include <future>

#include "gateway/media/sniff.h"

namespace postern::media {

MediaService::MediaService(ServiceOptions options, const ServicePorts& ports)
    : options_(std::move(options)),
      now_(ports.now),
      io_(ports.io),
      store_(options_.folder, options_.master),
      signer_(options_.master),
      fetcher_(ports.io, disk_, store_, ports.core, ports.guard, ports.now),
      sweeper_(ports.queries, ports.core, ports.io.at(0), disk_, store_, options_.retention),
      eager_(
          std::make_shared<EagerFetching>(ports.queries, ports.signal, fetcher_, ports.io.at(0))) {}

MediaService::~MediaService() {
    stop();
}

storage::Result<void> MediaService::open() {
    return store_.open();
}

void MediaService::when_uploads_change(std::function<void()> changed) {
    uploads_changed_ = changed;
    sweeper_.when_gone(std::move(changed));
}

void MediaService::start() {
    started_ = true;
    disk_.post_always([this] { store_.measure(); });
    eager_->begin();
    io_.at(0).post([this] { sweep_later(); });
}

void MediaService::stop() {
    if (std::exchange(started_, false)) {
        eager_->stop();
        std::promise<void> gone;
        auto waiting = gone.get_future();
        io_.at(0).post([this, &gone] {
            if (cancel_sweep_) cancel_sweep_();
            gone.set_value();
        });
        waiting.wait();
    }
    fetcher_.stop();
    disk_.stop();
}

void MediaService::sweep_later() {
    cancel_sweep_ = io_.at(0).after(options_.sweep_every, [this] {
        sweep();
        sweep_later();
    });
}

void MediaService::sweep(std::function<void(Sweeper::Done)> done) {
    sweeper_.sweep(now_(), std::move(done));
}

std::shared_ptr<MediaSink> MediaService::take_upload(const net::Request& head) {
    Claim claim;
    claim.type = std::string(head.header("content-type"));
    claim.boundary = MultipartFile::boundary_of(claim.type);
    claim.filename = head.query_value("filename");
    if (claim.filename.empty())
        claim.filename = header_parameter(head.header("content-disposition"), "filename");
    // Of the file alone; a form's other bytes count for the body's limit only.
    return std::make_shared<MediaSink>(disk_, store_, std::move(claim), upload_bytes_max, true);
}

std::string MediaService::public_url(std::string_view account_url,
                                     const model::UploadId& upload) const {
    std::string base = options_.public_url.empty() ? origin_of(account_url) : options_.public_url;
    if (base.empty()) return {};
    while (base.ends_with('/')) base.pop_back();
    return base + std::string(public_path) + signer_.token(upload, now_() + options_.url_expires);
}

}  // namespace postern::media
