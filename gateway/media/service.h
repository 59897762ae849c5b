// All of media in one place, as the daemon makes it and the API and the way out use it: the store
// and its thread, signed URLs, fetching, sweeping.
//
// Life: made after the pipeline and the pool, opened before the first request, stopped while both
// run. Thread: main, but for what says otherwise.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "gateway/media/disk_thread.h"
#include "gateway/media/eager.h"
#include "gateway/media/fetcher.h"
#include "gateway/media/media_sink.h"
#include "gateway/media/public_url.h"
#include "gateway/media/store.h"
#include "gateway/media/sweeper.h"

namespace postern::media {

/// CONTRACT: body limit of a media upload.
inline constexpr std::uint64_t upload_bytes_max = 50ull << 20;

struct ServiceOptions {
    std::string folder;
    storage::KeyBytes master{};
    std::chrono::hours retention{90 * 24};
    std::string public_url;  // how providers reach the webhook port; empty: accounts may say
    std::chrono::seconds url_expires{24 * 3600};
    std::chrono::milliseconds sweep_every{3'600'000};
};

struct ServicePorts {
    runtime::QueryPool& queries;
    runtime::CoreInbox& core;
    runtime::EventSignal& signal;
    net::IoPool& io;
    FetchGuard guard;
    std::function<model::Instant()> now;  // wall clock; any thread
};

class MediaService final {
  public:
    MediaService(ServiceOptions options, const ServicePorts& ports);
    ~MediaService();
    MediaService(const MediaService&) = delete;
    MediaService& operator=(const MediaService&) = delete;

    /// The folder is there and ours.
    [[nodiscard]] storage::Result<void> open();
    /// Sweeping and, if an account wants it, eager fetching begin.
    void start();
    /// `changed` is called when uploads were deleted or their rows are gone: what is remembered of
    /// them is to be read again. Any thread; before start().
    void when_uploads_change(std::function<void()> changed);
    void reload(FetchAccounts accounts) { fetcher_.reload(std::move(accounts)); }
    void stop();

    // Any thread.
    /// Takes the body that this head announces.
    [[nodiscard]] std::shared_ptr<MediaSink> take_upload(const net::Request& head);
    /// Fresh for each attempt. Empty: nobody has said how providers reach the webhook port.
    /// `account_url`: the account's own public_url, or empty.
    [[nodiscard]] std::string public_url(std::string_view account_url,
                                         const model::UploadId& upload) const;
    [[nodiscard]] DiskThread& disk() { return disk_; }
    [[nodiscard]] const MediaStore& store() const { return store_; }
    /// To write to, on the media thread.
    [[nodiscard]] MediaStore& files() { return store_; }
    [[nodiscard]] const UrlSigner& signer() const { return signer_; }
    [[nodiscard]] Fetcher& fetcher() { return fetcher_; }
    [[nodiscard]] std::chrono::hours retention() const { return options_.retention; }
    void sweep(std::function<void(Sweeper::Done)> done = nullptr);
    /// An upload was marked as deleted, durably.
    void upload_deleted() const { uploads_changed_(); }

  private:
    void sweep_later();

    const ServiceOptions options_;
    const std::function<model::Instant()> now_;
    net::IoPool& io_;
    MediaStore store_;
    const UrlSigner signer_;
    DiskThread disk_;
    Fetcher fetcher_;
    Sweeper sweeper_;
    std::shared_ptr<EagerFetching> eager_;
    std::function<void()> uploads_changed_ = [] {};
    std::function<void()> cancel_sweep_;  // I/O thread 0
    bool started_ = false;
};

}  // namespace postern::media
