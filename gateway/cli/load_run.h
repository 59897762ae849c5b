// One run of `postern load`: an open-loop sender of messages, a follower of the event stream, and
// the tally of both. Everything inside lives on one I/O thread; the caller's thread waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/cli/document.h"
#include "gateway/cli/load_tally.h"
#include "gateway/cli/sse.h"
#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"

namespace postern::cli {

struct LoadAccount {
    std::string id;
    std::string channel;
    double per_second = 0;  // configured limit; 0: none known
};

struct LoadOptions {
    std::string api;  // "http://127.0.0.1:8080"
    std::string key;
    std::string run;                      // in every text and idempotency key
    std::string cursor;                   // events after it
    std::vector<LoadAccount> accounts;    // in turn
    std::vector<std::string> categories;  // in turn
    std::uint64_t contacts = 100;
    std::uint64_t messages = 1000;
    double rate = 0;          // messages a second, whatever the answers do; 0: as fast as it goes
    std::size_t batch = 1;    // messages a request
    std::size_t window = 16;  // requests without an answer at most
    std::chrono::seconds patience{30};  // without any news the run ends
};

/// The recipient `contact` (0-based) as that channel writes addresses.
[[nodiscard]] std::string load_address(std::string_view channel, std::uint64_t contact);

/// The body of one request: a message, or a batch of them.
[[nodiscard]] std::string load_body(const LoadOptions& options, const LoadTally& tally,
                                    std::uint64_t first, std::size_t count);

/// Made, used and ended on `thread`.
class LoadRun final {
  public:
    LoadRun(net::IoThread& thread, LoadOptions options, std::function<void()> done);
    ~LoadRun();
    LoadRun(const LoadRun&) = delete;
    LoadRun& operator=(const LoadRun&) = delete;

    void start();
    [[nodiscard]] LoadTally& tally() { return tally_; }
    /// Of the sending alone: first request to last answer.
    [[nodiscard]] double duration_s() const;
    /// Why the event stream or the API could not be used; empty if they could.
    [[nodiscard]] const std::string& problem() const { return problem_; }

  private:
    using Clock = std::chrono::steady_clock;
    struct Piece {
        std::uint64_t first = 0;
        std::size_t count = 0;
        Clock::time_point begun;
    };

    void tick();
    void fill();
    void post(Piece piece);
    void answered(const Piece& piece, const net::ClientResponse& response);
    void take_result(std::uint64_t number, Element result, std::int64_t latency_us);
    void refuse_all(const Piece& piece, std::string_view code);
    void follow();
    void on_event(const SseEvent& event);
    void progress();
    [[nodiscard]] bool is_over();

    net::IoThread& thread_;
    LoadOptions options_;
    std::function<void()> done_;
    std::unique_ptr<net::HttpClient> client_;
    LoadTally tally_;
    SseParser parser_;
    Document document_;
    std::string last_event_;
    std::string problem_;
    std::deque<Piece> again_;  // refused for now: same messages, same key
    std::uint64_t next_ = 0;   // message
    std::size_t open_ = 0;     // requests
    bool pausing_ = false;     // the API named a time
    Clock::time_point begun_;
    Clock::time_point last_answer_;
    Clock::time_point last_news_;
    Clock::time_point last_progress_;
    std::size_t progress_answered_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace postern::cli
