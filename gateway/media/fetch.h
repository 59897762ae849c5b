// One attachment on its way (private to the fetcher): look-up, download, redirects, the store, the
// row. On one I/O thread.
#pragma once

#include <memory>
#include <string>

#include "gateway/media/fetcher.h"
#include "gateway/media/media_sink.h"

namespace postern::media {

/// What all fetches of a thread share; outlives them.
struct FetchSurroundings {
    net::IoThread& thread;
    DiskThread& disk;
    MediaStore& store;
    runtime::CoreInbox& core;
    FetchGuard guard;
    std::function<model::Instant()> now;
    FetchLimits limits;
    bool stopped = false;  // there are no clients any more
    /// By way out, and whether every address is asked about.
    std::map<std::pair<std::string, bool>, std::unique_ptr<net::HttpClient>> clients;

    [[nodiscard]] net::HttpClient& client(const FetchAccount& account, bool guarded);
};

class Fetch final : public std::enable_shared_from_this<Fetch> {
  public:
    Fetch(std::shared_ptr<FetchSurroundings> around, FetchAccount account, FetchJob job,
          Fetched done)
        : around_(std::move(around)),
          account_(std::move(account)),
          job_(std::move(job)),
          done_(std::move(done)) {}

    void begin();

  private:
    void go(adapters::MediaStep step);
    void look_up(adapters::ProviderCall call);
    void ask_token();
    void on_token(const tokens::Token& token);
    [[nodiscard]] bool renews_token();
    void download(adapters::ProviderCall call);
    void on_downloaded(const adapters::ProviderCall& call, const net::ClientResponse& response);
    void follow(adapters::ProviderCall call, const net::ClientResponse& response);
    void on_taken(const Taken& taken);
    void fail(int status, std::string code, std::string detail);
    void fail_of(const net::ClientResponse& response);
    [[nodiscard]] net::ClientRequest request_of(const adapters::ProviderCall& call) const;

    const std::shared_ptr<FetchSurroundings> around_;
    const FetchAccount account_;
    const FetchJob job_;
    Fetched done_;
    std::shared_ptr<MediaSink> sink_;
    std::string mime_;
    adapters::ProviderCall bearing_;  // a download that bears the account's token, as it was built
    adapters::Secret token_;          // … and what it was made with
    bool renewed_ = false;
    bool text_is_error_ = false;
    std::size_t redirects_ = 0;
};

}  // namespace postern::media
